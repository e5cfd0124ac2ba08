"""Rules of the tests themselves, read off their source with ast."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
TESTS = sorted((ROOT / "tests").rglob("*.py"))
SOURCES = ("shared", "services", "gateway", "lab", "deploy")
DOTTED = re.compile(r"(?:shared|services|gateway|lab|deploy)(?:\.\w+)*\.(_[a-zA-Z]\w*)(?:\.\w+)*")


def where(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def private(name: str) -> bool:
    return name.startswith("_") and not name.startswith("__")


def reached(path: Path) -> Iterator[str]:
    """Private names of others that a file reads, imports, or names in a string such as ``shared.x._y``."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Attribute) and private(node.attr) and not _own(node.value):
            yield node.attr
        elif isinstance(node, ast.ImportFrom) and (node.module or "").split(".")[0] in SOURCES:
            yield from (alias.name for alias in node.names if private(alias.name))
        elif isinstance(node, ast.Constant) and isinstance(node.value, str) and (found := DOTTED.fullmatch(node.value)):
            yield found[1]


def _own(value: ast.expr) -> bool:
    return isinstance(value, ast.Name) and value.id in ("self", "cls")


@pytest.mark.unit
@pytest.mark.parametrize("path", TESTS, ids=where)
def test_nothing_reaches_into_private_attributes(path: Path) -> None:
    assert set(reached(path)) == set()


@pytest.mark.unit
def test_the_folders_of_unit_tests_mirror_the_source() -> None:
    unit = ROOT / "tests" / "unit"
    folders = [path.relative_to(unit) for path in unit.rglob("*") if path.is_dir() and any(path.glob("*.py"))]
    assert len(folders) > 10
    assert [folder.as_posix() for folder in folders if not (ROOT / folder).is_dir()] == []
