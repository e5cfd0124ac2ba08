"""Face vectors by dlib's ResNet (128-d, King 2017; LFW 99.38% by its author), aligned on the five-point predictor.

The network runs as ONNX (``training/convert_faces.py``), since dlib's own build takes about ten times as long.
"""

import os
from collections.abc import Sequence
from pathlib import Path

import dlib
import numpy as np

from services.entity_linking.alignment import Points, chip
from services.entity_linking.engine import DetectedFace, FaceVector
from services.entity_linking.engines.centerface import CenterFace
from services.entity_linking.thresholds import LIMITS
from shared.onnx import session
from shared.pictures import RgbArray
from shared.schemas.base import Box

DIMENSIONS = 128
_BATCH = 16
_THREADS = 2
__all__ = ["DIMENSIONS", "EmbeddedFaces", "FaceEmbedder", "FaceVector"]


class FaceEmbedder:
    """Maps faces to unit vectors; each is the mean of the face and its mirror image."""

    def __init__(self, predictor: Path, network: Path) -> None:
        self._predictor = dlib.shape_predictor(str(predictor))
        self._network = session(network, threads=min(_THREADS, len(os.sched_getaffinity(0))))

    def embed(self, picture: RgbArray, boxes: Sequence[Box]) -> list[FaceVector]:
        """One unit vector a box, in order."""
        return list(self.embed_chips([self.chip(picture, box) for box in boxes]))

    def chip(self, picture: RgbArray, box: Box) -> RgbArray:
        """The upright face in a box, 150 x 150."""
        return chip(picture, self._points(picture, box))

    def embed_chips(self, chips: Sequence[RgbArray]) -> FaceVector:
        """Unit vectors [N, 128] of upright faces, in batches."""
        rows = [self._batch(np.stack(chips[start : start + _BATCH])) for start in range(0, len(chips), _BATCH)]
        return np.concatenate(rows) if rows else np.zeros((0, DIMENSIONS))

    def _batch(self, chips: RgbArray) -> FaceVector:
        both = np.concatenate([chips, chips[:, :, ::-1]])
        vectors = self._network.run(None, {"faces": both})[0].astype(np.float64)
        mean = vectors[: len(chips)] + vectors[len(chips) :]
        return np.asarray(mean / np.linalg.norm(mean, axis=1, keepdims=True))

    def _points(self, picture: RgbArray, box: Box) -> Points:
        """The five points of a face [5, 2]."""
        return np.array([(point.x, point.y) for point in self._predictor(picture, _square(box)).parts()], dtype=np.float64)


class EmbeddedFaces:
    """The face engine of the embedded profile: CenterFace, then dlib's network."""

    detector_id = "centerface"
    vector_id = "dlib-face-resnet"
    dimensions = DIMENSIONS
    same_person = LIMITS.max_dlib_distance
    slope = LIMITS.dlib_slope

    def __init__(self, detector: CenterFace, embedder: FaceEmbedder) -> None:
        self._detector, self._embedder = detector, embedder

    def detect(self, picture: RgbArray) -> list[DetectedFace]:
        """Faces of an HxWx3 RGB picture, best first."""
        return self._detector.detect(picture)

    def embed(self, faces: Sequence[tuple[RgbArray, DetectedFace]]) -> FaceVector:
        """Unit vectors [N, 128] of faces with their pictures."""
        return self._embedder.embed_chips([self._embedder.chip(picture, face.box) for picture, face in faces])


def _square(box: Box) -> dlib.rectangle:
    """The predictor was trained on square boxes from the brows to the chin."""
    side = (box.x1 - box.x0 + box.y1 - box.y0) / 2
    x, y = (box.x0 + box.x1) / 2, (box.y0 + box.y1) / 2 + LIMITS.predictor_shift * side
    return dlib.rectangle(int(x - side / 2), int(y - side / 2), int(x + side / 2), int(y + side / 2))
