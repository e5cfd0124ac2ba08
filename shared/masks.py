"""Masks of pixels as run lengths and back: COCO's uncompressed RLE, column by column, the first run of zeros."""

import numpy as np
import numpy.typing as npt

from shared.errors import InputError
from shared.schemas.base import Box, Mask

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


def decode(mask: Mask) -> Pixels:
    """The height x width array; raises InputError where the runs do not fill it exactly."""
    if min(mask.counts, default=0) < 0 or sum(mask.counts) != mask.height * mask.width:
        raise InputError(
            f"the runs of a mask sum to {sum(mask.counts):,} pixels, not to {mask.height} x {mask.width}: "
            "give counts of 0 and 1 in turn that cover the picture once, column by column"
        )
    values = np.arange(len(mask.counts)) % 2 == 1
    return np.repeat(values, mask.counts).reshape((mask.height, mask.width), order="F")


def area(mask: Mask) -> int:
    """Pixels inside."""
    return sum(mask.counts[1::2])


def iou(first: Mask, second: Mask) -> float:
    """Intersection over union in [0, 1], 0 for two empty masks; raises InputError for masks of unlike sizes."""
    if (first.height, first.width) != (second.height, second.width):
        raise InputError(
            f"masks of {first.width}x{first.height} and {second.width}x{second.height} pixels cannot be compared: "
            "make them of one picture"
        )
    one, other = decode(first), decode(second)
    union = int(np.logical_or(one, other).sum())
    return int(np.logical_and(one, other).sum()) / union if union else 0.0


def box_of(mask: Mask) -> Box | None:
    """The smallest box around the pixels; None for an empty mask."""
    pixels = decode(mask)
    columns, rows = np.flatnonzero(pixels.any(axis=0)), np.flatnonzero(pixels.any(axis=1))
    if not columns.size:
        return None
    return Box(x0=float(columns[0]), y0=float(rows[0]), x1=float(columns[-1] + 1), y1=float(rows[-1] + 1))
