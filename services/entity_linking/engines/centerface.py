"""Face boxes and five landmarks by CenterFace (Xu et al. 2019), run by OpenCV's dnn since the file's input size is fixed."""

from pathlib import Path

import cv2
import numpy as np
import numpy.typing as npt

from services.entity_linking.engine import DetectedFace
from services.entity_linking.thresholds import LIMITS
from shared.pictures import RgbArray
from shared.schemas.base import Box

_SIDES = (640, 1280)
_MIN_LONGEST_SIDE = 320
_STRIDE = 4
_OUTPUTS = ("537", "538", "539", "540")
FloatArray = npt.NDArray[np.float32]


class CenterFace:
    """Finds faces from about 12 pixels; looks at 640 pixels on the longer side, and again at 1,280 if small faces are likely."""

    def __init__(self, path: Path) -> None:
        self._net = cv2.dnn.readNetFromONNX(str(path))

    def detect(self, picture: RgbArray) -> list[DetectedFace]:
        """Faces of an HxWx3 RGB picture, best first."""
        longest = max(picture.shape[:2])
        side = min(_SIDES[0], max(_MIN_LONGEST_SIDE, longest))
        seen = self._look(picture, side)
        if longest > side and any(min(_sides(face.box)) * side / longest <= LIMITS.max_hint_side for face in seen):
            seen = seen + self._look(picture, min(_SIDES[1], longest))
        return _best_of_overlapping([face for face in seen if face.confidence > LIMITS.min_centerface_score])

    def _look(self, picture: RgbArray, side: int) -> list[DetectedFace]:
        """Faces with the picture scaled to this longer side, down to the score of a hint."""
        height, width = picture.shape[:2]
        size = (_to_32(width * side / max(height, width)), _to_32(height * side / max(height, width)))
        self._net.setInput(cv2.dnn.blobFromImage(picture, size=size))
        heat, scales, offsets, marks = (output[0] for output in self._net.forward(_OUTPUTS))
        return _decode(heat[0], scales, offsets, marks, (width / size[0], height / size[1], width, height))


def _sides(box: Box) -> tuple[float, float]:
    return box.x1 - box.x0, box.y1 - box.y0


def _to_32(side: float) -> int:
    return max(32, int(np.ceil(side / 32) * 32))


def _decode(
    heat: FloatArray, scales: FloatArray, offsets: FloatArray, marks: FloatArray, back: tuple[float, float, int, int]
) -> list[DetectedFace]:
    """Turn the four maps (stride 4) into faces; ``back`` scales to the picture and gives its size."""
    rows, columns = np.nonzero(heat > LIMITS.min_hint_score)
    faces = []
    for row, column in zip(rows, columns, strict=True):
        high, wide = (float(np.exp(scales[i, row, column]) * _STRIDE) for i in (0, 1))
        y0 = max(0.0, (row + offsets[0, row, column] + 1 / 2) * _STRIDE - high / 2)
        x0 = max(0.0, (column + offsets[1, row, column] + 1 / 2) * _STRIDE - wide / 2)
        box = _clip(x0 * back[0], y0 * back[1], (x0 + wide) * back[0], (y0 + high) * back[1], back)
        points = [
            ((marks[2 * i + 1, row, column] * wide + x0) * back[0], (marks[2 * i, row, column] * high + y0) * back[1])
            for i in range(5)
        ]
        if box is not None:
            landmarks = tuple((round(float(x), 1), round(float(y), 1)) for x, y in points)
            faces.append(DetectedFace(box=box, landmarks=landmarks, confidence=round(float(heat[row, column]), 4)))
    return _best_of_overlapping(faces)


def _clip(x0: float, y0: float, x1: float, y1: float, back: tuple[float, float, int, int]) -> Box | None:
    x0, y0, x1, y1 = max(0.0, x0), max(0.0, y0), min(float(back[2]), x1), min(float(back[3]), y1)
    if min(x1 - x0, y1 - y0) < LIMITS.min_face_side:
        return None
    return Box(x0=round(x0, 1), y0=round(y0, 1), x1=round(x1, 1), y1=round(y1, 1))


def _best_of_overlapping(faces: list[DetectedFace]) -> list[DetectedFace]:
    kept: list[DetectedFace] = []
    for face in sorted(faces, key=lambda f: (-f.confidence, f.box.x0, f.box.y0)):
        if all(face.box.iou(other.box) <= LIMITS.max_face_overlap for other in kept):
            kept.append(face)
    return kept
