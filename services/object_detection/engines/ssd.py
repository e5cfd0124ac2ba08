"""Object boxes of COCO's 80 classes: SSD MobileNet v2 (Liu et al. 2016; Sandler et al. 2018) through OpenCV's DNN module."""

from pathlib import Path

import cv2
import numpy as np
import numpy.typing as npt

from services.object_detection.detections import Detection, Tile, clip, merge, tiles
from services.object_detection.engines.coco import COCO_NAMES
from shared.pictures import RgbArray

_SIDE = (300, 300)
_THRESHOLDS = {"person": 0.4, "car": 0.45, "bus": 0.45, "truck": 0.45, "airplane": 0.45, "boat": 0.45, "horse": 0.45, "tie": 0.4}
_DEFAULT_THRESHOLD = 0.5
_TILE_PENALTY = 0.1


class SsdDetector:
    """Detects objects in the whole picture, and in overlapping quarters of it, where small things are large enough to see."""

    def __init__(self, graph: Path, description: Path) -> None:
        self._net = cv2.dnn.readNetFromTensorflow(str(graph), str(description))

    def detect(self, picture: RgbArray) -> list[Detection]:
        """Merged detections of an HxWx3 picture, most confident first."""
        height, width = picture.shape[:2]
        found = self._detect_in(picture, Tile(0, 0, width, height, width, height), in_tile=False)
        for tile in tiles(width, height):
            window = np.ascontiguousarray(picture[tile.y0 : tile.y1, tile.x0 : tile.x1])
            found += [d for d in self._detect_in(window, tile, in_tile=True) if not tile.cuts(d.box)]
        return merge(found)

    def _detect_in(self, window: RgbArray, tile: Tile, *, in_tile: bool) -> list[Detection]:
        self._net.setInput(cv2.dnn.blobFromImage(window, size=_SIDE, swapRB=False))
        rows: npt.NDArray[np.float32] = self._net.forward()[0, 0]
        detections = (_detection(row, tile, in_tile=in_tile) for row in rows)
        return [d for d in detections if d is not None]


def _detection(row: npt.NDArray[np.float32], tile: Tile, *, in_tile: bool) -> Detection | None:
    """A row is (image, class id, confidence, x0, y0, x1, y1), the corners as fractions of the tile."""
    label, confidence = COCO_NAMES.get(int(row[1])), min(float(row[2]), 1.0)
    threshold = _THRESHOLDS.get(label or "", _DEFAULT_THRESHOLD) + (_TILE_PENALTY if in_tile else 0.0)
    if label is None or confidence < threshold:
        return None
    width, height = tile.x1 - tile.x0, tile.y1 - tile.y0
    x0, y0, x1, y1 = (float(v) for v in row[3:7])
    corners = (tile.x0 + x0 * width, tile.y0 + y0 * height, tile.x0 + x1 * width, tile.y0 + y1 * height)
    box = clip(corners, tile.picture_width, tile.picture_height)
    return Detection(label, confidence, box, in_tile) if box else None
