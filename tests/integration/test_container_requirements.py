"""What the code of a container imports is in the file that its image installs, and these files follow the pipeline table."""

import ast
import re
import sys
from importlib.metadata import packages_distributions
from pathlib import Path

import pytest

from deploy.build.image_files import CONTAINERS, GATEWAY, container_modules
from deploy.build.lock import CONTAINERS as LOCKED
from services.pipeline import PIPELINE
from shared.settings import REPOSITORY

FILES = {GATEWAY: "gateway", **{row.name: row.requirements for row in PIPELINE}}
"""The file of deploy/requirements that each image installs."""
TORCH_ONLY = {"engines.txt", "training.txt"}
"""Tests of the gpu profile and training; like files that end with -gpu or -gpu-bare pinned there, never in the default lock."""
CUDA_IMAGE = {"torch"}  # comes with the image that deploy/Dockerfile builds for the profile gpu
DISTRIBUTIONS = {**packages_distributions(), "dlib": ["dlib-bin"]}  # dlib-bin does not list its module


def _plain(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()


def _required(name: str) -> set[str]:
    lines = (REPOSITORY / "deploy" / "requirements" / f"{name}.txt").read_text().splitlines()
    return {_plain(line.split("==")[0]) for line in lines if "==" in line}


def _top_level_imports(path: Path) -> set[str]:
    """Modules imported anywhere in the file, also inside functions, by their first name."""
    nodes = list(ast.walk(ast.parse(path.read_text())))
    names = {alias.name for node in nodes if isinstance(node, ast.Import) for alias in node.names}
    names |= {node.module for node in nodes if isinstance(node, ast.ImportFrom) and node.module and node.level == 0}
    return {name.split(".")[0] for name in names}


def _third_party(container: str) -> set[str]:
    found = {name for file in container_modules(container).values() for name in _top_level_imports(REPOSITORY / file)}
    return found - set(sys.stdlib_module_names) - {"shared", "services", "gateway"} - CUDA_IMAGE


@pytest.mark.integration
@pytest.mark.parametrize("container", CONTAINERS)
def test_every_import_of_a_container_is_in_its_requirements(container: str) -> None:
    required = _required(FILES[container])
    missing = {
        name for name in _third_party(container) if not {_plain(found) for found in DISTRIBUTIONS.get(name, [name])} & required
    }
    assert missing == set(), f"add them to the extra of {container} in pyproject.toml and run make lock"


@pytest.mark.integration
def test_the_lock_resolves_a_file_for_each_container_and_no_other() -> None:
    assert set(LOCKED) == {"core", *FILES.values()}
    written = {path.stem for path in (REPOSITORY / "deploy" / "requirements").glob("*.txt") if not _needs_torch(path)}
    assert written == set(LOCKED)


@pytest.mark.integration
def test_what_a_gpu_adds_belongs_to_the_file_of_a_container() -> None:
    """deploy/build/install-packages finds these files by their names."""
    added = {path.stem for path in (REPOSITORY / "deploy" / "requirements").glob("*-gpu*.txt")}
    assert {name.removesuffix("-bare").removesuffix("-gpu") for name in added} <= set(FILES.values())
    assert added


def _needs_torch(path: Path) -> bool:
    return path.name in TORCH_ONLY or path.stem.endswith(("-gpu", "-gpu-bare"))


@pytest.mark.integration
def test_all_container_files_take_their_versions_from_the_one_lock() -> None:
    lock = set((REPOSITORY / "requirements.lock").read_text().splitlines())
    for path in (REPOSITORY / "deploy" / "requirements").glob("*.txt"):
        if _needs_torch(path):
            continue
        pinned = {line for line in path.read_text().splitlines() if "==" in line}
        assert {line for line in pinned if ";" not in line} <= lock | {line.split(" ;")[0] for line in lock}, path.name


@pytest.mark.integration
def test_the_default_lock_has_no_torch_no_second_opencv_and_no_index_address() -> None:
    text = (REPOSITORY / "requirements.lock").read_text()
    names = {_plain(line.split("==")[0]) for line in text.splitlines() if "==" in line}
    assert names & {"torch", "torchvision", "opencv-python", "huggingface-hub", "hf-xet", "ultralytics"} == set()
    assert "opencv-python-headless" in names
    assert "http" not in text.replace("httpcore", "").replace("httpx", "")
