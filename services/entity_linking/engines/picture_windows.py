"""Which parts of a picture are compared: squares of a scene, and windows in which a logo may be."""

from dataclasses import dataclass

from services.entity_linking.thresholds import LIMITS
from shared.image_text.encoder import Floats
from shared.pictures import RgbArray
from shared.schemas.base import Box

CELLS = 9
"""Of a side of the grid that the windows are laid on."""
WINDOWS = ((0, 0, 9), (0, 0, 6), (3, 0, 6), (0, 3, 6), (3, 3, 6))
"""Column, row and side of the windows in the grid."""


@dataclass(frozen=True)
class WindowVectors:
    """Parts of a picture in its pixels, and their unit vectors [N, D]."""

    boxes: tuple[Box, ...]
    vectors: Floats


def squares(picture: RgbArray) -> list[RgbArray]:
    """Squares as large as the picture allows, at its start, middle and end."""
    height, width = picture.shape[:2]
    side = min(height, width)
    starts = [(int((height - side) * step / 2), int((width - side) * step / 2)) for step in range(3)]
    return [picture[y : y + side, x : x + side] for y, x in starts]


def tiles(height: int, width: int) -> list[Box]:
    """The whole picture and four overlapping quarters."""
    high, wide = max(1.0, height * LIMITS.logo_quarter), max(1.0, width * LIMITS.logo_quarter)
    corners = [(x, y) for y in (0.0, height - high) for x in (0.0, width - wide)]
    whole = Box(x0=0, y0=0, x1=width, y1=height)
    return [whole, *(Box(x0=int(x), y0=int(y), x1=int(x) + int(wide), y1=int(y) + int(high)) for x, y in corners)]


def window(tile: Box, x: int, y: int, side: int) -> Box:
    """A window of the grid laid over a tile, in pixels of the picture."""
    wide, high = (tile.x1 - tile.x0) / CELLS, (tile.y1 - tile.y0) / CELLS
    left, top = tile.x0 + x * wide, tile.y0 + y * high
    return Box(x0=round(left, 1), y0=round(top, 1), x1=round(left + side * wide, 1), y1=round(top + side * high, 1))


def cut(picture: RgbArray, box: Box) -> RgbArray:
    """The pixels of a box, at least one."""
    top, left = int(box.y0), int(box.x0)
    return picture[top : max(top + 1, int(box.y1)), left : max(left + 1, int(box.x1))]
