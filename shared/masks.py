"""Masks of pixels as run lengths: COCO's uncompressed RLE, column by column, the first run of zeros.

pycocotools reads it (``frPyObjects``, as the tests do) but writes only its compressed form, which no other program reads.
"""

import numpy as np
import numpy.typing as npt

from shared.schemas.base import Mask

Pixels = npt.NDArray[np.bool_]


def encode(pixels: Pixels) -> Mask:
    """Run lengths of a height x width array of truth values."""
    height, width = pixels.shape
    column_by_column = np.asarray(pixels, dtype=np.bool_).ravel(order="F")
    changes = np.flatnonzero(column_by_column[1:] != column_by_column[:-1]) + 1
    borders = np.concatenate(([0], changes, [column_by_column.size]))
    runs = [int(n) for n in np.diff(borders)]
    starts_inside = bool(column_by_column.size and column_by_column[0])
    return Mask(height=height, width=width, counts=(0, *runs) if starts_inside else tuple(runs))
