"""The contract of a stage: declare what it needs and gives, load once, run a batch. It knows nothing of Celery.

``__init__`` only keeps settings; models load in ``load()``. ``run`` takes a batch and answers in the same order,
one output or one StageError each: a bad input never stops its neighbours.
"""

from collections.abc import Sequence
from typing import ClassVar, Protocol

from shared.errors import StageError
from shared.schemas.article import Article
from shared.schemas.base import Schema
from shared.schemas.fusion import FusedGraph
from shared.schemas.graph import GraphReceipt
from shared.schemas.job import StageName
from shared.schemas.linking import EntityLinking
from shared.schemas.situations import VisualEvents
from shared.schemas.text import TextExtraction
from shared.schemas.vision import ObjectDetection

StageOutput = TextExtraction | ObjectDetection | EntityLinking | VisualEvents | FusedGraph | GraphReceipt


class StageInput(Schema):
    """An article and the outputs of earlier stages; None where a stage failed or has not run."""

    article: Article
    text_ie: TextExtraction | None = None
    object_detection: ObjectDetection | None = None
    entity_linking: EntityLinking | None = None
    visual_events: VisualEvents | None = None
    fusion: FusedGraph | None = None


class Stage(Protocol):
    """One step of the pipeline. ``services/<name>/stage.py`` offers ``build(settings, blobs) -> Stage``."""

    name: ClassVar[StageName]

    def load(self) -> None:
        """Load models; called once per process, before ``run``. Raises WeightsError."""
        ...

    def manifest(self) -> tuple[str, ...]:
        """Ids of everything that decides the output beside the input (models with revision, rule versions, gallery state)."""
        ...

    def run(self, batch: Sequence[StageInput]) -> list[StageOutput | StageError]:
        """Process the batch; one result per input, in order."""
        ...
