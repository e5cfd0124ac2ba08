"""Pixels as the nine colours of heraldry and of cloth: a vocabulary in which flags can be compared despite light and folds."""

import cv2
import numpy as np
import numpy.typing as npt

from shared.pictures import RgbArray

COLOURS = ("other", "white", "black", "red", "orange", "yellow", "green", "light blue", "blue")
OTHER = 0
ColourMap = npt.NDArray[np.uint8]
PAIRS = [(a, b) for a in range(1, len(COLOURS)) for b in range(a + 1, len(COLOURS))]
_HUES = ((5, 3), (19, 4), (35, 5), (86, 6), (104, 7), (138, 8), (164, OTHER), (180, 3))
"""Upper end of each hue interval in OpenCV's half degrees, and its colour."""


def colour_map(picture: RgbArray) -> ColourMap:
    """HxW indices into COLOURS; skin, wood, grey and shadows become ``other``."""
    hue, saturation, value = (channel.astype(np.int16) for channel in cv2.split(cv2.cvtColor(picture, cv2.COLOR_RGB2HSV)))
    table = np.zeros(181, dtype=np.uint8)
    start = 0
    for end, colour in _HUES:
        table[start:end] = colour
        start = end
    colours = table[hue]
    dull = (saturation < 110) | (value < 60) | ((colours == 4) & ((saturation < 190) | (value < 170)))
    navy = (hue >= 104) & (hue < 138) & (saturation >= 70) & (value >= 40)
    colours[dull & ~navy] = OTHER
    colours[(saturation < 70) & (value > 130)] = 1
    colours[value < 40] = 2
    return colours


def borders(colours: ColourMap) -> npt.NDArray[np.float32]:
    """HxWxP: where two pixels, the second two to the right or below, form pair P of PAIRS; the one between may be a blend."""
    high, low = np.zeros((2, *colours.shape), dtype=np.uint8), np.zeros((2, *colours.shape), dtype=np.uint8)
    for i, (here, there) in enumerate(((colours[:, :-2], colours[:, 2:]), (colours[:-2], colours[2:]))):
        rows, columns = here.shape
        high[i, :rows, :columns], low[i, :rows, :columns] = np.maximum(here, there), np.minimum(here, there)
    return np.stack([((low == a) & (high == b)).sum(axis=0) for a, b in PAIRS], axis=-1).astype(np.float32)


def cut_to_colours(window: RgbArray) -> RgbArray:
    """The window without outer rows and columns that are mostly ``other``."""
    coloured = colour_map(window) != OTHER
    rows, columns = np.nonzero(coloured.mean(axis=1) > 1 / 2)[0], np.nonzero(coloured.mean(axis=0) > 1 / 2)[0]
    if not len(rows) or not len(columns):
        return window
    return window[rows[0] : rows[-1] + 1, columns[0] : columns[-1] + 1]
