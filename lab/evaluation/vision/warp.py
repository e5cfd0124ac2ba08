"""Flags as cameras see them: drawings cropped, in the wind, in perspective, badly lit, blurred, noisy, inside a photograph."""

from dataclasses import dataclass

import cv2
import numpy as np
import numpy.typing as npt

from shared.pictures import RgbArray
from shared.schemas.base import Box

CROP = 0.8
"""The least share of a drawing's width and height that is seen."""
_SIDE = (0.22, 0.5)
"""Width of the flag as a share of the photograph's longer side, before perspective."""
_CLOTH = 240
_MARGIN = 0.25
FloatArray = npt.NDArray[np.float32]


@dataclass(frozen=True)
class SeenFlag:
    """A photograph with one flag pasted into it, and where."""

    picture: RgbArray
    box: Box


def paste(drawing: RgbArray, photograph: RgbArray, rng: np.random.Generator) -> SeenFlag:
    """The drawing, warped by draws from ``rng``, near the middle of the photograph."""
    cloth, mask = _wave(_cut(drawing, rng), rng)
    height, width = photograph.shape[:2]
    side = rng.uniform(*_SIDE) * max(height, width)
    size = (min(side, 0.9 * width), min(side * cloth.shape[0] / cloth.shape[1], 0.9 * height))
    corners = _corners(size, (width, height), rng)
    high, wide = cloth.shape[:2]
    ends = np.array([(0, 0), (wide, 0), (wide, high), (0, high)], dtype=np.float32)
    view = cv2.getPerspectiveTransform(ends, corners)
    flag = cv2.warpPerspective(cloth, view, (width, height), flags=cv2.INTER_AREA)
    seen = cv2.warpPerspective(mask, view, (width, height), flags=cv2.INTER_AREA)[..., None]
    picture = _camera(photograph * (1 - seen) + flag * seen, rng)
    rows, columns = np.flatnonzero(seen.max(axis=(1, 2)) > 0.5), np.flatnonzero(seen.max(axis=(0, 2)) > 0.5)
    box = Box(x0=float(columns[0]), y0=float(rows[0]), x1=float(columns[-1] + 1), y1=float(rows[-1] + 1))
    return SeenFlag(picture, box)


def _cut(drawing: RgbArray, rng: np.random.Generator) -> RgbArray:
    """A part of at least CROP of each side, _CLOTH pixels wide."""
    height, width = drawing.shape[:2]
    h, w = (max(1, int(rng.uniform(CROP, 1) * side)) for side in (height, width))
    y, x = int(rng.integers(0, height - h + 1)), int(rng.integers(0, width - w + 1))
    size = (_CLOTH, max(8, round(_CLOTH * h / w)))
    return np.asarray(cv2.resize(drawing[y : y + h, x : x + w], size, interpolation=cv2.INTER_AREA), dtype=np.uint8)


def _wave(flag: RgbArray, rng: np.random.Generator) -> tuple[FloatArray, FloatArray]:
    """The cloth with travelling folds, lit from one side, and its coverage in [0, 1]."""
    height, width = flag.shape[:2]
    room = int(0.15 * height)
    y, x = np.mgrid[-room : height + room, 0:width].astype(np.float32)
    along = x / width
    swing = rng.uniform(0.0, 0.09) * height * np.sqrt(along)
    phase = 2 * np.pi * (rng.uniform(0.6, 2.2) * along + rng.uniform(-0.25, 0.25) * y / height) + rng.uniform(0, 2 * np.pi)
    rise = (swing * np.sin(phase)).astype(np.float32)
    light = 1 + rng.uniform(0.0, 0.4) * np.cos(phase) * np.sqrt(along)
    coloured = cv2.remap(flag.astype(np.float32), x, y + rise, cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE)
    mask = ((y + rise >= 0) & (y + rise < height)).astype(np.float32)
    return np.asarray(np.clip(coloured * light[..., None], 0, 255), dtype=np.float32), mask


def _corners(size: tuple[float, float], room: tuple[int, int], rng: np.random.Generator) -> FloatArray:
    """Four corners inside the photograph: turned by up to 12 degrees, each side foreshortened by up to a fifth."""
    angle = np.deg2rad(rng.uniform(-12, 12))
    unit = np.array([(-0.5, -0.5), (0.5, -0.5), (0.5, 0.5), (-0.5, 0.5)]) * (1 - rng.uniform(0, 0.2, (4, 2)))
    turn = np.array([(np.cos(angle), -np.sin(angle)), (np.sin(angle), np.cos(angle))])
    corners = (unit * size) @ turn.T
    middle = np.array(room) * rng.uniform(0.5 - _MARGIN / 2, 0.5 + _MARGIN / 2, 2)
    low, high = corners.min(axis=0), corners.max(axis=0)
    middle = np.clip(middle, -low, np.maximum(-low, np.array(room) - high))
    return np.asarray(corners + middle, dtype=np.float32)


def _camera(picture: npt.NDArray[np.float64] | FloatArray, rng: np.random.Generator) -> RgbArray:
    """Exposure, colour cast, blur and noise over the whole picture."""
    side = max(picture.shape[:2])
    seen = (
        np.asarray(picture, dtype=np.float32)
        * np.float32(rng.uniform(0.55, 1.25))
        * rng.uniform(0.92, 1.08, 3).astype(np.float32)
    )
    seen = np.asarray(cv2.GaussianBlur(seen, (0, 0), max(0.1, rng.uniform(0, 0.005) * side)), dtype=np.float32)
    noise = rng.standard_normal(seen.shape, dtype=np.float32) * np.float32(rng.uniform(0, 14))
    return np.asarray(np.clip(seen + noise, 0, 255), dtype=np.uint8)
