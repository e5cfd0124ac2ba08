"""Plain national flags drawn by code, for tests."""

import cv2
import numpy as np

from shared.pictures import RgbArray

Colour = tuple[int, int, int]
WHITE, RED, BLUE, NAVY = (255, 255, 255), (206, 17, 38), (0, 85, 164), (0, 35, 149)
GREEN, GOLD, BLACK, ORANGE = (0, 140, 69), (255, 206, 0), (0, 0, 0), (255, 136, 62)
SKY = (117, 170, 219)


def bars(*colours: Colour, upright: bool = False, shares: tuple[float, ...] = ()) -> RgbArray:
    """Stripes from top to bottom, or from left to right; ``shares`` of the side, equal if not given."""
    size = (240, 160) if upright else (160, 240)
    ends = np.cumsum(shares or (1 / len(colours),) * len(colours)) * size[0]
    rows = np.array(colours, dtype=np.uint8)[
        np.minimum(np.searchsorted(ends, np.arange(size[0]), side="right"), len(colours) - 1)
    ]
    flag = np.broadcast_to(rows[:, None], (*size, 3))
    return np.ascontiguousarray(flag.transpose(1, 0, 2) if upright else flag)


def cross(field: Colour, arms: Colour, inner: Colour | None = None) -> RgbArray:
    """A Nordic cross."""
    flag = bars(field)
    for colour, width in ((arms, 32), *(((inner, 16),) if inner else ())):
        flag[:, 84 - width // 2 : 84 + width // 2] = colour
        flag[80 - width // 2 : 80 + width // 2] = colour
    return flag


def disc(field: Colour, colour: Colour, x: int = 120) -> RgbArray:
    """A disc on a field."""
    flag = bars(field)
    cv2.circle(flag, (x, 80), 46, colour, -1)
    return flag


DRAWINGS: dict[str, RgbArray] = {
    "DE": bars(BLACK, (221, 0, 0), GOLD),
    "FR": bars(NAVY, WHITE, (237, 41, 57), upright=True),
    "IT": bars(GREEN, WHITE, RED, upright=True),
    "BE": bars(BLACK, GOLD, (237, 41, 57), upright=True),
    "NG": bars(GREEN, WHITE, GREEN, upright=True),
    "RU": bars(WHITE, (0, 57, 166), (213, 43, 30)),
    "UA": bars((0, 91, 187), (255, 213, 0)),
    "HU": bars(RED, WHITE, (67, 111, 77)),
    "AT": bars((237, 41, 57), WHITE, (237, 41, 57)),
    "CO": bars((252, 209, 22), (0, 56, 147), RED, shares=(0.5, 0.25, 0.25)),
    "SE": cross((0, 106, 167), (254, 204, 0)),
    "NO": cross((186, 12, 47), WHITE, (0, 32, 91)),
    "JP": disc(WHITE, (188, 0, 45)),
    "BD": disc((0, 106, 78), (244, 42, 65), x=108),
    "BW": bars(SKY, WHITE, BLACK, WHITE, SKY, shares=(0.36, 0.04, 0.2, 0.04, 0.36)),
    "TH": bars((165, 25, 49), WHITE, (45, 42, 74), WHITE, (165, 25, 49), shares=(1 / 6, 1 / 6, 1 / 3, 1 / 6, 1 / 6)),
}
"""By ISO code; none of these is the flag of another country too."""
