"""The pipeline table is complete and in order, and constructing a stage loads nothing."""

import re
import subprocess
import sys
from importlib import import_module
from pathlib import Path
from typing import get_args

from deploy.cli.follow import progress_table
from services.pipeline import PIPELINE
from shared.schemas.job import STAGE_NAMES, StageName
from shared.settings import REPOSITORY
from shared.stage import OUTPUTS, StageInput

CONSTRUCT = """
import builtins, sys
from importlib import import_module
from shared.blobs import MemoryBlobs
from services.pipeline import PIPELINE
from shared.settings import Settings
builders = [(row.name, *row.builder.split(":")) for row in PIPELINE]
functions = [(name, getattr(import_module(module), function)) for name, module, function in builders]
opened = []
real = builtins.open
def watched(file, *a, **k):
    opened.append(str(file))
    return real(file, *a, **k)
builtins.open = watched
import io
io.open = watched
for name, build in functions:
    assert build(Settings(), MemoryBlobs()).name == name
print([f for f in opened if not f.endswith((".py", ".pyc"))])
"""


def test_every_need_is_given_by_an_earlier_row() -> None:
    seen: set[str] = set()
    for row in PIPELINE:
        assert set(row.needs) <= seen
        seen.add(row.name)
    assert seen == set(STAGE_NAMES)


def test_the_names_of_stages_are_those_of_the_rows_in_order() -> None:
    names = tuple(row.name for row in PIPELINE)
    assert names == STAGE_NAMES == get_args(StageName)
    assert tuple(OUTPUTS) == names


def test_a_stage_is_given_an_article_and_every_output_that_some_row_needs() -> None:
    needed = {need for row in PIPELINE for need in row.needs}
    assert set(StageInput.model_fields) == {"article", *needed}
    for name in needed:
        field = StageInput.model_fields[name]
        assert OUTPUTS[name] in get_args(field.annotation), name


def test_every_row_has_its_folder_and_its_tests() -> None:
    folders = {path.parent.name for path in (REPOSITORY / "services").glob("*/stage.py")}
    assert folders == {row.name for row in PIPELINE}
    for row in PIPELINE:
        assert row.builder.startswith(f"services.{row.name}.")
        assert (REPOSITORY / "tests" / "unit" / "services" / row.name).is_dir(), row.name


def test_whoever_shows_progress_has_a_label_for_every_row() -> None:
    """The explorer and the command line; others loop over the reports of a job."""
    script = (REPOSITORY / "gateway" / "explorer" / "js" / "progress.js").read_text(encoding="utf-8")
    labels = re.findall(r"(\w+): \"[^\"]+\"", script.partition("const NAMES = {")[2].partition("}")[0])
    columns = [column.header for column in progress_table([]).columns]
    assert labels == [row.name for row in PIPELINE]
    assert columns == ["article", *(row.name.replace("_", " ") for row in PIPELINE)]


def test_every_builder_exists() -> None:
    for row in PIPELINE:
        module, function = row.builder.split(":")
        assert callable(getattr(import_module(module), function))


def test_constructing_any_stage_opens_no_file(tmp_path: Path) -> None:
    root = Path(__file__).resolve().parents[3]
    result = subprocess.run([sys.executable, "-c", CONSTRUCT], cwd=root, capture_output=True, text=True, check=False)
    assert result.returncode == 0, result.stderr
    assert result.stdout.strip() == "[]"
