"""Cut the views of a picture that are learned from: the whole, and crops that are mirrored and tinted at random."""

from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageEnhance

Pixels = NDArray[np.uint8]
VIEWS = 3  # view 0 is the whole picture


def views(path: Path, side: int, seed: int) -> list[Pixels]:
    """Three views of uint8 [side, side, 3]; the whole picture is squeezed to a square, so grid cells map back linearly."""
    with Image.open(path) as opened:
        picture = opened.convert("RGB")
    random = np.random.default_rng(seed)
    whole = picture.resize((side, side), Image.Resampling.BILINEAR)
    crops = [_crop(picture, side, random, mirror=number % 2 == 1) for number in range(1, VIEWS)]
    return [np.asarray(view, np.uint8) for view in (whole, *crops)]


def crop_of(width: int, height: int, random: np.random.Generator) -> tuple[float, float, float, float]:
    """Left, top, right, bottom of a crop of 60 to 100 % of the area, anywhere."""
    scale = float(random.uniform(0.6, 1.0)) ** 0.5
    wide, high = width * scale, height * scale
    left, top = float(random.uniform(0, width - wide)), float(random.uniform(0, height - high))
    return left, top, left + wide, top + high


def view_boxes(width: int, height: int, seed: int) -> list[tuple[tuple[float, float, float, float], bool]]:
    """What each view of ``views`` shows of the picture: its box, and whether it is mirrored."""
    random = np.random.default_rng(seed)
    boxes: list[tuple[tuple[float, float, float, float], bool]] = [((0.0, 0.0, float(width), float(height)), False)]
    for number in range(1, VIEWS):
        boxes.append((crop_of(width, height, random), number % 2 == 1))
        random.uniform(0, 1, size=3)  # the tints
    return boxes


def _crop(picture: Image.Image, side: int, random: np.random.Generator, *, mirror: bool) -> Image.Image:
    box = crop_of(picture.width, picture.height, random)
    view = picture.resize((side, side), Image.Resampling.BILINEAR, box=box)
    for enhance in (ImageEnhance.Brightness, ImageEnhance.Contrast, ImageEnhance.Color):
        view = enhance(view).enhance(float(random.uniform(0.75, 1.25)))
    return view.transpose(Image.Transpose.FLIP_LEFT_RIGHT) if mirror else view
