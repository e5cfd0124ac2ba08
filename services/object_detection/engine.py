"""What the stage asks of an engine: boxes of a fixed vocabulary, boxes for given phrases, or classes of all pixels."""

from collections.abc import Sequence
from typing import Protocol

from services.object_detection.detections import Detection
from shared.pictures import RgbArray
from shared.schemas.vision import Segment


class ObjectDetector(Protocol):
    """Finds objects of its own classes (one-stage and two-stage detectors, instance segmentation)."""

    model_id: str

    def detect(self, pictures: Sequence[RgbArray]) -> list[list[Detection]]:
        """Detections of each picture, in order; boxes in its pixels."""
        ...


class PhraseDetector(Protocol):
    """Finds what phrases name (open vocabulary)."""

    model_id: str

    def find(self, pictures: Sequence[RgbArray], phrases: Sequence[str]) -> list[list[Detection]]:
        """Detections of each picture, labelled with the phrase as given."""
        ...


class Segmenter(Protocol):
    """Gives every pixel a class (semantic segmentation)."""

    model_id: str

    def segment(self, pictures: Sequence[RgbArray]) -> list[list[Segment]]:
        """The classes of each picture with their pixels, largest first."""
        ...
