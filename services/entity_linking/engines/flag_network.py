"""The trained reader of flags: whose flag a window shows, if any, and where in it. Written by lab/training/flags/train.py."""

from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np
import numpy.typing as npt

from services.entity_linking.thresholds import LIMITS
from shared.errors import WeightsError
from shared.onnx import session
from shared.pictures import RgbArray

INPUT = (36, 24)
_BATCH = 64
FloatArray = npt.NDArray[np.float32]


@dataclass(frozen=True)
class Reading:
    """N windows: probabilities NxC of the countries, probability N of no flag, boxes Nx4 (x0 y0 x1 y1) in pixels."""

    countries: FloatArray
    none: FloatArray
    boxes: FloatArray


class FlagNetwork:
    """Reads windows; ``countries`` are the ISO codes of its columns. Raises WeightsError for a file that is no such network."""

    def __init__(self, path: Path) -> None:
        self._session = session(path)
        named = self._session.get_modelmeta().custom_metadata_map.get("countries", "")
        if not named:
            raise WeightsError(f"{path} names no countries; write it with lab/training/flags/train.py")
        self.countries = tuple(named.split())

    def read(self, picture: RgbArray, boxes: FloatArray) -> Reading:
        """Read Nx4 windows, cut at the edges of the picture."""
        parts = [self._read(picture, boxes[i : i + _BATCH]) for i in range(0, len(boxes), _BATCH)]
        if not parts:
            return Reading(np.zeros((0, len(self.countries)), np.float32), np.zeros(0, np.float32), np.zeros((0, 4), np.float32))
        logits, found = (np.concatenate(column) for column in zip(*parts, strict=True))
        powers = np.exp(logits - logits.max(axis=1, keepdims=True))
        shares = powers / powers.sum(axis=1, keepdims=True)
        return Reading(shares[:, :-1], shares[:, -1], _in_pixels(found, boxes, picture))

    def _read(self, picture: RgbArray, boxes: FloatArray) -> tuple[FloatArray, FloatArray]:
        windows = np.stack([_cut(picture, box) for box in boxes]).astype(np.float32).transpose(0, 3, 1, 2) / 255
        logits, found = self._session.run(["logits", "boxes"], {"windows": np.ascontiguousarray(windows)})
        return np.asarray(logits, np.float32), np.asarray(found, np.float32)


def _cut(picture: RgbArray, box: FloatArray) -> RgbArray:
    height, width = picture.shape[:2]
    x0, y0 = min(max(int(box[0]), 0), width - 1), min(max(int(box[1]), 0), height - 1)
    x1, y1 = min(max(int(np.ceil(box[2])), x0 + 1), width), min(max(int(np.ceil(box[3])), y0 + 1), height)
    smaller = (x1 - x0) * (y1 - y0) > INPUT[0] * INPUT[1]
    how = cv2.INTER_AREA if smaller else cv2.INTER_LINEAR
    return np.asarray(cv2.resize(picture[y0:y1, x0:x1], INPUT, interpolation=how), dtype=np.uint8)


def _in_pixels(found: FloatArray, boxes: FloatArray, picture: RgbArray) -> FloatArray:
    inside = np.clip(found, -LIMITS.max_flag_edge, 1 + LIMITS.max_flag_edge)
    corner, size = np.tile(boxes[:, :2], 2), np.tile(boxes[:, 2:] - boxes[:, :2], 2)
    height, width = picture.shape[:2]
    moved = np.clip(corner + inside * size, 0, np.array([width, height, width, height]))
    usable = (moved[:, 2] - moved[:, 0] >= 4) & (moved[:, 3] - moved[:, 1] >= 4)
    return np.asarray(np.where(usable[:, None], moved, boxes), dtype=np.float32)
