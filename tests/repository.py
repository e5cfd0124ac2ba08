"""The repository is for sources: what a test writes goes into a folder of its own."""

import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]


def untracked_files(root: Path) -> set[str]:
    """Files of a git work tree which git neither keeps nor is told to ignore; none where git or the work tree is missing."""
    command = ["git", "status", "--porcelain", "--untracked-files=all", "-z"]
    try:
        result = subprocess.run(command, cwd=root, capture_output=True, text=True, check=False)
    except FileNotFoundError:
        return set()
    return {line[3:] for line in result.stdout.split("\0") if line.startswith("?? ")}


def left_files(root: Path) -> Iterator[None]:
    """Body of a session fixture: fails when the tests leave files in the work tree.

    A file which somebody adds by hand while tests run is told too: git cannot know who wrote it.
    """
    before = untracked_files(root)
    yield
    left = sorted(untracked_files(root) - before)
    if left:
        names = ", ".join(left)
        pytest.fail(f"files appeared in the repository while the tests ran, write into tmp_path instead: {names}", pytrace=False)
