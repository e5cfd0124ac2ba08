"""Flags in photographs, hanging, waving or half hidden: colours, their borders and, where flat, their layout.

A flag is described by the shares of its colours, by which colours border on which, and by how dense the borders are. None of
these minds folds, rotation or mirroring. A window of the picture is compared with whole flags and with parts of them. A flat
flag must then have the layout of its country (8x12 grid of LAB colours), any other the order of colours of its country, about as
well as the best of all flags has it. The references are built by deploy/scripts/build_flags.py.
"""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np
import numpy.typing as npt

from services.entity_linking.engines.colours import COLOURS, OTHER, ColourMap, borders, colour_map, cut_to_colours
from services.entity_linking.engines.runs import run_colours, triples, without_shadows
from shared.pictures import RgbArray
from shared.schemas.base import Box

SIDE = 160
_DETAIL = 640
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
_RUNS = 0.8
_RUNS_MARGIN = 0.12
_FEWEST_RUNS = 2.0
_FLAT_MARGIN = 0.05
_MAIN_COLOURS = 3
_UNCLEAR = 0.03
_SAME_PLACE = 0.3
_ANOTHER_PLACE = 0.1
_LOOKED_AT = 60
_PLACES = 4
_TRIED = 10
_WAVING = 0.8
_LARGER = 0.03
"""What a window of twice the area may lack in similarity, so that the box holds the flag and not a part of it."""
_RICH = 10.0
"""Borders of a flag whose colours and borders alone tell it from clothes and advertising; plain tricolours must be flat."""
_EDGE_OF_PERSON = 0.2
FloatArray = npt.NDArray[np.float32]


@dataclass(frozen=True)
class References:
    """R descriptors: ISO codes, colour shares Rx9, border distribution Rx28, border density R, LAB grids Rx288, colour
    triples Rx729, whether the flag has black R."""

    codes: npt.NDArray[np.str_]
    shares: FloatArray
    pairs: FloatArray
    density: FloatArray
    grids: FloatArray
    runs: FloatArray
    black: npt.NDArray[np.bool_]


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


@dataclass(frozen=True)
class _Scene:
    """A picture in the size of the checks and its factor, then the windows in pixels of a smaller one and their similarities."""

    picture: RgbArray
    detail: float
    scale: float
    windows: _Windows
    scores: FloatArray

    def box(self, window: int) -> Box:
        x, y, w, h = (float(side) * self.scale for side in self.windows.boxes[window])
        return Box(x0=round(x, 1), y0=round(y, 1), x1=round(x + w, 1), y1=round(y + h, 1))

    def cut(self, window: int) -> RgbArray:
        x, y, w, h = (float(side) * self.scale / self.detail for side in self.windows.boxes[window])
        return self.picture[int(y) : int(np.ceil(y + h)), int(x) : int(np.ceil(x + w))]

    def places(self, references: npt.NDArray[np.int64], least: float) -> list[list[tuple[int, float]]]:
        """Windows like any of the references with their similarity, grouped by place, the best first in each; the larger of
        two that are about as like."""
        best = self.scores[:, references].max(axis=1)
        area = self.windows.boxes[:, 2] * self.windows.boxes[:, 3]
        rank = np.where(best >= least, best + _LARGER * np.log2(area), -1.0)
        groups: list[list[tuple[int, float]]] = []
        for window in np.argsort(-rank, kind="stable")[:_LOOKED_AT].tolist():
            if best[window] < least:
                break
            self._join(groups, window, float(best[window]))
        return groups

    def _join(self, groups: list[list[tuple[int, float]]], window: int, score: float) -> None:
        overlaps = [self.box(window).iou(self.box(group[0][0])) for group in groups]
        if not overlaps or max(overlaps) < _ANOTHER_PLACE:
            if len(groups) < _PLACES:
                groups.append([(window, score)])
            return
        nearest = groups[int(np.argmax(overlaps))]
        if len(nearest) < _TRIED and max(overlaps) >= _SAME_PLACE:
            nearest.append((window, score))


class FlagFinder:
    """Finds the flags of given countries; of others only where layout and order of colours both are theirs."""

    def __init__(self, path: Path) -> None:
        with np.load(path) as stored:
            self._references = References(**{name: stored[name] for name in References.__dataclass_fields__})
        codes = self._references.codes
        self._of_country = {str(code): np.flatnonzero(codes == code) for code in np.unique(codes)}

    def find(self, picture: RgbArray, expected: Collection[str], people: Sequence[Box] = ()) -> list[FoundFlag]:
        """At most one flag a country, best first. ``expected`` are ISO codes that the article mentions; windows that lie
        on the middle of a person count as clothing."""
        small, scale = _shrink(picture, SIDE)
        windows = _outside(_measure(colour_map(small)), people, scale)
        if not len(windows.boxes):
            return []
        scene = _Scene(*_shrink(picture, _DETAIL), scale, windows, _compare(windows, self._references))
        found = [self._best(code, scene, code in expected) for code in self._of_country]
        return _apart([flag for flag in found if flag], expected)

    def _best(self, code: str, scene: _Scene, expected: bool) -> FoundFlag | None:
        """The first place that passes the check of layout or order of colours."""
        mine = self._of_country[code]
        for place in scene.places(mine, _EXPECTED if expected else _UNEXPECTED):
            if found := self._flat_flag(code, scene, place, expected) or (
                self._waving_flag(code, scene, place[0]) if expected else None
            ):
                return found
        return None

    def _flat_flag(self, code: str, scene: _Scene, place: list[tuple[int, float]], expected: bool) -> FoundFlag | None:
        mine = self._of_country[code]
        for window, score in place if expected else place[:1]:
            cut = scene.cut(window)
            if self._flat(cut, mine, expected) and (expected or self._order(cut, mine)):
                return FoundFlag(box=scene.box(window), code=code, confidence=round(min(0.95, score), 4), flat=True)
        return None

    def _waving_flag(self, code: str, scene: _Scene, best: tuple[int, float]) -> FoundFlag | None:
        mine, (window, score) = self._of_country[code], best
        order = self._order(scene.cut(window), mine) if self._rich(mine) else 0.0
        if not order:
            return None
        return FoundFlag(box=scene.box(window), code=code, confidence=round(_WAVING * score * order, 4), flat=False)

    def _rich(self, mine: npt.NDArray[np.int64]) -> bool:
        whole = mine[0]
        main = int((self._references.shares[whole, 1:] > _MAIN_SHARE).sum())
        return bool(self._references.density[whole] >= _RICH and main >= _MAIN_COLOURS)

    def _flat(self, cut: RgbArray, mine: npt.NDArray[np.int64], expected: bool) -> bool:
        """Tell whether the LAB grid is that of the whole flag: upright, hanging or mirrored, no other flag fitting better."""
        window = cut_to_colours(cut)
        turned = (np.rot90(window, k) for k in (0, 1, 3))
        views = np.stack([grid(np.ascontiguousarray(view)) for seen in turned for view in (seen, seen[:, ::-1])])
        whole = np.array([references[0] for references in self._of_country.values()])
        fits = (self._references.grids[whole] @ views.T).max(axis=1)
        own = float((self._references.grids[mine[0]] @ views.T).max())
        margin, enough = (_FLAT_MARGIN, _FLAT_EXPECTED) if expected else (0.0, _FLAT_UNEXPECTED)
        return own >= enough and own >= float(fits.max()) - margin - 1e-6

    def _order(self, cut: RgbArray, mine: npt.NDArray[np.int64]) -> float:
        """How well the order of colours fits (Bhattacharyya); 0 where there is little to see or another flag fits better."""
        colours = run_colours(cut)
        plain, number = triples(without_shadows(colours))
        if number < _FEWEST_RUNS:
            return 0.0
        references = self._references
        seen = np.where(references.black[:, None], triples(colours)[0], plain)
        fits = np.sqrt(seen * references.runs).sum(axis=1)
        own = float(fits[mine].max())
        return min(1.0, own) if own >= max(_RUNS, float(fits.max()) - _RUNS_MARGIN) else 0.0


def _shrink(picture: RgbArray, side: int) -> tuple[RgbArray, float]:
    height, width = picture.shape[:2]
    scale = max(height, width) / side
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


def _apart(flags: Sequence[FoundFlag], expected: Collection[str]) -> list[FoundFlag]:
    """The flags that do not overlap a better one. Two mentioned countries that fit one place about equally leave it unnamed."""
    ranked = sorted(flags, key=lambda flag: (flag.code not in expected, -flag.confidence, flag.code))
    kept: list[FoundFlag] = []
    unclear: set[str] = set()
    for flag in ranked:
        rivals = [other for other in kept if flag.box.iou(other.box) >= _SAME_PLACE]
        if not rivals:
            kept.append(flag)
        unclear |= {other.code for other in rivals if _equal(flag, other, expected)}
    return sorted((flag for flag in kept if flag.code not in unclear), key=lambda flag: (-flag.confidence, flag.code))


def _equal(flag: FoundFlag, other: FoundFlag, expected: Collection[str]) -> bool:
    same_rank = (flag.code in expected) == (other.code in expected)
    return same_rank and flag.flat == other.flat and abs(flag.confidence - other.confidence) < _UNCLEAR
