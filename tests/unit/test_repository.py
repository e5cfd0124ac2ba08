"""A test run which leaves a file in the repository fails and names the file."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.repository import ROOT, untracked_files

CONFTEST = """
from pathlib import Path
import pytest
from tests.repository import left_files

@pytest.fixture(autouse=True, scope="session")
def _repository_stays_as_it_is():
    yield from left_files(Path(__file__).parent)
"""


@pytest.fixture
def work_tree(tmp_path: Path) -> Path:
    subprocess.run(["git", "init", "--quiet", "."], cwd=tmp_path, check=True)
    (tmp_path / ".gitignore").write_text("__pycache__/\nbuild/\n")
    (tmp_path / "conftest.py").write_text(CONFTEST)
    (tmp_path / "by_hand.txt").write_text("was there before")
    return tmp_path


def run(work_tree: Path, body: str) -> subprocess.CompletedProcess[str]:
    (work_tree / "test_it.py").write_text(f"from pathlib import Path\n\ndef test_it(tmp_path):\n    {body}\n")
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "."]
    environment = os.environ | {"PYTHONPATH": str(ROOT)}
    return subprocess.run(command, cwd=work_tree, env=environment, capture_output=True, text=True, check=False)


def test_a_file_left_in_the_work_tree_fails_the_run_and_is_named(work_tree: Path) -> None:
    result = run(work_tree, "Path('unused').mkdir(); Path('unused/left file').write_text('x')")
    assert result.returncode == 1
    assert "files appeared in the repository" in result.stdout
    assert "unused/left file" in result.stdout
    assert "by_hand.txt" not in result.stdout


def test_a_file_elsewhere_or_in_an_ignored_folder_is_no_matter(work_tree: Path) -> None:
    result = run(work_tree, "(tmp_path / 'x').write_text('x'); Path('build').mkdir(); Path('build/x').write_text('x')")
    assert result.returncode == 0, result.stdout


def test_where_there_is_no_work_tree_nothing_is_said(tmp_path: Path) -> None:
    (tmp_path / "x").write_text("x")
    assert untracked_files(tmp_path) == set()
