"""Where a flag may be: windows of few cloth colours that stand out from what is around them. No country is looked at here."""

from functools import lru_cache

import cv2
import numpy as np
import numpy.typing as npt

from services.entity_linking.engines.colours import COLOURS, OTHER, colour_map
from services.entity_linking.engines.flag_windows import SHAPES, SIZES
from services.entity_linking.thresholds import LIMITS
from shared.pictures import RgbArray

_SIDE = 128
FloatArray = npt.NDArray[np.float32]


def places(picture: RgbArray, most: int) -> FloatArray:
    """At most ``most`` boxes Nx4 (x0 y0 x1 y1) in pixels, the likeliest first; none where nothing looks like cloth."""
    height, width = picture.shape[:2]
    scale = max(height, width) / _SIDE
    size = (max(1, int(width / scale)), max(1, int(height / scale)))
    small = np.asarray(cv2.resize(picture, size, interpolation=cv2.INTER_AREA), dtype=np.uint8)
    boxes = _windows(*size)
    if not len(boxes):
        return np.zeros((0, 4), np.float32)
    scores = _scores(colour_map(exposed(small)), boxes)
    order = np.argsort(-scores, kind="stable")[: 12 * most]
    order = order[scores[order] > 0]
    kept = apart(boxes[order].astype(np.float32), LIMITS.max_place_overlap, most)
    return np.asarray(boxes[order[kept]] * scale, dtype=np.float32)


def apart(boxes: FloatArray, most_overlap: float, most: int) -> npt.NDArray[np.int64]:
    """Positions of the boxes that overlap (IoU) no earlier one that is kept by more than that."""
    kept: list[int] = []
    free = np.ones(len(boxes), dtype=bool)
    for place in range(len(boxes)):
        if free[place]:
            kept.append(place)
            if len(kept) == most:
                break
            free &= overlaps(boxes[place], boxes) <= most_overlap
    return np.array(kept, dtype=np.int64)


def overlaps(box: FloatArray, boxes: FloatArray) -> FloatArray:
    """Intersection over union of a box with each of the others."""
    low, high = np.maximum(box[:2], boxes[:, :2]), np.minimum(box[2:], boxes[:, 2:])
    shared = np.clip(high - low, 0, None).prod(axis=1)
    both = (boxes[:, 2:] - boxes[:, :2]).prod(axis=1) + (box[2:] - box[:2]).prod()
    return np.asarray(shared / (both - shared), dtype=np.float32)


def exposed(picture: RgbArray) -> RgbArray:
    """The picture with its bright parts at full brightness, as dim light hides colours."""
    bright = float(np.percentile(picture.max(axis=2), LIMITS.bright_percentile))
    return np.asarray(cv2.convertScaleAbs(picture, alpha=float(np.clip(250 / max(bright, 1.0), 1.0, 3.0))), dtype=np.uint8)


@lru_cache(maxsize=64)
def _windows(width: int, height: int) -> npt.NDArray[np.int64]:
    found = []
    for size in SIZES:
        for shape in SHAPES:
            side = size * float(np.sqrt(height * width))
            w, h = int(side * np.sqrt(shape)), int(side / np.sqrt(shape))
            if 8 <= w <= width and 6 <= h <= height:
                ys, xs = np.arange(0, height - h + 1, max(2, h // 4)), np.arange(0, width - w + 1, max(2, w // 4))
                found += [(x, y, x + w, y + h) for y in ys.tolist() for x in xs.tolist()]
    return np.array(found, dtype=np.int64).reshape(-1, 4)


def _scores(colours: npt.NDArray[np.uint8], boxes: npt.NDArray[np.int64]) -> FloatArray:
    """How much cloth a window has and how unlike its surroundings it is; 0 for one colour and for confetti."""
    height, width = colours.shape
    total = _integral(np.eye(len(COLOURS), dtype=np.float32)[colours])
    edges = np.zeros((height, width, 1), np.float32)
    edges[:, 1:, 0] += colours[:, 1:] != colours[:, :-1]
    edges[1:, :, 0] += colours[1:] != colours[:-1]
    inside = _sums(total, boxes)
    sides = np.tile(boxes[:, 2:] - boxes[:, :2], 2) / 2
    around = np.rint(LIMITS.place_ring * sides * (-1, -1, 1, 1)).astype(np.int64)
    ring = _sums(total, np.clip(boxes + around, 0, (width, height, width, height))) - inside
    area, outside = inside.sum(axis=1, keepdims=True), np.maximum(ring.sum(axis=1, keepdims=True), 1)
    contrast = np.abs(inside / area - ring / outside).sum(axis=1) / 2
    named = 1 - inside[:, OTHER] / area[:, 0]
    borders = _sums(_integral(edges), boxes)[:, 0] / np.sqrt(area[:, 0])
    usable = (named > LIMITS.place_min_cloth) & (borders > LIMITS.place_min_borders) & (borders < LIMITS.place_max_borders)
    return np.asarray(np.where(usable, named * (LIMITS.place_cloth_alone + contrast), 0), dtype=np.float32)


def _integral(layers: FloatArray) -> FloatArray:
    return np.pad(layers.cumsum(axis=0).cumsum(axis=1), ((1, 0), (1, 0), (0, 0)))


def _sums(total: FloatArray, boxes: npt.NDArray[np.int64]) -> FloatArray:
    x0, y0, x1, y1 = boxes.T
    return np.asarray(total[y1, x1] - total[y0, x1] - total[y1, x0] + total[y0, x0], dtype=np.float32)
