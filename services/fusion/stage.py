"""The fusion stage: one graph over both media, from whatever the earlier stages could find."""

from collections.abc import Sequence
from pathlib import Path
from typing import ClassVar

from services.fusion.article_index import collect
from services.fusion.catalogue import ENGINES, SENTENCES
from services.fusion.fuse import Fuser
from shared.blobs import Blobs
from shared.engines import EngineRegistry
from shared.errors import StageError
from shared.manifest import SENTENCE_VECTORS, ontology_id, source_id
from shared.ontology import load_ontology
from shared.schemas.fusion import FusedGraph
from shared.schemas.job import StageName
from shared.schemas.text import NotAttempted
from shared.settings import Settings
from shared.stage import StageInput, StageOutput

FOLDER = Path(__file__).parent
_MISSING = {
    "text_ie": ("entities and events of the text", "text_ie gave no output"),
    "object_detection": ("grounding in objects and written words", "object_detection gave no output"),
    "entity_linking": ("faces, flags and records", "entity_linking gave no output"),
    "visual_events": ("alignment of events", "visual_events gave no output"),
}


class FusionStage:
    """Links, grounds, aligns and merges; an absent stage is reported, and the others are fused without it."""

    name: ClassVar[StageName] = "fusion"

    def __init__(self, settings: Settings) -> None:
        self._registry = EngineRegistry(ENGINES, settings)
        self._fuser: Fuser | None = None

    def load(self) -> None:
        """Load the sentence encoder and the ontology; raises WeightsError."""
        self._fuser = Fuser(self._registry.one(SENTENCES), load_ontology())

    def manifest(self) -> tuple[str, ...]:
        """The encoder, its tokenizer, the ontology and the rules."""
        return (*self._registry.manifest(), ontology_id(), source_id(FOLDER, SENTENCE_VECTORS))

    def run(self, batch: Sequence[StageInput]) -> list[StageOutput | StageError]:
        """One graph for each article, or a StageError where no earlier stage gave anything."""
        return [self._fuse(given) for given in batch]

    def _fuse(self, given: StageInput) -> FusedGraph | StageError:
        if self._fuser is None:
            raise RuntimeError("load() must be called before run()")
        missing = [name for name in _MISSING if getattr(given, name) is None]
        if len(missing) == len(_MISSING):
            return StageError("no earlier stage gave any output for this article, so there is nothing to fuse")
        graph = self._fuser.fuse(collect(given))
        notes = tuple(NotAttempted(part=_MISSING[name][0], reason=_MISSING[name][1]) for name in missing)
        return graph.model_copy(update={"not_attempted": notes + graph.not_attempted})


def build(settings: Settings, blobs: Blobs) -> FusionStage:
    """The stage; it needs no blobs, since it reads no pictures."""
    return FusionStage(settings)
