"""The layering rules of ARCHITECTURE.md, read off the source with ast."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
FOLDERS = ("shared", "services", "gateway", "lab", "deploy")
TORCH = {"torch", "torchvision", "transformers", "ultralytics"}
CYPHER = ("MATCH (", "MERGE (", "UNWIND $", "DETACH DELETE")
MODULE = re.compile(r"(?:shared|services|gateway|lab|deploy)(?:\.\w+)+(?::\w+)?")
LOADS = {"import_module", "__import__"}
MAY_IMPORT = {
    "shared": {"shared"},
    "stage": {"shared"},  # and itself
    "services": {"shared", "services", "stage"},
    "gateway": {"shared", "services", "gateway"},
    "lab": {"shared", "services", "stage", "lab"},
    "deploy": {"shared", "services", "stage", "lab", "deploy"},
}
"""Floors of the house. ``stage``: a folder of services; ``services``: the modules beside those folders."""


def sources(*folders: str) -> Iterator[Path]:
    for folder in folders:
        yield from sorted((ROOT / folder).rglob("*.py"))


def where(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def imports(path: Path) -> set[str]:
    """Every module that a file imports or names in a string, at any depth of the file."""
    found: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            found |= {node.module, *(f"{node.module}.{alias.name}" for alias in node.names)}
        elif isinstance(node, ast.Constant) and isinstance(node.value, str) and MODULE.fullmatch(node.value):
            found.add(node.value.partition(":")[0])
    return found


def tops(path: Path) -> set[str]:
    return {name.split(".")[0] for name in imports(path)}


def floor(parts: tuple[str, ...]) -> str:
    """The floor of a module or file, given the parts of its name without the ending."""
    if parts[0] != "services" or len(parts) == 1:
        return parts[0]
    return "stage" if (ROOT / "services" / parts[1]).is_dir() else "services"


@pytest.mark.parametrize("path", list(sources(*FOLDERS)), ids=where)
def test_every_arrow_points_down(path: Path) -> None:
    own = path.relative_to(ROOT).with_suffix("").parts
    wrong = []
    for name in imports(path):
        parts = tuple(name.split("."))
        if parts[0] not in FOLDERS or (own[:2] == parts[:2] and parts[0] == "services"):
            continue
        if floor(parts) not in MAY_IMPORT[floor(own)]:
            wrong.append(name)
    assert wrong == []


@pytest.mark.parametrize("path", list(sources("shared", "gateway")), ids=where)
def test_shared_and_gateway_need_no_torch(path: Path) -> None:
    assert not tops(path) & TORCH


@pytest.mark.parametrize("path", list(sources(*FOLDERS)), ids=where)
def test_modules_that_a_name_decides_are_packages_of_others_or_rows_of_the_table(path: Path) -> None:
    """import_module is for optional packages; our own modules are imported where they can be seen."""
    calls = [
        node.args[0]
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Call)
        and (getattr(node.func, "id", None) in LOADS or getattr(node.func, "attr", None) in LOADS)
        and node.args
    ]
    ours = [ast.unparse(call) for call in calls if not isinstance(call, ast.Constant) or tops_of(call.value) & set(FOLDERS)]
    assert where(path) in BY_NAME or ours == []


BY_NAME = {
    "services/stage_process.py",  # the builder of the pipeline table
    "services/object_detection/engines/torch_device.py",  # optional packages of engines
    "services/visual_events/engines/torch_models.py",  # the same
    "lab/evaluation/layouts.py",  # lab's own readers, by the name of their layout
}


def tops_of(value: object) -> set[str]:
    return {str(value).split(".")[0]}


def test_only_three_modules_import_celery() -> None:
    users = {where(path) for path in sources(*FOLDERS) if {"celery", "kombu"} & tops(path)}
    assert users == {"gateway/dispatch.py", "services/broker.py", "services/worker.py"}


def test_only_shared_graph_contains_cypher() -> None:
    writers = {where(p) for p in sources(*FOLDERS) if any(c in p.read_text(encoding="utf-8") for c in CYPHER)}
    assert writers
    assert all(path.startswith("shared/graph/") for path in writers)


def test_no_python_file_is_longer_than_300_lines() -> None:
    long = {where(p): n for p in sources(*FOLDERS) if (n := len(p.read_text(encoding="utf-8").splitlines())) > 300}
    assert long == {}
