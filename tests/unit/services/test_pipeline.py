"""The pipeline table is complete and in order, and constructing a stage loads nothing."""

import subprocess
import sys
from importlib import import_module
from pathlib import Path

from services.pipeline import PIPELINE, waves
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


def test_waves_keep_the_order_of_needs_and_run_text_beside_pictures() -> None:
    order = [[[row.name for row in line] for line in wave] for wave in waves()]
    assert order[0] == [["text_ie"], ["video_frames", "object_detection"]]
    assert sorted(name for wave in order for line in wave for name in line) == sorted(STAGE_NAMES)


def test_no_stage_starts_before_what_it_needs() -> None:
    done: set[str] = set()
    for wave in waves():
        for line in wave:
            here = set(done)
            for row in line:
                assert set(row.needs) <= here, row.name
                here.add(row.name)
        done |= {row.name for line in wave for row in line}


def test_every_builder_exists() -> None:
    for row in PIPELINE:
        module, function = row.builder.split(":")
        assert callable(getattr(import_module(module), function))


def test_constructing_any_stage_opens_no_file(tmp_path: Path) -> None:
    root = Path(__file__).resolve().parents[3]
    result = subprocess.run([sys.executable, "-c", CONSTRUCT], cwd=root, capture_output=True, text=True, check=False)
    assert result.returncode == 0, result.stderr
    assert result.stdout.strip() == "[]"
