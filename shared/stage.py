"""The contract of a stage: declare what it needs and gives, load once, run a batch. It knows nothing of Celery.

``__init__`` only keeps settings; models load in ``load()``. ``run`` takes a batch and answers in the same order,
one output or one StageError each: a bad input never stops its neighbours.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar, Protocol  # Any: a command of any request and answer

from shared.commands import Command
from shared.errors import StageError
from shared.schemas.article import Article, Image
from shared.schemas.base import Schema
from shared.schemas.fusion import FusedGraph
from shared.schemas.graph import GraphReceipt
from shared.schemas.job import StageName
from shared.schemas.linking import EntityLinking
from shared.schemas.situations import VisualEvents
from shared.schemas.text import TextExtraction
from shared.schemas.video import VideoFrames
from shared.schemas.vision import ObjectDetection

StageOutput = TextExtraction | VideoFrames | ObjectDetection | EntityLinking | VisualEvents | FusedGraph | GraphReceipt
OUTPUTS: Mapping[StageName, type[StageOutput]] = {
    "text_ie": TextExtraction,
    "video_frames": VideoFrames,
    "object_detection": ObjectDetection,
    "entity_linking": EntityLinking,
    "visual_events": VisualEvents,
    "fusion": FusedGraph,
    "graph_writer": GraphReceipt,
}


@dataclass(frozen=True)
class Step:
    """A row of the pipeline table (``services/pipeline.py``).

    ``needs`` are stages whose outputs it reads; ``builder`` is ``module:function``; ``requirements`` names the container's lock
    file in ``deploy/requirements``; ``commands`` are what its worker answers beside the pipeline; ``waits_for`` says, for people,
    what it cannot do without, where it raises ServiceUnavailable.
    """

    name: StageName
    needs: tuple[StageName, ...]
    builder: str
    requirements: str
    commands: tuple[Command[Any, Any], ...] = ()
    waits_for: str = "a part of the platform"

    @property
    def gives(self) -> type[StageOutput]:
        """What the stage's output is."""
        return OUTPUTS[self.name]

    @property
    def task(self) -> str:
        """The name of the broker's task."""
        return f"newsgraph.{self.name}"


class StageInput(Schema):
    """An article and the outputs of earlier stages; None where a stage failed or has not run."""

    article: Article
    text_ie: TextExtraction | None = None
    video_frames: VideoFrames | None = None
    object_detection: ObjectDetection | None = None
    entity_linking: EntityLinking | None = None
    visual_events: VisualEvents | None = None
    fusion: FusedGraph | None = None

    @property
    def pictures(self) -> tuple[Image, ...]:
        """The pictures to look at, each once: those of the article, then the keyframes of its videos by time."""
        frames = self.video_frames.keyframes.values() if self.video_frames else ()
        found: dict[str, Image] = {}
        for image in (*self.article.images, *(frame.image for frame in frames)):
            found.setdefault(image.image_id, image)
        return tuple(found.values())


class Stage(Protocol):
    """One step of the pipeline. ``services/<name>/stage.py`` offers ``build(settings, blobs) -> Stage``."""

    name: ClassVar[StageName]

    def load(self) -> None:
        """Load models; called once per process, before ``run``. Raises WeightsError."""
        ...

    def manifest(self) -> tuple[str, ...]:
        """Ids of everything that decides the output beside the input (models, settings, code, galleries, by digest)."""
        ...

    def run(self, batch: Sequence[StageInput]) -> list[StageOutput | StageError]:
        """Process the batch; one result per input, in order."""
        ...
