"""How things look as a whole: features of EfficientNet-Lite2 as published for ImageNet, for logos, flags and landmarks.

A vector is the square root of pooled features (Hellinger kernel, Arandjelovic & Zisserman 2012), each centred by its own mean,
so that the product of two is their correlation. A landmark fills the picture: the whole and three squares are averaged. A logo
is somewhere in it: windows of the picture and of four overlapping quarters are compared one by one.
"""

from collections.abc import Sequence
from typing import Protocol

import numpy as np

from services.entity_linking.engines.picture_windows import WINDOWS, WindowVectors, squares, tiles, window
from services.entity_linking.picture_embedder import ScoreLimits
from services.entity_linking.thresholds import LIMITS
from shared.gallery import GalleryKind
from shared.image_text.encoder import Floats
from shared.image_text.trunk import UPPER_ID
from shared.pictures import RgbArray

_BATCH = 4


class Reads(Protocol):
    """A network that gives pooled features [N,C] and their grid [N,9,9,C]."""

    def read(self, pictures: Sequence[RgbArray]) -> tuple[Floats, Floats]:
        """Features of RGB pictures of any size."""
        ...


class Appearance:
    """Unit vectors of pictures, of their views and of their windows."""

    model_id = UPPER_ID
    vector_id = f"{UPPER_ID}/appearance@1"
    """Another way to pool the features has another id."""

    def __init__(self, trunk: Reads) -> None:
        self._trunk = trunk

    def limits(self, kind: GalleryKind) -> ScoreLimits:
        """Measured for landmarks and logos; flags are taken as logos."""
        if kind == "landmark":
            return ScoreLimits(LIMITS.appearance_min_landmark, LIMITS.appearance_min_landmark_alone)
        return ScoreLimits(LIMITS.appearance_min_logo, LIMITS.appearance_min_logo_alone)

    def crops(self, pictures: Sequence[RgbArray]) -> Floats:
        """Unit vectors [N,1280] of pictures that show one thing and little else."""
        return unit(self._pooled(pictures))

    def scenes(self, pictures: Sequence[RgbArray]) -> Floats:
        """Unit vectors [N,1280] of whole photographs: the picture and squares at its start, middle and end."""
        views = [(picture, *squares(picture)) for picture in pictures]
        rows = [(pooled[0] + pooled[1:].mean(axis=0)) / 2 for pooled in (self._pooled(view) for view in views)]
        return unit(np.stack(rows)) if rows else np.zeros((0, 1280), np.float32)

    def windows(self, picture: RgbArray) -> WindowVectors:
        """Windows of the picture and of its quarters, from five passes of the network."""
        parts = tiles(*picture.shape[:2])
        cuts = [picture[int(t.y0) : int(t.y1), int(t.x0) : int(t.x1)] for t in parts]
        grids = np.concatenate([self._trunk.read(cuts[i : i + _BATCH])[1] for i in range(0, len(cuts), _BATCH)])
        boxes, rows = [], []
        for tile, grid in zip(parts, grids, strict=True):
            for x, y, side in WINDOWS:
                boxes.append(window(tile, x, y, side))
                rows.append(grid[y : y + side, x : x + side].mean(axis=(0, 1)))
        return WindowVectors(tuple(boxes), unit(np.stack(rows)))

    def _pooled(self, pictures: Sequence[RgbArray]) -> Floats:
        rows = [self._trunk.read(pictures[i : i + _BATCH])[0] for i in range(0, len(pictures), _BATCH)]
        return np.concatenate(rows) if rows else np.zeros((0, 1280), np.float32)


def unit(pooled: Floats) -> Floats:
    """Unit vectors [N, D] of pooled features, each centred by its own mean."""
    roots = np.sqrt(np.maximum(pooled, 0.0))
    centred = roots - roots.mean(axis=-1, keepdims=True)
    length = np.linalg.norm(centred, axis=-1, keepdims=True)
    return np.asarray(centred / np.maximum(length, np.finfo(np.float32).tiny), np.float32)
