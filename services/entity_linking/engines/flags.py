"""Flags in photographs, hanging, waving or half hidden: colours, their borders and, where flat, their layout.

A flag is described by the shares of its colours, by which colours border on which, and by how dense the borders are. None of
these minds folds, rotation or mirroring. A window of the picture is compared with whole flags and with parts of them. Where a
flag is nearly flat, an 8x12 grid of LAB colours is compared too. The references are built by deploy/scripts/build_flags.py.
"""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np
import numpy.typing as npt

from services.entity_linking.engines.colours import COLOURS, OTHER, ColourMap, borders, colour_map
from shared.pictures import RgbArray
from shared.schemas.base import Box

SIDE = 160
GRID = (12, 8)
PARTS = ((0.0, 1.0, 0.0, 1.0), (0.0, 1.0, 0.0, 0.6), (0.0, 0.75, 0.0, 0.5), (0.2, 1.0, 0.0, 0.45))
"""Top, bottom, left, right of the parts of a flag that references show, as shares of its height and width."""
_SIZES = (0.15, 0.22, 0.32, 0.45, 0.62)
_SHAPES = (0.35, 0.6, 1.0, 1.6, 2.2)
_MAX_OTHER = 0.35
_EXPECTED = 0.74
_UNEXPECTED = 0.85
_FLAT_EXPECTED = 0.86
_FLAT_UNEXPECTED = 0.93
_MAIN_SHARE = 0.1
_RICH = 10.0
"""Borders of a flag whose colours and borders alone tell it from clothes and advertising; plain tricolours must be flat."""
_EDGE_OF_PERSON = 0.2
FloatArray = npt.NDArray[np.float32]


@dataclass(frozen=True)
class References:
    """R descriptors: ISO codes, colour shares Rx9, border distribution Rx28, border density R, LAB grids Rx288."""

    codes: npt.NDArray[np.str_]
    shares: FloatArray
    pairs: FloatArray
    density: FloatArray
    grids: FloatArray


@dataclass(frozen=True)
class FoundFlag:
    """A flag and its country, ISO 3166 two-letter."""

    box: Box
    code: str
    confidence: float
    flat: bool


@dataclass(frozen=True)
class _Windows:
    boxes: npt.NDArray[np.int64]
    shares: FloatArray
    pairs: FloatArray
    density: FloatArray


def describe(colours: ColourMap) -> tuple[FloatArray, FloatArray, float]:
    """Colour shares (9), distribution of the borders over colour pairs (28), border length per square root of the area."""
    shares = np.asarray(np.bincount(colours.ravel(), minlength=len(COLOURS)) / colours.size, np.float32)
    lengths = borders(colours).sum(axis=(0, 1))
    total = float(lengths.sum())
    return shares, np.asarray(lengths / max(total, 1.0), np.float32), total / float(np.sqrt(colours.size))


def grid(picture: RgbArray) -> FloatArray:
    """The 8x12 LAB grid as one centred unit vector of 288 numbers."""
    small = cv2.resize(picture, GRID, interpolation=cv2.INTER_AREA)
    vector = cv2.cvtColor(small, cv2.COLOR_RGB2LAB).astype(np.float32).ravel() - 128.0
    return np.asarray(vector / max(float(np.linalg.norm(vector)), 1e-6), dtype=np.float32)


class FlagFinder:
    """Finds the flags of given countries; of other countries only where the flag is nearly flat."""

    def __init__(self, path: Path) -> None:
        with np.load(path) as stored:
            self._references = References(**{name: stored[name] for name in References.__dataclass_fields__})

    def find(self, picture: RgbArray, expected: Collection[str], people: Sequence[Box] = ()) -> list[FoundFlag]:
        """At most one flag a country, best first. ``expected`` are ISO codes that the article mentions; windows that lie
        on the middle of a person count as clothing."""
        small, scale = _shrink(picture)
        windows = _outside(_measure(colour_map(small)), people, scale)
        if not len(windows.boxes):
            return []
        scores = _compare(windows, self._references)
        found = [self._best(code, scores, windows, small, scale, code in expected) for code in self._codes(expected)]
        return _apart(sorted((flag for flag in found if flag), key=lambda flag: (-flag.confidence, flag.code)))

    def _codes(self, expected: Collection[str]) -> list[str]:
        known = sorted(set(self._references.codes.tolist()))
        return [code for code in known if code in expected] + [code for code in known if code not in expected]

    def _best(
        self, code: str, scores: FloatArray, windows: _Windows, small: RgbArray, scale: float, expected: bool
    ) -> FoundFlag | None:
        mine = np.nonzero(self._references.codes == code)[0]
        best = scores[:, mine].max(axis=1)
        first = mine[0]
        rich = self._references.density[first] >= _RICH and (self._references.shares[first, 1:] > _MAIN_SHARE).sum() > 2
        window = int(best.argmax())
        if best[window] < (_EXPECTED if expected else _UNEXPECTED):
            return None
        x, y, w, h = (int(v) for v in windows.boxes[window])
        layout = self._layout(small[y : y + h, x : x + w], first)
        flat = layout >= (_FLAT_EXPECTED if expected else _FLAT_UNEXPECTED)
        if not flat and not (expected and rich):
            return None
        box = Box(x0=round(x * scale, 1), y0=round(y * scale, 1), x1=round((x + w) * scale, 1), y1=round((y + h) * scale, 1))
        return FoundFlag(
            box=box, code=code, confidence=round(min(0.95, float(best[window]) * (1.0 if flat else 0.8)), 4), flat=flat
        )

    def _layout(self, window: RgbArray, reference: int) -> float:
        """Cosine of the grids, the best of upright, hanging and mirrored, after cutting off what has no flag colour."""
        window = _cut_to_colours(window)
        turned = (np.rot90(window, k) for k in (0, 1, 3))
        views = [np.ascontiguousarray(view) for seen in turned for view in (seen, seen[:, ::-1])]
        return max(float(grid(view) @ self._references.grids[reference]) for view in views)


def _cut_to_colours(window: RgbArray) -> RgbArray:
    coloured = colour_map(window) != OTHER
    rows, columns = np.nonzero(coloured.mean(axis=1) > 0.5)[0], np.nonzero(coloured.mean(axis=0) > 0.5)[0]
    if not len(rows) or not len(columns):
        return window
    return window[rows[0] : rows[-1] + 1, columns[0] : columns[-1] + 1]


def _shrink(picture: RgbArray) -> tuple[RgbArray, float]:
    height, width = picture.shape[:2]
    scale = max(height, width) / SIDE
    size = (max(1, int(width / scale)), max(1, int(height / scale)))
    return np.asarray(cv2.resize(picture, size, interpolation=cv2.INTER_AREA), dtype=np.uint8), scale


def _boxes(height: int, width: int) -> Iterator[tuple[int, int, int, int]]:
    for size in _SIZES:
        for shape in _SHAPES:
            side = size * float(np.sqrt(height * width))
            w, h = int(side * np.sqrt(shape)), int(side / np.sqrt(shape))
            if 10 <= w <= width and 10 <= h <= height:
                for y in range(0, height - h + 1, max(3, h // 4)):
                    for x in range(0, width - w + 1, max(3, w // 4)):
                        yield x, y, w, h


def _measure(colours: ColourMap) -> _Windows:
    """Describe all windows by integral images, and drop those without flag colours or borders."""
    boxes = np.array(list(_boxes(*colours.shape)), dtype=np.int64).reshape(-1, 4)
    x, y, w, h = boxes.T

    def sums(layers: FloatArray) -> FloatArray:
        total = np.pad(layers.cumsum(axis=0).cumsum(axis=1), ((1, 0), (1, 0), (0, 0)))
        return np.asarray(total[y + h, x + w] - total[y, x + w] - total[y + h, x] + total[y, x], dtype=np.float32)

    shares = sums(np.eye(len(COLOURS), dtype=np.float32)[colours]) / np.maximum(w * h, 1)[:, None]
    lengths = sums(borders(colours))
    length = lengths.sum(axis=1)
    density = np.asarray(length / np.sqrt(np.maximum(w * h, 1)), dtype=np.float32)
    keep = (shares[:, OTHER] < _MAX_OTHER) & (density > 0.8) & (length > 12)
    pairs = lengths / np.maximum(length, 1)[:, None]
    return _Windows(boxes[keep], np.asarray(shares[keep], np.float32), np.asarray(pairs[keep], np.float32), density[keep])


def _outside(windows: _Windows, people: Sequence[Box], scale: float) -> _Windows:
    keep = np.ones(len(windows.boxes), dtype=bool)
    x, y, w, h = windows.boxes.T * scale
    for person in people:
        margin = _EDGE_OF_PERSON * (person.x1 - person.x0)
        wide = np.clip(np.minimum(x + w, person.x1 - margin) - np.maximum(x, person.x0 + margin), 0, None)
        high = np.clip(np.minimum(y + h, person.y1) - np.maximum(y, person.y0), 0, None)
        keep &= wide * high < 0.6 * w * h
    return _Windows(windows.boxes[keep], windows.shares[keep], windows.pairs[keep], windows.density[keep])


def _compare(windows: _Windows, references: References) -> FloatArray:
    """NxR similarities in [0, 1]: all main colours there, like shares, like borders, borders about as dense."""
    scores = np.empty((len(windows.boxes), len(references.codes)), dtype=np.float32)
    for i in range(len(references.codes)):
        shares, pairs, density = references.shares[i], references.pairs[i], max(float(references.density[i]), 1e-6)
        main = (shares > _MAIN_SHARE) & (np.arange(len(COLOURS)) != OTHER)
        there = np.minimum(1.0, windows.shares[:, main] / (0.5 * shares[main])).min(axis=1) if main.any() else 0.0
        like = 1 - 0.5 * np.abs(windows.shares - shares).sum(axis=1)
        border = np.sqrt(windows.pairs * pairs).sum(axis=1)
        dense = np.minimum(1.0, windows.density / (0.6 * density)) * np.minimum(1.0, 2.5 * density / windows.density)
        scores[:, i] = there * np.clip(like * border * np.sqrt(dense), 0, 1) ** 0.4
    return scores


def _apart(flags: Sequence[FoundFlag]) -> list[FoundFlag]:
    kept: list[FoundFlag] = []
    for flag in flags:
        if all(flag.box.iou(other.box) < 0.3 for other in kept):
            kept.append(flag)
    return kept
