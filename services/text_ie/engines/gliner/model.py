"""Loading GLiNER2 (Zaratiana et al. 2025) through its own package, and the shape of what it answers."""

import re
from collections.abc import Mapping, Sequence
from importlib import import_module
from pathlib import Path
from typing import Protocol

from services.text_ie.settings import EngineSettings
from shared.errors import WeightsError
from shared.hub import cached
from shared.schemas.base import Confidence, Schema
from shared.weights import digest

_INSTALL = "install torch for your machine, then `pip install -r deploy/requirements/text-ie-gpu.txt`"
_COMMIT = re.compile(r"[0-9a-f]{40}")
_FILES = ["*.json", "*.safetensors", "*.model", "*.txt", "encoder_config/*"]


class StructureBuilder(Protocol):
    """gliner2's builder of one record type."""

    def field(self, name: str, *, dtype: str, description: str) -> "StructureBuilder": ...


class SchemaBuilder(Protocol):
    """gliner2's schema of one pass; labels with descriptions."""

    def entities(self, entity_types: Mapping[str, str]) -> "SchemaBuilder": ...
    def relations(self, relation_types: Mapping[str, str]) -> "SchemaBuilder": ...
    def structure(self, name: str, *, mode: str, anchor: str) -> StructureBuilder: ...


class Extractor(Protocol):
    """What is used of gliner2's extractors, of both the span and the boundary architecture."""

    def create_schema(self) -> SchemaBuilder: ...
    def set_word_splitter(self, word_splitter: str) -> object: ...
    def batch_extract(
        self,
        texts: Sequence[str],
        schemas: Sequence[SchemaBuilder],
        *,
        batch_size: int,
        threshold: float,
        include_confidence: bool,
        include_spans: bool,
    ) -> list[object]: ...


class AnswerSpan(Schema, extra="ignore"):
    """Words of the window as the model gives them."""

    text: str
    start: int
    end: int
    confidence: Confidence


class AnswerPair(Schema, extra="ignore"):
    """The two ends of a relation."""

    head: AnswerSpan
    tail: AnswerSpan


class EntityAnswer(Schema, extra="ignore"):
    """Answer to a schema of entities, by label."""

    entities: dict[str, list[AnswerSpan]] = {}


class RelationAnswer(Schema, extra="ignore"):
    """Answer to a schema of relations, by label."""

    relation_extraction: dict[str, list[AnswerPair]] = {}


Record = dict[str, AnswerSpan | list[AnswerSpan] | float | None]


def revision(settings: EngineSettings) -> str:
    """The digest of a local folder; else the hub's commit: as pinned, or of what the cache holds (``unfetched`` before)."""
    folder = Path(settings.gliner_model)
    if folder.is_dir():
        return digest(folder)[:12]
    if _COMMIT.fullmatch(settings.gliner_revision):
        return settings.gliner_revision[:12]
    found = cached(settings.gliner_model)
    return found.name[:12] if found else "unfetched"


def load_model(settings: EngineSettings, device: str) -> Extractor:
    """Load from a folder or the hub, in half precision on CUDA; raises WeightsError that says what to do."""
    try:
        auto = import_module("gliner2").AutoExtractor
        import_module("torch")
    except ImportError as error:
        raise WeightsError(f"profile gpu reads text with GLiNER2, and a package is missing ({error}): {_INSTALL}") from error
    folder = Path(settings.gliner_model)
    if not folder.is_dir():
        folder = _from_hub(settings)
    try:
        extractor: Extractor = auto.from_pretrained(str(folder), map_location=device, quantize=device == "cuda")
    except (OSError, RuntimeError, ValueError, TypeError, KeyError) as error:
        raise WeightsError(
            f"{settings.gliner_model} does not load as a GLiNER2 model on {device}: {str(error)[:300]}; NEWSGRAPH_GLINER_MODEL "
            "must be a hub id or a folder with config.json, encoder_config/, tokenizer and model.safetensors"
        ) from error
    return extractor


def _from_hub(settings: EngineSettings) -> Path:
    """The snapshot of the hub model, from the hub's cache or fetched now; its folder is named by the commit."""
    try:
        fetch = import_module("huggingface_hub").snapshot_download
        return Path(fetch(settings.gliner_model, revision=settings.gliner_revision, allow_patterns=_FILES))
    except (ImportError, OSError, ValueError, RuntimeError) as error:
        raise WeightsError(
            f"{settings.gliner_model} is no local folder and cannot be fetched from the hub ({str(error)[:200]}); fetch it where "
            "there is a network and set NEWSGRAPH_GLINER_MODEL to the folder"
        ) from error
