"""Face vectors by dlib's ResNet (128-d, King 2017; LFW 99.38% by its author), aligned on the five-point predictor."""

from collections.abc import Sequence
from pathlib import Path

import dlib
import numpy as np
import numpy.typing as npt

from shared.pictures import RgbArray
from shared.schemas.base import Box

FaceVector = npt.NDArray[np.float64]
DIMENSIONS = 128


class FaceEmbedder:
    """Maps faces to unit-scale vectors: the same person lies within about 0.5 (L2), different people above about 0.6."""

    def __init__(self, predictor: Path, network: Path) -> None:
        self._predictor = dlib.shape_predictor(str(predictor))
        self._network = dlib.face_recognition_model_v1(str(network))

    def embed(self, picture: RgbArray, boxes: Sequence[Box]) -> list[FaceVector]:
        """One 128-d vector a box, in order; all faces of the picture in one batch."""
        if not boxes:
            return []
        shapes = dlib.full_object_detections()
        for box in boxes:
            shapes.append(self._predictor(picture, _square(box)))
        return [np.asarray(vector) for vector in self._network.compute_face_descriptor(picture, shapes)]


def _square(box: Box) -> dlib.rectangle:
    """The predictor was trained on square boxes from the brows to the chin."""
    side = (box.x1 - box.x0 + box.y1 - box.y0) / 2
    x, y = (box.x0 + box.x1) / 2, (box.y0 + box.y1) / 2 + 0.05 * side
    return dlib.rectangle(int(x - side / 2), int(y - side / 2), int(x + side / 2), int(y + side / 2))
