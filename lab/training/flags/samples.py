"""Windows of pictures for train.py: flags of drawings in perspective, wind and bad light, and what is no flag.

The warps differ from those of lab/evaluation/vision/warp.py, by which the result is measured, in code, kinds and strengths.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np
import numpy.typing as npt

from lab.training.flags.fakes import background, fake_flag
from services.entity_linking.engines.flag_structure import grid
from shared.pictures import RgbArray, decode_rgb

HEIGHT, WIDTH = 24, 36
DRAWN = (90, 60)
"""Width and height of drawings in memory."""
_SHARE_FLAGS, _SHARE_FAKES, _SHARE_FAR = 0.64, 0.8, 0.87
_TURNED, _MIRRORED = 0.06, 0.08
_LIKE_A_FLAG = 0.9
_FIRST_DRAWING = 0.55
_OUTSIDE = 0.3
FloatArray = npt.NDArray[np.float32]
_PIXELS = np.stack([*np.mgrid[0 : 2 * HEIGHT, 0 : 2 * WIDTH].reshape(2, -1)[::-1], np.ones(4 * HEIGHT * WIDTH)]).astype(
    np.float32
)


@dataclass(frozen=True)
class Sample:
    """A window, its class, and the box of the flag with the window as 0 to 1."""

    window: RgbArray
    label: int
    box: tuple[float, float, float, float]


def load_drawings(folders: Sequence[Path], without: set[str]) -> dict[str, list[RgbArray]]:
    """Drawings by country code; countries that the first folder lacks are left out."""
    drawings: dict[str, list[RgbArray]] = {}
    for folder in folders:
        for path in sorted(folder.glob("??.png")):
            if path.stem not in without and (folder == folders[0] or path.stem in drawings):
                picture = cv2.resize(decode_rgb(path.read_bytes()), DRAWN, interpolation=cv2.INTER_AREA)
                drawings.setdefault(path.stem, []).append(np.asarray(picture, dtype=np.uint8))
    return drawings


def load_photographs(folder: Path) -> list[RgbArray]:
    """All pictures of a folder, at most 320 pixels a side."""
    pictures = [decode_rgb(path.read_bytes()) for path in sorted(folder.iterdir())]
    return [np.asarray(_at_most(picture, 320), dtype=np.uint8) for picture in pictures]


def _at_most(picture: RgbArray, side: int) -> RgbArray:
    scale = min(1.0, side / max(picture.shape[:2]))
    return np.asarray(cv2.resize(picture, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA), dtype=np.uint8)


class SampleMaker:
    """Makes samples; the class after the last country is no flag."""

    def __init__(self, drawings: Sequence[Sequence[RgbArray]], photographs: Sequence[RgbArray], seed: int) -> None:
        self._drawings, self._photographs = drawings, photographs
        self._rng = np.random.default_rng(seed)
        self._grids = np.stack([grid(drawing) for country in drawings for drawing in country])

    def sample(self) -> Sample:
        """A flag, a made-up flag, a far or cut one, or a background."""
        rng, kind, none = self._rng, self._rng.random(), len(self._drawings)
        behind = background(rng, self._photographs, (2 * WIDTH, 2 * HEIGHT))
        if kind < _SHARE_FLAGS:
            country = int(rng.integers(none))
            drawing = self._drawing(country)
            return self._flag(drawing, behind, country, sure_place(rng))
        if kind < _SHARE_FAKES:
            return self._flag(self._fake(), behind, none, sure_place(rng))
        if kind < _SHARE_FAR:
            return self._flag(self._drawing(int(rng.integers(none))), behind, none, wrong_place(rng))
        return Sample(finish(rng, behind), none, (0.0, 0.0, 1.0, 1.0))

    def _drawing(self, country: int) -> RgbArray:
        rng, drawings = self._rng, self._drawings[country]
        first = len(drawings) == 1 or rng.random() < _FIRST_DRAWING
        drawing = drawings[0 if first else int(rng.integers(1, len(drawings)))]
        if rng.random() < _MIRRORED:
            drawing = drawing[:, ::-1]
        if rng.random() < _TURNED:
            drawing = np.rot90(drawing, 1 if rng.random() < 0.5 else 3)
        return np.ascontiguousarray(drawing)

    def _fake(self) -> RgbArray:
        """No flag of a country, also not mirrored or hanging."""
        while True:
            made = fake_flag(self._rng, self._drawing(int(self._rng.integers(len(self._drawings)))), DRAWN)
            turned = [np.rot90(made, k) for k in (0, 1, 3)]
            views = [grid(np.ascontiguousarray(view)) for seen in turned for view in (seen, seen[:, ::-1])]
            if float((self._grids @ np.stack(views).T).max()) < _LIKE_A_FLAG:
                return made

    def _flag(self, drawing: RgbArray, behind: RgbArray, label: int, place: FloatArray) -> Sample:
        rng = self._rng
        u, v, shade = wind(rng, place)
        inside = (u >= 0) & (u <= 1) & (v >= 0) & (v <= 1)
        left, top, right, bottom = shown_part(rng)
        height, width = drawing.shape[:2]
        across, down = (left + u * (right - left)) * (width - 1), (top + v * (bottom - top)) * (height - 1)
        cloth = cv2.remap(drawing, across, down, cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE).astype(np.float32)
        picture = np.where(inside[..., None], np.clip(cloth * shade[..., None], 0, 255), behind).astype(np.uint8)
        return Sample(finish(rng, occlude(rng, picture)), label, _box(place))


def _box(corners: FloatArray) -> tuple[float, float, float, float]:
    """Around the corners, also where they lie outside of the window, not far."""
    low, high = np.clip([corners.min(axis=0), corners.max(axis=0)], -_OUTSIDE, 1 + _OUTSIDE).tolist()
    return low[0], low[1], high[0], high[1]


def sure_place(rng: np.random.Generator) -> FloatArray:
    """Corners of a flag that fills most of the window or leaves it a little."""
    wide, high = rng.uniform(0.58, 1.3, 2)
    middle = rng.normal(0.5, 0.09, 2)
    angle = np.deg2rad(rng.normal(0, 9))
    corners = np.array([(-0.5, -0.5), (0.5, -0.5), (0.5, 0.5), (-0.5, 0.5)]) + rng.uniform(-0.1, 0.1, (4, 2))
    turn = np.array([(np.cos(angle), -np.sin(angle)), (np.sin(angle), np.cos(angle))])
    return np.asarray((corners @ turn.T) * (wide, high) + middle, dtype=np.float32)


def wrong_place(rng: np.random.Generator) -> FloatArray:
    """Corners of a flag that is small in the window, or of which the window shows a corner."""
    corners = sure_place(rng)
    if rng.random() < 0.5:
        small = rng.uniform(0.15, 0.4)
        return np.asarray((corners - 0.5) * small + rng.uniform(0.2, 0.8, 2), dtype=np.float32)
    side = rng.choice((-1.0, 1.0), 2) * rng.uniform(0.6, 0.9, 2)
    return np.asarray(corners + side, dtype=np.float32)


def wind(rng: np.random.Generator, corners: FloatArray) -> tuple[FloatArray, FloatArray, FloatArray]:
    """Where each pixel of the window lies on the flag (0 to 1), and the light that folds leave there."""
    unit = np.array([(0, 0), (1, 0), (1, 1), (0, 1)], dtype=np.float32)
    to_flag = cv2.getPerspectiveTransform(corners * np.array((2 * WIDTH, 2 * HEIGHT), dtype=np.float32), unit)
    points = to_flag.astype(np.float32) @ _PIXELS
    depth = np.where(np.abs(points[2]) < 1e-6, np.float32(1e-6), points[2])
    u, v = (points[:2] / depth).reshape(2, 2 * HEIGHT, 2 * WIDTH)
    waves, light = rng.integers(0, 3), np.ones_like(u)
    for _ in range(waves):
        along, across, start = (2 * np.pi * rng.uniform((0.5, -0.9, 0), (2.6, 0.9, 1))).astype(np.float32)
        phase, strength = along * u + across * v + start, float(rng.uniform(0, 0.07))
        swing = np.cos(phase)
        v = v + strength * np.sin(phase)
        u = u + float(rng.uniform(0, 0.5)) * strength * swing
        light += float(rng.uniform(0, 5)) * strength * swing
    return u.astype(np.float32), v.astype(np.float32), np.clip(light, 0.35, 1.6).astype(np.float32)


def shown_part(rng: np.random.Generator) -> tuple[float, float, float, float]:
    """Left, top, right, bottom of the part of a drawing that is seen: all of it, or less to three quarters of each side."""
    if rng.random() < 0.4:
        return 0.0, 0.0, 1.0, 1.0
    across, down = rng.uniform(0.74, 1, 2)
    left, top = rng.uniform(0, 1 - across), rng.uniform(0, 1 - down)
    return float(left), float(top), float(left + across), float(top + down)


def occlude(rng: np.random.Generator, picture: RgbArray) -> RgbArray:
    """Sometimes a pole, a head or another flag before it."""
    if rng.random() < 0.2:
        height, width = picture.shape[:2]
        colour = [int(c) for c in rng.integers(0, 256, 3)]
        x, y = int(rng.integers(width)), int(rng.integers(height))
        if rng.random() < 0.5:
            cv2.line(picture, (x, 0), (x + int(rng.integers(-20, 20)), height), colour, int(rng.integers(1, 5)))
        else:
            cv2.ellipse(picture, (x, y), (int(rng.integers(2, 16)), int(rng.integers(2, 16))), 0, 0, 360, colour, -1)
    return picture


def finish(rng: np.random.Generator, picture: RgbArray) -> RgbArray:
    """Light, cast, blur, few pixels, noise, JPEG; HEIGHTxWIDTH."""
    few = (WIDTH, HEIGHT) if rng.random() < 0.6 else (int(rng.integers(14, WIDTH)), int(rng.integers(10, HEIGHT)))
    seen = np.asarray(cv2.resize(picture, few, interpolation=cv2.INTER_AREA), dtype=np.uint8)
    if rng.random() < 0.4:
        seen = np.asarray(cv2.GaussianBlur(seen, (0, 0), rng.uniform(0.2, 1.0)), dtype=np.uint8)
    if rng.random() < 0.8:
        seen = _light(rng, seen)
    if rng.random() < 0.6:
        noise = rng.standard_normal(seen.shape, dtype=np.float32) * np.float32(rng.uniform(0, 14))
        seen = np.clip(seen + noise, 0, 255).astype(np.uint8)
    result = np.asarray(cv2.resize(seen, (WIDTH, HEIGHT), interpolation=cv2.INTER_LINEAR), dtype=np.uint8)
    if rng.random() < 0.3:
        _, data = cv2.imencode(".jpg", result, [cv2.IMWRITE_JPEG_QUALITY, int(rng.integers(25, 90))])
        result = np.asarray(cv2.imdecode(data, cv2.IMREAD_COLOR), dtype=np.uint8)
    return np.ascontiguousarray(result)


def _light(rng: np.random.Generator, picture: RgbArray) -> RgbArray:
    """Paler or stronger colours, gamma, exposure, cast and haze."""
    grey = cv2.cvtColor(cv2.cvtColor(picture, cv2.COLOR_RGB2GRAY), cv2.COLOR_GRAY2RGB)
    strength = rng.uniform(0.45, 1.15)
    picture = np.asarray(cv2.addWeighted(picture, strength, grey, 1 - strength, 0), dtype=np.uint8)
    curve = (np.arange(256) / 255) ** rng.uniform(0.7, 1.5) * 255 * rng.uniform(0.5, 1.2) + rng.uniform(-10, 30)
    table = np.clip(curve[:, None] * rng.uniform(0.86, 1.12, 3), 0, 255).astype(np.uint8)
    return np.stack([table[:, channel][picture[..., channel]] for channel in range(3)], axis=-1)
