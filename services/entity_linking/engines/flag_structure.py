"""Flags by the shares, borders and order of their colours, which folds, rotation and mirroring keep: for flags in folds.

Only for countries that the article mentions. The references are built by deploy/build/flags.py.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np
import numpy.typing as npt

from services.entity_linking.engines.colours import COLOURS, OTHER, ColourMap, borders, colour_map
from services.entity_linking.engines.flag_windows import FOLDED_SHAPES, FOLDED_SIZES
from services.entity_linking.engines.runs import run_colours, triples, without_shadows
from services.entity_linking.thresholds import LIMITS
from shared.pictures import RgbArray
from shared.schemas.base import Box

SIDE = 160
_DETAIL = 640
GRID = (12, 8)
_TINY = float(np.finfo(np.float32).tiny)
_MAX_PLACES = 4
_MAX_LOOKED_AT = 60
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
class Windows:
    """N windows x y w h in pixels of a small picture, and their descriptors."""

    boxes: npt.NDArray[np.int64]
    shares: FloatArray
    pairs: FloatArray
    density: FloatArray

    def subset(self, keep: npt.NDArray[np.bool_]) -> "Windows":
        """Those that are kept."""
        return Windows(self.boxes[keep], self.shares[keep], self.pairs[keep], self.density[keep])


def load_references(path: Path) -> References:
    """The descriptors that deploy/build/flags.py wrote."""
    with np.load(path) as stored:
        return References(**{name: stored[name] for name in References.__dataclass_fields__})


def main_colours(references: References) -> dict[str, int]:
    """How many main colours the flag of each country has."""
    whole = {str(code): row for row, code in reversed(list(enumerate(references.codes)))}
    return {code: int((references.shares[row, 1:] > LIMITS.folded_main_share).sum()) for code, row in whole.items()}


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
    return np.asarray(vector / max(float(np.linalg.norm(vector)), _TINY), dtype=np.float32)


def shrink(picture: RgbArray, side: int) -> tuple[RgbArray, float]:
    """The picture with that longer side, and the factor back to the original."""
    height, width = picture.shape[:2]
    scale = max(height, width) / side
    size = (max(1, int(width / scale)), max(1, int(height / scale)))
    return np.asarray(cv2.resize(picture, size, interpolation=cv2.INTER_AREA), dtype=np.uint8), scale


class FoldedFlags:
    """Looks for flags in folds."""

    def __init__(self, references: References) -> None:
        self._references = references
        codes = references.codes
        self._rows = {str(code): np.flatnonzero(codes == code) for code in np.unique(codes)}
        self._rich = frozenset(code for code, rows in self._rows.items() if _is_rich(references, int(rows[0])))

    def find(self, picture: RgbArray, countries: Sequence[str], free: "FreeOf") -> list[tuple[str, Box, float]]:
        """Country, box and confidence of the likeliest place of each of these countries; few have flags rich enough."""
        looked_for = [code for code in countries if code in self._rich]
        if not looked_for:
            return []
        small, scale = shrink(picture, SIDE)
        windows = measure(colour_map(small))
        windows = windows.subset(free(np.asarray(windows.boxes * scale, dtype=np.float32)))
        detail, factor = shrink(picture, _DETAIL)
        found = []
        for code in looked_for:
            scores = compare(windows, self._references, self._rows[code])
            for window in _places(windows, scores):
                x, y, w, h = (float(side) * scale for side in windows.boxes[window])
                cut = detail[int(y / factor) : int(np.ceil((y + h) / factor)), int(x / factor) : int(np.ceil((x + w) / factor))]
                if order := self._order(cut, self._rows[code]):
                    box = Box(x0=round(x, 1), y0=round(y, 1), x1=round(x + w, 1), y1=round(y + h, 1))
                    found.append((code, box, float(scores[window]) * order))
                    break
        return found

    def _order(self, cut: RgbArray, mine: npt.NDArray[np.int64]) -> float:
        """How well the order of colours fits (Bhattacharyya); 0 where there is little to see or another flag fits better."""
        colours = run_colours(cut)
        plain, number = triples(without_shadows(colours))
        if number < LIMITS.folded_min_runs:
            return 0.0
        references = self._references
        seen = np.where(references.black[:, None], triples(colours)[0], plain)
        fits = np.sqrt(seen * references.runs).sum(axis=1)
        own = float(fits[mine].max())
        return min(1.0, own) if own >= max(LIMITS.folded_min_order, float(fits.max()) - LIMITS.folded_order_margin) else 0.0


class FreeOf:
    """Tells which windows (x y w h) do not lie on the middle of a person, where a flag is clothing."""

    def __init__(self, people: Sequence[Box]) -> None:
        self._people = people

    def __call__(self, boxes: FloatArray) -> npt.NDArray[np.bool_]:
        """N booleans."""
        keep = np.ones(len(boxes), dtype=bool)
        x, y, w, h = boxes.reshape(-1, 4).T
        for person in self._people:
            margin = LIMITS.person_edge * (person.x1 - person.x0)
            wide = np.clip(np.minimum(x + w, person.x1 - margin) - np.maximum(x, person.x0 + margin), 0, None)
            high = np.clip(np.minimum(y + h, person.y1) - np.maximum(y, person.y0), 0, None)
            keep &= wide * high < LIMITS.max_flag_on_person * w * h
        return keep


def _is_rich(references: References, whole: int) -> bool:
    main = int((references.shares[whole, 1:] > LIMITS.folded_main_share).sum())
    return bool(references.density[whole] >= LIMITS.folded_min_borders and main >= LIMITS.folded_min_colours)


def _places(windows: Windows, scores: FloatArray) -> list[int]:
    """The best window of each place that is alike enough; the larger of two that are about as like."""
    area = windows.boxes[:, 2] * windows.boxes[:, 3]
    rank = np.where(scores >= LIMITS.folded_min_similarity, scores + LIMITS.folded_larger * np.log2(area), -1.0)
    kept: list[Box] = []
    chosen: list[int] = []
    for window in np.argsort(-rank, kind="stable")[:_MAX_LOOKED_AT].tolist():
        x, y, w, h = windows.boxes[window].tolist()
        box = Box(x0=x, y0=y, x1=x + w, y1=y + h)
        if scores[window] < LIMITS.folded_min_similarity or len(chosen) == _MAX_PLACES:
            break
        if all(box.iou(other) < LIMITS.folded_max_overlap for other in kept):
            kept.append(box)
            chosen.append(window)
    return chosen


def _boxes(height: int, width: int) -> Iterator[tuple[int, int, int, int]]:
    for size in FOLDED_SIZES:
        for shape in FOLDED_SHAPES:
            side = size * float(np.sqrt(height * width))
            w, h = int(side * np.sqrt(shape)), int(side / np.sqrt(shape))
            if 10 <= w <= width and 10 <= h <= height:
                for y in range(0, height - h + 1, max(3, h // 4)):
                    for x in range(0, width - w + 1, max(3, w // 4)):
                        yield x, y, w, h


def measure(colours: ColourMap) -> Windows:
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
    pairs = lengths / np.maximum(length, 1)[:, None]
    described = Windows(boxes, np.asarray(shares, np.float32), np.asarray(pairs, np.float32), density)
    cloth = shares[:, OTHER] < LIMITS.folded_max_other
    return described.subset(cloth & (density > LIMITS.folded_min_density) & (length > LIMITS.folded_min_length))


def compare(windows: Windows, references: References, rows: npt.NDArray[np.int64]) -> FloatArray:
    """N similarities in [0, 1] with the likest of these references: all main colours, like shares, borders and density."""
    best = np.zeros(len(windows.boxes), dtype=np.float32)
    for i in rows.tolist():
        shares, pairs, density = (
            references.shares[i],
            references.pairs[i],
            max(float(references.density[i]), _TINY),
        )
        main = (shares > LIMITS.folded_main_share) & (np.arange(len(COLOURS)) != OTHER)
        there = np.minimum(1.0, windows.shares[:, main] / (shares[main] / 2)).min(axis=1) if main.any() else 0.0
        like = 1 - np.abs(windows.shares - shares).sum(axis=1) / 2
        border = np.sqrt(windows.pairs * pairs).sum(axis=1)
        sparse = np.minimum(1.0, windows.density / (LIMITS.folded_sparse * density))
        dense = sparse * np.minimum(1.0, LIMITS.folded_dense * density / windows.density)
        best = np.maximum(best, there * np.clip(like * border * np.sqrt(dense), 0, 1) ** LIMITS.folded_power)
    return np.asarray(best, dtype=np.float32)
