"""The order of colours along scan lines: red-white-red, blue-white-red. Folds, rotation and mirroring keep it."""

import cv2
import numpy as np
import numpy.typing as npt

from services.entity_linking.engines.colours import COLOURS, OTHER, ColourMap, colour_map
from shared.pictures import RgbArray

BLACK = COLOURS.index("black")
TRIPLES = len(COLOURS) ** 3
_LINE_END = 255
_MIN_RUN = 2
_AREA_SIDE = 96
FloatArray = npt.NDArray[np.float32]


def run_colours(picture: RgbArray) -> ColourMap:
    """The colours of a picture scaled to the area of 96x96 pixels, so that runs are as long in photograph and reference."""
    height, width = picture.shape[:2]
    scale = _AREA_SIDE / float(np.sqrt(height * width))
    size = (max(8, int(width * scale)), max(8, int(height * scale)))
    return colour_map(np.asarray(cv2.resize(picture, size, interpolation=cv2.INTER_AREA), dtype=np.uint8))


def without_shadows(colours: ColourMap) -> ColourMap:
    """Black as ``other``: on a flag that has no black it is the shadow of a fold."""
    return np.where(colours == BLACK, OTHER, colours).astype(np.uint8)


def triples(colours: ColourMap) -> tuple[FloatArray, float]:
    """Distribution over colour triples of rows and columns (729; the outer two unordered), and their number per 96-pixel side."""
    counts = _count(colours) + _count(colours.T)
    total = float(counts.sum())
    return np.asarray(counts / max(total, 1.0), dtype=np.float32), total / float(np.sqrt(colours.size))


def _count(colours: ColourMap) -> npt.NDArray[np.int64]:
    lines = np.pad(colours, ((0, 0), (0, 1)), constant_values=_LINE_END).ravel()
    starts = np.flatnonzero(np.r_[True, lines[1:] != lines[:-1]])
    runs, lengths = lines[starts], np.diff(np.r_[starts, len(lines)])
    runs = runs[((runs != OTHER) & (lengths >= _MIN_RUN)) | (runs == _LINE_END)]
    runs = runs[np.r_[True, runs[1:] != runs[:-1]]].astype(np.int64)
    whole = np.stack([runs[:-2], runs[1:-1], runs[2:]])
    before, middle, after = whole[:, (whole < _LINE_END).all(axis=0)]
    base = len(COLOURS)
    keys = (middle * base + np.minimum(before, after)) * base + np.maximum(before, after)
    return np.bincount(keys, minlength=TRIPLES)
