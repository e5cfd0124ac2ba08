"""The layering rules of ARCHITECTURE.md, read off the source with ast."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[3]
TORCH = {"torch", "torchvision", "transformers", "ultralytics"}
CYPHER = ("MATCH (", "MERGE (", "UNWIND $", "DETACH DELETE")


def sources(*folders: str) -> Iterator[Path]:
    for folder in folders:
        yield from sorted((ROOT / folder).rglob("*.py"))


def imports(path: Path) -> set[str]:
    """Every module that a file imports, at any depth of the file."""
    found: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            found.add(node.module)
    return found


def tops(path: Path) -> set[str]:
    return {name.split(".")[0] for name in imports(path)}


def where(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


@pytest.mark.parametrize("path", list(sources("shared")), ids=where)
def test_shared_imports_no_service_no_gateway_and_no_torch(path: Path) -> None:
    assert not tops(path) & ({"services", "gateway"} | TORCH)


@pytest.mark.parametrize("path", list(sources("services")), ids=where)
def test_a_service_imports_shared_and_itself_only(path: Path) -> None:
    own = path.relative_to(ROOT).parts[1]
    foreign = {n for n in imports(path) if n.startswith("services.") and n.split(".")[1] != own}
    assert not foreign
    assert "gateway" not in tops(path)


def test_only_two_modules_import_celery() -> None:
    users = {where(path) for path in sources("shared", "services", "gateway") if {"celery", "kombu"} & tops(path)}
    assert users == {"gateway/dispatch.py", "shared/worker.py"}


def test_only_shared_graph_contains_cypher() -> None:
    writers = {
        where(p) for p in sources("shared", "services", "gateway") if any(c in p.read_text(encoding="utf-8") for c in CYPHER)
    }
    assert writers
    assert all(path.startswith("shared/graph/") for path in writers)


def test_no_python_file_is_longer_than_300_lines() -> None:
    long = {
        where(p): n
        for p in sources("shared", "services", "gateway")
        if (n := len(p.read_text(encoding="utf-8").splitlines())) > 300
    }
    assert long == {}
