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
TO_BE_MENDED = {
    "tests/engines/test_vision_transformers.py": {"_LEAST_NOUN", "_LEAST_VERB"},
    "tests/integration/test_entity_linking.py": {"_blobs", "_gallery", "_loaded"},
    "tests/unit/services/entity_linking/test_flags.py": {"_apart"},
    "tests/unit/services/fusion/test_pictures_and_words.py": {"_encoder", "_fuser"},
    "tests/unit/services/text_ie/test_chinese.py": {"_reader"},
    "tests/unit/services/text_ie/test_neural_decode.py": {"_allowed"},
    "tests/unit/services/text_ie/test_russian.py": {"_reader"},
}
"""Names that a file still reaches into. Nothing is added here; what is mended is taken out (the test asks for both)."""


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
    assert set(reached(path)) == TO_BE_MENDED.get(where(path), set())


@pytest.mark.unit
def test_what_is_to_be_mended_is_there() -> None:
    assert {name for name in TO_BE_MENDED if not (ROOT / name).is_file()} == set()


@pytest.mark.unit
def test_the_folders_of_unit_tests_mirror_the_source() -> None:
    unit = ROOT / "tests" / "unit"
    folders = [path.relative_to(unit) for path in unit.rglob("*") if path.is_dir() and any(path.glob("*.py"))]
    assert len(folders) > 10
    assert [folder.as_posix() for folder in folders if not (ROOT / folder).is_dir()] == []
