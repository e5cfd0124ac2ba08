"""The pipeline table is complete and in order, and constructing a stage loads nothing."""

import subprocess
import sys
from importlib import import_module
from pathlib import Path

from services.pipeline import PIPELINE
from shared.schemas.job import STAGE_NAMES

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


def test_every_builder_exists() -> None:
    for row in PIPELINE:
        module, function = row.builder.split(":")
        assert callable(getattr(import_module(module), function))


def test_constructing_any_stage_opens_no_file(tmp_path: Path) -> None:
    root = Path(__file__).resolve().parents[3]
    result = subprocess.run([sys.executable, "-c", CONSTRUCT], cwd=root, capture_output=True, text=True, check=False)
    assert result.returncode == 0, result.stderr
    assert result.stdout.strip() == "[]"
