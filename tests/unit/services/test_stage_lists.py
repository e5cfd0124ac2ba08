"""Lists of all stages stand in few files, so that a new stage touches six: these, its output's schema and its own module."""

import re
from pathlib import Path

import pytest

from shared.schemas.job import STAGE_NAMES

ROOT = Path(__file__).resolve().parents[3]
FOLDERS = ("shared", "services", "gateway", "lab", "deploy")
ENDINGS = {".py", ".js", ".toml", ".yml", ".yaml", ".txt", ".sh", ""}
LISTS = {"shared/schemas/job.py", "shared/stage.py", "services/pipeline.py", "docker-compose.yml"}
TO_BE_DERIVED = {"deploy/Dockerfile"}
NEW_FILES = 2  # shared/schemas/<stage>.py and services/<stage>/stage.py


def stages_named(path: Path) -> int:
    text = path.read_text(encoding="utf-8")
    return sum(bool(re.search(rf"\b{name}\b", text)) for name in STAGE_NAMES)


@pytest.mark.unit
def test_a_new_stage_touches_at_most_six_files() -> None:
    paths = [path for folder in FOLDERS for path in (ROOT / folder).rglob("*") if path.is_file() and path.suffix in ENDINGS]
    paths += [path for path in ROOT.glob("*") if path.is_file() and path.suffix in ENDINGS and not path.name.startswith(".")]
    lists = {path.relative_to(ROOT).as_posix() for path in paths if stages_named(path) == len(STAGE_NAMES)}
    assert lists - TO_BE_DERIVED == LISTS
    assert len(LISTS) + NEW_FILES <= 6
