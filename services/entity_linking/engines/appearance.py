"""How things look as a whole: features of EfficientNet-Lite2 as published for ImageNet, for logos, flags and landmarks.

A vector is the square root of pooled features (Hellinger kernel, Arandjelovic & Zisserman 2012), each centred by its own mean,
so that the product of two is their correlation. A landmark fills the picture: the whole and three squares are averaged. A logo
is somewhere in it: windows of the picture and of four overlapping quarters are compared one by one.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

import numpy as np

from services.entity_linking.thresholds import LIMITS
from shared.image_text.encoder import Floats
from shared.image_text.trunk import UPPER_ID
from shared.pictures import RgbArray
from shared.schemas.base import Box

MODEL = UPPER_ID
EMBEDDER = f"{UPPER_ID}/appearance@1"
"""Vectors of another network or another way to pool are not compared with these."""
_WINDOWS = ((0, 0, 9), (0, 0, 6), (3, 0, 6), (0, 3, 6), (3, 3, 6))
"""Column, row and side of the windows in the grid of 9x9 cells."""
_BATCH = 4


class Reads(Protocol):
    """A network that gives pooled features [N,C] and their grid [N,9,9,C]."""

    def read(self, pictures: Sequence[RgbArray]) -> tuple[Floats, Floats]:
        """Features of RGB pictures of any size."""
        ...


@dataclass(frozen=True)
class Windows:
    """Parts of a picture in its pixels, and their unit vectors [N, D]."""

    boxes: tuple[Box, ...]
    vectors: Floats


class Appearance:
    """Unit vectors of pictures, of their views and of their windows."""

    model_id = UPPER_ID

    def __init__(self, trunk: Reads) -> None:
        self._trunk = trunk

    def crops(self, pictures: Sequence[RgbArray]) -> Floats:
        """Unit vectors [N,1280] of pictures that show one thing and little else."""
        return unit(self._pooled(pictures))

    def scenes(self, pictures: Sequence[RgbArray]) -> Floats:
        """Unit vectors [N,1280] of whole photographs: the picture and squares at its start, middle and end."""
        views = [(picture, *_squares(picture)) for picture in pictures]
        rows = [(pooled[0] + pooled[1:].mean(axis=0)) / 2 for pooled in (self._pooled(view) for view in views)]
        return unit(np.stack(rows)) if rows else np.zeros((0, 1280), np.float32)

    def windows(self, picture: RgbArray) -> Windows:
        """Windows of the picture and of its quarters, from five passes of the network."""
        tiles = _tiles(*picture.shape[:2])
        cuts = [picture[int(t.y0) : int(t.y1), int(t.x0) : int(t.x1)] for t in tiles]
        grids = np.concatenate([self._trunk.read(cuts[i : i + _BATCH])[1] for i in range(0, len(cuts), _BATCH)])
        boxes, rows = [], []
        for tile, grid in zip(tiles, grids, strict=True):
            for x, y, side in _WINDOWS:
                boxes.append(_window(tile, x, y, side, grid.shape[0]))
                rows.append(grid[y : y + side, x : x + side].mean(axis=(0, 1)))
        return Windows(tuple(boxes), unit(np.stack(rows)))

    def _pooled(self, pictures: Sequence[RgbArray]) -> Floats:
        rows = [self._trunk.read(pictures[i : i + _BATCH])[0] for i in range(0, len(pictures), _BATCH)]
        return np.concatenate(rows) if rows else np.zeros((0, 1280), np.float32)


def unit(pooled: Floats) -> Floats:
    """Unit vectors [N, D] of pooled features, each centred by its own mean."""
    roots = np.sqrt(np.maximum(pooled, 0.0))
    centred = roots - roots.mean(axis=-1, keepdims=True)
    length = np.linalg.norm(centred, axis=-1, keepdims=True)
    return np.asarray(centred / np.maximum(length, np.finfo(np.float32).tiny), np.float32)


def _squares(picture: RgbArray) -> list[RgbArray]:
    height, width = picture.shape[:2]
    side = min(height, width)
    starts = [(int((height - side) * step / 2), int((width - side) * step / 2)) for step in range(3)]
    return [picture[y : y + side, x : x + side] for y, x in starts]


def _tiles(height: int, width: int) -> list[Box]:
    high, wide = max(1.0, height * LIMITS.logo_quarter), max(1.0, width * LIMITS.logo_quarter)
    corners = [(x, y) for y in (0.0, height - high) for x in (0.0, width - wide)]
    whole = Box(x0=0, y0=0, x1=width, y1=height)
    return [whole, *(Box(x0=int(x), y0=int(y), x1=int(x) + int(wide), y1=int(y) + int(high)) for x, y in corners)]


def _window(tile: Box, x: int, y: int, side: int, cells: int) -> Box:
    wide, high = (tile.x1 - tile.x0) / cells, (tile.y1 - tile.y0) / cells
    left, top = tile.x0 + x * wide, tile.y0 + y * high
    return Box(x0=round(left, 1), y0=round(top, 1), x1=round(left + side * wide, 1), y1=round(top + side * high, 1))
