"""What picture tasks ask of the production stages, beside ``run``; a stage that lacks it is told by ``lacking``."""

from collections.abc import Mapping, Sequence
from typing import Protocol, runtime_checkable

from shared.errors import ConfigurationError
from shared.image_text.encoder import ImageTextEncoder
from shared.pictures import RgbArray
from shared.schemas.vision import Region
from shared.stage import Stage, StageInput

Corners = tuple[float, float, float, float]
Pointed = tuple[float, float, Corners | None, float]
"""A point in pixels, the corners x0, y0, x1, y1 of what is meant (None: only the point is known), a confidence."""


class EventProbabilities(Protocol):
    """Probabilities of event types (``none`` among them) and of WIDER's classes, in any case, with blanks or underscores."""

    @property
    def types(self) -> Mapping[str, float]:
        """By AIDA id."""
        ...

    @property
    def classes(self) -> Mapping[str, float]:
        """By WIDER class."""
        ...


@runtime_checkable
class ScoresEvents(Protocol):
    """visual_events, for the task ``visual-events``."""

    def scores(self, picture: RgbArray, seen: StageInput) -> EventProbabilities:
        """The trained model's answer for the one picture of an article; raises ConfigurationError without a model."""
        ...


@runtime_checkable
class Points(Protocol):
    """visual_events, for the task ``grounding``."""

    def point(self, picture: RgbArray, phrases: Sequence[str], regions: Sequence[Region] = ()) -> Sequence[Pointed | None]:
        """Where each phrase is, None for nowhere; ``regions`` are object_detection's of this picture."""
        ...


@runtime_checkable
class Encodes(Protocol):
    """visual_events, for the task ``retrieval``."""

    @property
    def encoder(self) -> ImageTextEncoder | None:
        """None where the profile has none."""
        ...


def lacking(stage: Stage, task: str) -> ConfigurationError:
    """The error of a stage that cannot do what the task measures."""
    return ConfigurationError(f"{stage.name} of this profile cannot do what the task {task!r} measures: choose another profile")
