"""What the stage asks of a face engine: boxes with landmarks, and vectors whose distance tells people apart."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

import numpy as np
import numpy.typing as npt

from shared.pictures import RgbArray
from shared.schemas.base import Box

FaceVector = npt.NDArray[np.float64]


@dataclass(frozen=True)
class DetectedFace:
    """A face in pixels of the picture; landmarks are left eye, right eye, nose, left, right mouth corner as (x, y), or none."""

    box: Box
    landmarks: tuple[tuple[float, float], ...]
    confidence: float


@dataclass(frozen=True)
class DistanceCalibration:
    """How an engine's distances are read: at the L2 distance ``same`` two faces are as likely one person as two."""

    same: float
    slope: float

    def confidence(self, distance: float) -> float:
        """Confidence that two faces at this distance show one person; 0.5 at ``same``."""
        return round(float(1 / (1 + np.exp((distance - self.same) * self.slope))), 4)


class FaceEngine(Protocol):
    """Finds and embeds faces; vectors of different engines are never compared, so clusters are kept by ``vector_id``.

    ``detector_id`` and ``vector_id`` are ids of models.toml; ``same_person`` is the L2 distance at which two vectors of this
    engine are as likely one person as two, ``slope`` how fast that changes (confidence = 1 / (1 + exp(slope * (d - same)))).
    """

    detector_id: str
    vector_id: str
    dimensions: int
    same_person: float
    slope: float

    def detect(self, picture: RgbArray) -> list[DetectedFace]:
        """Faces of an HxWx3 RGB picture, best first."""
        ...

    def embed(self, faces: Sequence[tuple[RgbArray, DetectedFace]]) -> FaceVector:
        """Unit vectors [N, dimensions] of faces with the pictures that show them, computed in batches."""
        ...
