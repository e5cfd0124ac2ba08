"""The explorer's JavaScript: node runs its unit tests, the formatter has nothing to change, its labels name the stages."""

import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from gateway.settings import EXPLORER
from shared.schemas.job import STAGE_NAMES
from shared.settings import REPOSITORY

TESTS = sorted((REPOSITORY / "tests" / "explorer").glob("*.test.js"))


def test_the_unit_tests_of_the_explorer_pass() -> None:
    node = shutil.which("node")
    if node is None:
        pytest.skip("no node: apt-get install nodejs")
    run = subprocess.run([node, "--test", *map(str, TESTS)], cwd=REPOSITORY, capture_output=True, text=True, check=False)
    assert run.returncode == 0, run.stdout[-5000:] + run.stderr[-2000:]
    passed = re.search(r"^(?:#|ℹ) pass (\d+)", run.stdout, re.MULTILINE)
    assert passed, run.stdout[-2000:]
    assert int(passed[1]) >= sum(len(re.findall(r"^test\(", path.read_text(), re.MULTILINE)) for path in TESTS) > 15


def test_the_explorer_is_formatted() -> None:
    formatter = Path(sys.executable).with_name("oxfmt")
    if not formatter.is_file():
        pytest.skip("no oxfmt: make install")
    command = [str(formatter), "--check", "gateway/explorer", "gateway/apidocs", "tests/explorer"]
    run = subprocess.run(command, cwd=REPOSITORY, capture_output=True, text=True, check=False)
    assert run.returncode == 0, f"run `make format`:\n{run.stdout}{run.stderr}"


def test_progress_has_a_label_for_each_stage_and_no_other() -> None:
    source = (EXPLORER / "js" / "progress.js").read_text(encoding="utf-8")
    labels = re.search(r"const NAMES = {(.*?)}", source, re.DOTALL)
    assert labels
    assert re.findall(r"^ *(\w+):", labels[1], re.MULTILINE) == list(STAGE_NAMES)


def test_no_file_of_the_explorer_is_too_long_to_read() -> None:
    files = [path for path in EXPLORER.rglob("*") if path.suffix in {".js", ".css", ".html"} and "vendor" not in path.parts]
    assert len(files) > 20
    assert {path.name: count for path in files if (count := len(path.read_text(encoding="utf-8").splitlines())) > 300} == {}
