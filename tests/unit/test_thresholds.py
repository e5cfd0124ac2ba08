"""Every number that decides is a row of a thresholds.yaml, with its reason; every row is used."""

import ast
import re
from pathlib import Path

import pytest

from shared.thresholds import Thresholds

ROOT = Path(__file__).resolve().parents[2]
FILES = sorted((*ROOT.glob("services/*/thresholds.yaml"), *ROOT.glob("shared/**/thresholds.yaml")))
WITHOUT: dict[str, str] = {
    "services/entity_linking/alignment.py": "the mean face that dlib's network was trained on",
    "services/entity_linking/engines/flag_windows.py": "grids of the search for flags, and the layout of data/flags.npz",
    "services/text_ie/english/network/features.py": "bounds of the buckets of features that the network was trained with",
}
"""Files that may hold bare numbers between 0 and 1, with the reason: numbers of a method or a network, not thresholds."""


def where(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def code(folder: Path) -> dict[str, str]:
    return {where(path): path.read_text(encoding="utf-8") for path in sorted(folder.rglob("*.py"))}


@pytest.mark.parametrize("file", FILES, ids=where)
def test_every_threshold_is_used_and_every_use_has_a_row(file: Path) -> None:
    used = {name for text in code(file.parent).values() for name in re.findall(r"\bLIMITS\.(\w+)", text)} - {"file", "rows"}
    assert used == set(Thresholds(file).rows)


@pytest.mark.parametrize("file", FILES, ids=where)
def test_every_threshold_has_a_reason(file: Path) -> None:
    for name, row in Thresholds(file).rows.items():
        assert len(row.why.split()) >= 3, name
        assert row.unit, name
        assert row.measured_on, name


@pytest.mark.parametrize("file", FILES, ids=where)
def test_rule_modules_hold_no_bare_number_between_0_and_1(file: Path) -> None:
    bare = []
    for name, text in code(file.parent).items():
        if name in WITHOUT:
            continue
        for node in ast.walk(ast.parse(text)):
            if isinstance(node, ast.Constant) and isinstance(node.value, float) and 0 < node.value < 1:
                bare.append(f"{name}:{node.lineno}: {node.value}")
    assert bare == []
