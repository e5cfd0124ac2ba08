"""What the code of a container imports is in the file that its image installs."""

import ast
import re
import sys
from importlib.metadata import packages_distributions
from pathlib import Path

import pytest

from shared.settings import REPOSITORY

FILES = {
    "gateway": "gateway",
    "services/text_ie": "text-ie",
    "services/video_frames": "video",
    "services/object_detection": "vision",
    "services/visual_events": "vision",
    "services/entity_linking": "entity-linking",
    "services/fusion": "fusion",
    "services/graph_writer": "core",
}
NOT_IN_CONTAINERS = {"deploy/local", "lab/evaluation", "training"}
_READERS = {"services/entity_linking", "services/object_detection", "services/visual_events"}
USERS = {"shared/sentence_vectors.py": {*_READERS, "services/fusion"}, "shared/image_text/": _READERS}
"""Parts of shared that only some containers load."""
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


def _third_party(folder: str) -> set[str]:
    paths = [p for p in (REPOSITORY / folder).rglob("*.py") if not any(part in p.as_posix() for part in NOT_IN_CONTAINERS)]
    paths = [p for p in paths if not any(part in p.as_posix() for part in USERS)]
    for part, users in USERS.items():
        place = REPOSITORY / part
        paths += (list(place.rglob("*.py")) if place.is_dir() else [place]) if folder in users else []
    found: set[str] = set().union(*(_top_level_imports(path) for path in paths))
    return found - set(sys.stdlib_module_names) - {"shared", "services", "gateway"} - CUDA_IMAGE


@pytest.mark.integration
@pytest.mark.parametrize("folder", sorted(FILES))
def test_every_import_of_a_container_is_in_its_requirements(folder: str) -> None:
    required = _required(FILES[folder])
    missing = {
        name
        for name in _third_party(folder) | _third_party("shared")
        if not {_plain(found) for found in DISTRIBUTIONS.get(name, [name])} & required
    }
    assert missing == set(), f"add them to the extra of {folder} in pyproject.toml and run make lock"


@pytest.mark.integration
def test_all_container_files_take_their_versions_from_the_one_lock() -> None:
    lock = set((REPOSITORY / "requirements.lock").read_text().splitlines())
    # the gpu profile, its tests and training: pinned there, never in the default lock
    torch_only = {"engines.txt", "gliner.txt", "training.txt", "vision-gpu.txt", "vision-gpu-bare.txt"}
    for path in (REPOSITORY / "deploy" / "requirements").glob("*.txt"):
        if path.name in torch_only:
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
