"""Object boxes of COCO's 80 classes: NanoDet-g (github.com/RangiLyu/nanodet) through ONNX Runtime.

An anchor-free one-stage detector after FCOS with generalised focal loss (Li et al., NeurIPS 2020): every cell gives class scores
and, for each side of its box, a distribution over 0 to 10 cells of distance.
"""

from collections.abc import Sequence
from pathlib import Path

import cv2
import numpy as np
import numpy.typing as npt

from services.object_detection.detections import Detection, clip, merge
from services.object_detection.engines.coco import COCO_NAMES
from services.object_detection.thresholds import LIMITS
from shared.onnx import session
from shared.pictures import RgbArray

_SIDE = 416
_STRIDES = (8, 16, 32)
_MEAN = np.array((123.675, 116.28, 103.53), np.float32)
_STD = np.array((58.395, 57.12, 57.375), np.float32)
_LABELS = tuple(COCO_NAMES[number] for number in sorted(COCO_NAMES))

Floats = npt.NDArray[np.float32]


class NanoDetector:
    """Detects objects in the whole picture, squeezed into 416 x 416 pixels; about 55 ms on one core."""

    model_id = "nanodet-g"

    def __init__(self, graph: Path, threads: int) -> None:
        self._session = session(graph, threads=threads)
        self._input = self._session.get_inputs()[0].name
        self._centres, self._strides = _cells()

    def detect(self, pictures: Sequence[RgbArray]) -> list[list[Detection]]:
        """Merged detections of each HxWx3 picture down to faint ones, most confident first."""
        return [self._detect(picture) for picture in pictures]

    def _detect(self, picture: RgbArray) -> list[Detection]:
        outputs = [output[0] for output in self._session.run(None, {self._input: _prepare(picture)})]
        scores, distances = np.concatenate(outputs[:3]), np.concatenate(outputs[3:])
        cells, classes = np.nonzero(scores >= LIMITS.min_raw_detection)
        best = np.argsort(-scores[cells, classes], kind="stable")[: int(LIMITS.max_raw_detections)]
        cells, classes = cells[best], classes[best]
        height, width = picture.shape[:2]
        corners = self._corners(distances[cells], cells) * np.array((width, height, width, height), np.float32) / _SIDE
        rows = zip(classes, scores[cells, classes], corners, strict=True)
        found = (_detection(int(label), float(score), box, (width, height)) for label, score, box in rows)
        return merge(d for d in found if d is not None)

    def _corners(self, distances: Floats, cells: npt.NDArray[np.int64]) -> Floats:
        """Boxes in pixels of the squeezed picture, from the mean of each side's distribution."""
        bins = distances.reshape(-1, 4, 11)
        weights = np.exp(bins - bins.max(axis=2, keepdims=True))
        sides = (weights @ np.arange(11, dtype=np.float32)) / weights.sum(axis=2) * self._strides[cells, None]
        centres = self._centres[cells]
        return np.concatenate((centres - sides[:, :2], centres + sides[:, 2:]), axis=1)


def _prepare(picture: RgbArray) -> Floats:
    """1 x 3 x 416 x 416, blue first."""
    shrink = max(picture.shape[:2]) > _SIDE
    small = cv2.resize(picture, (_SIDE, _SIDE), interpolation=cv2.INTER_AREA if shrink else cv2.INTER_LINEAR)
    return np.ascontiguousarray(((small - _MEAN) / _STD)[:, :, ::-1].transpose(2, 0, 1)[None])


def _cells() -> tuple[Floats, Floats]:
    """Centre (x, y) and stride of every cell, in the order of the outputs."""
    centres, strides = [], []
    for stride in _STRIDES:
        line = (np.arange(_SIDE // stride, dtype=np.float32) + 1 / 2) * stride
        ys, xs = np.meshgrid(line, line, indexing="ij")
        centres.append(np.stack((xs.ravel(), ys.ravel()), axis=1))
        strides.append(np.full(xs.size, stride, np.float32))
    return np.concatenate(centres), np.concatenate(strides)


def _detection(label: int, score: float, corners: Floats, size: tuple[int, int]) -> Detection | None:
    x0, y0, x1, y1 = (float(v) for v in corners)
    box = clip((x0, y0, x1, y1), *size)
    return Detection(_LABELS[label], min(score, 1.0), box) if box else None
