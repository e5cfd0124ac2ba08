"""Weights that no package carries: a repository of the Hugging Face hub, or a file (or zipped folder) at an address.

They are kept where the libraries themselves keep them: the hub's cache (``HF_HOME``), by ``huggingface_hub``, which the default
installation does without, and ``TORCH_HOME`` for single files.
"""

import os
import zipfile
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path

import httpx

from shared.errors import WeightsError

_CACHE = Path.home() / ".cache"
_FILES = ["*.json", "*.safetensors", "*.model", "*.txt", "*.jinja"]


def is_address(hub: str) -> bool:
    """Tell an address from the id of a repository."""
    return hub.startswith("https://")


def cached(hub: str) -> Path | None:
    """The file or folder, where it has been fetched; of a repository the snapshot of its main branch."""
    if is_address(hub):
        place = _place(hub)
        return place if place.exists() else None
    if find_spec("huggingface_hub") is None:
        return None  # engines that read a repository bring the library along
    found = import_module("huggingface_hub").try_to_load_from_cache(hub, "config.json")
    return Path(found).parent if isinstance(found, str) else None


def fetch(hub: str) -> Path:
    """Fetch it unless it is there; raises WeightsError."""
    found = cached(hub)
    if found is not None:
        return found
    try:
        return _download(hub) if is_address(hub) else Path(_snapshot(hub))
    except (ImportError, OSError, ValueError, RuntimeError, httpx.HTTPError, zipfile.BadZipFile) as error:
        raise WeightsError(
            f"{hub} cannot be fetched ({str(error)[:200]}); fetch it where there is a network and name the file or folder in "
            "NEWSGRAPH_MODEL_FOLDERS"
        ) from error


def _snapshot(hub: str) -> str:
    return str(import_module("huggingface_hub").snapshot_download(hub, allow_patterns=_FILES))


def _place(address: str) -> Path:
    """torch.hub's folder of checkpoints; a zip file becomes a folder."""
    folder = Path(os.environ.get("TORCH_HOME", _CACHE / "torch")) / "hub" / "checkpoints"
    return folder / address.rsplit("/", 1)[-1].removesuffix(".zip")


def _download(address: str) -> Path:
    place = _place(address)
    place.parent.mkdir(parents=True, exist_ok=True)
    part = place.with_name(f"{place.name}.part{os.getpid()}")
    try:
        with httpx.stream("GET", address, follow_redirects=True, timeout=60) as answer, part.open("wb") as file:
            answer.raise_for_status()
            for block in answer.iter_bytes(1 << 20):
                file.write(block)
        if address.endswith(".zip"):
            _unpack(part, place)
        else:
            part.replace(place)
    finally:
        part.unlink(missing_ok=True)
    return place


def _unpack(archive: Path, folder: Path) -> None:
    """Files of the archive without folders of their own, complete or not at all."""
    work = folder.with_name(f"{folder.name}.unpacked{os.getpid()}")
    work.mkdir()
    with zipfile.ZipFile(archive) as file:
        for row in file.infolist():
            if not row.is_dir():
                (work / Path(row.filename).name).write_bytes(file.read(row))
    work.replace(folder)
