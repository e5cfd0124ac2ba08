"""The trained visual event model: the picture tower's features and what detectors found, to event types and a sentence vector."""

import json
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from services.visual_events.event_scores import EventScores
from services.visual_events.picture_features import picture_features
from services.visual_events.scene import Scene
from shared.image_text.small import PICTURES_ID, PictureReading
from shared.image_text.trunk import session
from shared.weights import Weights

NONE = "none"
_Floats = npt.NDArray[np.float32]


@dataclass(frozen=True)
class EventLabels:
    """WIDER's classes in the order of the model's answers, and the event type of each (``none`` where it has none)."""

    classes: tuple[str, ...]
    types: dict[str, str]


class EventModel:
    """Reads pictures of which tower and detectors have spoken (late fusion of two experts, calibrated by one temperature)."""

    def __init__(self, weights: Weights, device: str = "cpu") -> None:
        folder = weights.path(PICTURES_ID)
        kept = json.loads((folder / "labels.json").read_text(encoding="utf-8"))
        self.labels = EventLabels(tuple(kept["heads"]["classes"]), kept["types"])
        self._session = session(folder / "events.onnx", device)

    def read(self, reading: PictureReading, scenes: Sequence[Scene]) -> list[EventScores]:
        """Scores of each scene, in order; ``reading`` holds the same pictures in the same order."""
        feed = {
            "features": reading.codes.features,
            "classes": reading.heads["classes"],
            "objects": np.stack([picture_features(scene) for scene in scenes]),
        }
        classes, vectors = self._session.run(None, feed)
        return [self._scores(row, vector) for row, vector in zip(classes, vectors, strict=True)]

    def _scores(self, row: _Floats, vector: _Floats) -> EventScores:
        classes = dict(zip(self.labels.classes, (float(p) for p in row), strict=True))
        types: dict[str, float] = {}
        for name, probability in classes.items():
            kind = self.labels.types.get(name, NONE)
            types[kind] = types.get(kind, 0.0) + probability
        words = {worded(name): probability for name, probability in classes.items()}
        return EventScores(types, words, vector, PICTURES_ID)


def worded(wider_class: str) -> str:
    """``Soldier_Firing`` -> ``soldier firing``."""
    return wider_class.replace("--", " ").replace("_", " ").lower()
