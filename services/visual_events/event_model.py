"""The trained visual event model: the picture tower's features and what detectors found, to event types and a sentence vector."""

import json
from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from services.visual_events.event_scores import EventScores
from services.visual_events.picture_features import picture_features
from services.visual_events.scene import Scene
from shared.image_text.small import PICTURES_ID, PictureReading
from shared.onnx import Device, session
from shared.weights import Weights

_Floats = npt.NDArray[np.float32]


class EventModel:
    """Reads pictures of which tower and detectors have spoken (a product of three experts at one temperature)."""

    def __init__(self, weights: Weights, device: Device = "cpu") -> None:
        folder = weights.path(PICTURES_ID)
        kept = json.loads((folder / "labels.json").read_text(encoding="utf-8"))
        self._classes = tuple(worded(name) for name in kept["heads"]["classes"])
        self._types: tuple[str, ...] = tuple(kept["types"])
        self._session = session(folder / "events.onnx", device)

    def read(self, reading: PictureReading, scenes: Sequence[Scene]) -> list[EventScores]:
        """Scores of each scene, in order; ``reading`` holds the same pictures in the same order."""
        feed = {
            "features": reading.codes.features,
            "classes": reading.heads["classes"],
            "objects": np.stack([picture_features(scene) for scene in scenes]),
        }
        classes, types, vectors = self._session.run(None, feed)
        return [
            EventScores(_named(self._types, kinds), _named(self._classes, row), vector, PICTURES_ID)
            for row, kinds, vector in zip(classes, types, vectors, strict=True)
        ]


def _named(names: Sequence[str], chances: _Floats) -> dict[str, float]:
    return dict(zip(names, (float(p) for p in chances), strict=True))


def worded(wider_class: str) -> str:
    """``Soldier_Firing`` -> ``soldier firing``."""
    return wider_class.replace("--", " ").replace("_", " ").lower()
