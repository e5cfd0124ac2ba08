"""The hub's cache is read by the hub's own library, in a process of its own: it reads its settings when it is imported."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from shared.settings import REPOSITORY

pytest.importorskip("huggingface_hub")

ASK = "from shared.hub import cached; print(cached('fastino/gliner2.5-multi-v1'))"


def ask(home: Path) -> str:
    environment = os.environ | {"HF_HOME": str(home), "PYTHONPATH": os.pathsep.join([str(REPOSITORY), *sys.path])}
    environment.pop("HF_HUB_CACHE", None)
    done = subprocess.run([sys.executable, "-c", ASK], env=environment, capture_output=True, text=True, check=True)
    return done.stdout.strip()


def snapshot(home: Path, revision: str) -> Path:
    folder = home / "hub" / "models--fastino--gliner2.5-multi-v1" / "snapshots" / revision
    folder.mkdir(parents=True)
    (folder / "config.json").write_text("{}")
    return folder


def test_what_was_not_fetched_is_not_found(tmp_path: Path) -> None:
    assert ask(tmp_path) == "None"


def test_the_snapshot_of_the_main_branch_is_found(tmp_path: Path) -> None:
    wanted = snapshot(tmp_path, "a" * 40)
    snapshot(tmp_path, "b" * 40)
    refs = tmp_path / "hub" / "models--fastino--gliner2.5-multi-v1" / "refs"
    refs.mkdir()
    (refs / "main").write_text("a" * 40)
    assert ask(tmp_path) == str(wanted)
