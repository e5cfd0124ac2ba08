"""Object boxes of COCO's 80 classes: SSD MobileNet v2 (Liu et al. 2016; Sandler et al. 2018) through OpenCV's DNN module."""

from collections.abc import Sequence
from pathlib import Path

import cv2
import numpy as np
import numpy.typing as npt

from services.object_detection.detections import Detection, clip
from services.object_detection.engines.coco import COCO_NAMES
from services.object_detection.thresholds import LIMITS
from shared.pictures import RgbArray

_SIDE = (300, 300)


class SsdDetector:
    """Detects objects in the whole picture, squeezed into 300 x 300 pixels; about 85 ms on one core."""

    model_id = "ssd-mobilenet-v2-coco"

    def __init__(self, graph: Path, description: Path) -> None:
        self._net = cv2.dnn.readNetFromTensorflow(str(graph), str(description))

    def detect(self, pictures: Sequence[RgbArray]) -> list[list[Detection]]:
        """Detections of each HxWx3 picture down to faint ones; the graph itself suppresses duplicates."""
        return [self._detect(picture) for picture in pictures]

    def _detect(self, picture: RgbArray) -> list[Detection]:
        self._net.setInput(cv2.dnn.blobFromImage(picture, size=_SIDE, swapRB=False))
        rows: npt.NDArray[np.float32] = self._net.forward()[0, 0]
        detections = (_detection(row, picture.shape[1], picture.shape[0]) for row in rows)
        return [d for d in detections if d is not None]


def _detection(row: npt.NDArray[np.float32], width: int, height: int) -> Detection | None:
    """A row is (image, class id, confidence, x0, y0, x1, y1), the corners as fractions of the picture."""
    label, confidence = COCO_NAMES.get(int(row[1])), min(float(row[2]), 1.0)
    if label is None or confidence < LIMITS.min_raw_detection:
        return None
    x0, y0, x1, y1 = (float(v) for v in row[3:7])
    box = clip((x0 * width, y0 * height, x1 * width, y1 * height), width, height)
    return Detection(label, confidence, box) if box else None
