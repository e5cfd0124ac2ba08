"""Detections of one picture before they become regions: clipping, tiling and merging, in pixels of the picture."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace

import numpy as np

from services.object_detection.thresholds import LIMITS
from shared.pictures import RgbArray
from shared.schemas.base import Box, Mask
from shared.schemas.vision import Label


@dataclass(frozen=True)
class Detection:
    """A labelled box with the detector's confidence; ``in_tile`` when a tile and not the whole picture showed it.

    ``said``: what each engine said, where the boxes of several were joined (merging.py).
    """

    label: str
    confidence: float
    box: Box
    in_tile: bool = False
    mask: Mask | None = None
    said: tuple[Label, ...] = ()


@dataclass(frozen=True)
class Tile:
    """A window ``[x0, x1) x [y0, y1)`` of a picture of the given size."""

    x0: int
    y0: int
    x1: int
    y1: int
    picture_width: int
    picture_height: int

    def cuts(self, box: Box) -> bool:
        """Tell whether a box (in picture pixels) ends at an inner border of the tile, so that it shows only part of a thing."""
        margin = LIMITS.tile_cut_margin
        return (
            (self.x0 > 0 and box.x0 <= self.x0 + margin)
            or (self.y0 > 0 and box.y0 <= self.y0 + margin)
            or (self.x1 < self.picture_width and box.x1 >= self.x1 - margin)
            or (self.y1 < self.picture_height and box.y1 >= self.y1 - margin)
        )


def tiles(width: int, height: int) -> list[Tile]:
    """Overlapping windows, two along each side that is long enough for them; none for small pictures."""
    columns, rows = _windows(width), _windows(height)
    if len(columns) * len(rows) == 1:
        return []
    return [Tile(x0, y0, x1, y1, width, height) for y0, y1 in rows for x0, x1 in columns]


def _windows(length: int) -> list[tuple[int, int]]:
    window = round(length * LIMITS.tile_overlap / 2)
    if window < LIMITS.min_tile_side:
        return [(0, length)]
    return [(0, window), (length - window, length)]


def look_at_tiles(picture: RgbArray, detect: Callable[[RgbArray], list[Detection]]) -> list[Detection]:
    """What a detector sees in each tile, in pixels of the picture, without boxes that an inner border cuts."""
    height, width = picture.shape[:2]
    found = []
    for tile in tiles(width, height):
        seen = detect(np.ascontiguousarray(picture[tile.y0 : tile.y1, tile.x0 : tile.x1]))
        moved = (replace(d, box=_moved(d.box, tile.x0, tile.y0), in_tile=True) for d in seen)
        found += [d for d in moved if not tile.cuts(d.box)]
    return found


def _moved(box: Box, right: float, down: float) -> Box:
    corners = (box.x0 + right, box.y0 + down, box.x1 + right, box.y1 + down)
    x0, y0, x1, y1 = (round(v, 1) for v in corners)
    return Box(x0=x0, y0=y0, x1=x1, y1=y1)


def clip(corners: tuple[float, float, float, float], width: int, height: int) -> Box | None:
    """The box inside the picture, rounded to a tenth of a pixel; None where less than four pixels remain."""
    x0, x1 = (round(min(max(v, 0.0), float(width)), 1) for v in (corners[0], corners[2]))
    y0, y1 = (round(min(max(v, 0.0), float(height)), 1) for v in (corners[1], corners[3]))
    if x1 - x0 < LIMITS.min_box_side or y1 - y0 < LIMITS.min_box_side:
        return None
    return Box(x0=x0, y0=y0, x1=x1, y1=y1)


def merge(detections: Iterable[Detection]) -> list[Detection]:
    """Class-wise non-maximum suppression; a tile's box mostly inside a box of the same label is also a duplicate."""
    kept: list[Detection] = []
    for detection in sorted(detections, key=lambda d: (d.in_tile, -d.confidence, d.label, d.box.x0, d.box.y0)):
        rivals = (other for other in kept if other.label == detection.label)
        if not any(_same(detection, other) for other in rivals):
            kept.append(detection)
    return sorted(kept, key=lambda d: -d.confidence)


def _same(detection: Detection, other: Detection) -> bool:
    if detection.box.iou(other.box) >= LIMITS.min_duplicate_overlap:
        return True
    smaller = min(detection.box.area, other.box.area)
    return detection.in_tile and detection.box.intersection(other.box) / smaller >= LIMITS.min_covered_by_whole
