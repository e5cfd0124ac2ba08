"""Flags in photographs: where one may be (cheap), whose it is (a trained network), and whether its drawing bears that out.

Windows that stand out in colours of cloth are read twice: once where they were found, once where the network puts the flag's
edges. A country of the article counts more than others. Flags that hang in folds are found by the order of their colours, for
countries of the article only.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt

from services.entity_linking.engines.flag_network import FlagNetwork, Reading
from services.entity_linking.engines.flag_places import apart, exposed, places
from services.entity_linking.engines.flag_structure import FoldedFlags, FreeOf, grid, load_references, shrink
from shared.pictures import RgbArray
from shared.schemas.base import Box

_DETAIL = 480
_WINDOWS = 96
_READ_AGAIN = 16
_MAYBE = 0.15
_OVERLAP = 0.5
_MENTIONED = 30.0
"""Odds of a country of the article against another before the picture is seen."""
_SURE, _SURE_MENTIONED = 0.9, 0.6
_LIKE_DRAWING, _LIKE_DRAWING_MENTIONED = 0.85, 0.7
_MOST = 0.95
_FOLDED = 0.8
_UNCLEAR = 0.03
_SAME_PLACE = 0.3
FloatArray = npt.NDArray[np.float32]


@dataclass(frozen=True)
class FoundFlag:
    """A flag and its country, ISO 3166 two-letter. ``flat``: its layout was seen, not only the order of its colours."""

    box: Box
    code: str
    confidence: float
    flat: bool


@dataclass(frozen=True)
class Candidate:
    """A place with its likeliest country, that country's probability, and how like its drawing the place is, at most 1."""

    box: Box
    code: str
    probability: float
    likeness: float


class FlagFinder:
    """Finds flags; those of countries that the article mentions with less evidence."""

    def __init__(self, references: Path, network: Path) -> None:
        stored = load_references(references)
        self._network = FlagNetwork(network)
        self._folded = FoldedFlags(stored)
        whole = {str(code): row for row, code in reversed(list(enumerate(stored.codes)))}
        self._grids = np.stack([stored.grids[whole[code]] for code in self._network.countries])

    def find(self, picture: RgbArray, expected: Collection[str], people: Sequence[Box] = ()) -> list[FoundFlag]:
        """At most one flag a country, best first. ``expected`` are ISO codes that the article mentions; windows that lie
        on the middle of a person count as clothing."""
        free = FreeOf(people)
        flags = [
            FoundFlag(seen.box, seen.code, round(min(_MOST, seen.probability), 4), flat=True)
            for seen in self.candidates(picture, expected, free)
            if _believed(seen, seen.code in expected)
        ]
        missing = sorted(set(expected) - {flag.code for flag in flags})
        for code, box, likeness in self._folded.find(picture, missing, free):
            flags.append(FoundFlag(box, code, round(_FOLDED * likeness, 4), flat=False))
        best = {flag.code: flag for flag in sorted(flags, key=lambda flag: flag.confidence)}
        return _apart(list(best.values()), expected)

    def recognise(self, picture: RgbArray, box: Box) -> list[tuple[str, float]]:
        """Countries and probabilities, best first, of what a box shows that is known to be a flag."""
        small, scale = shrink(picture, max(_DETAIL, int(_DETAIL * max(picture.shape[:2]) / max(1.0, 4 * box.x1 - 4 * box.x0))))
        windows = np.array([(box.x0, box.y0, box.x1, box.y1)], dtype=np.float32) / np.float32(scale)
        first = self._network.read(small, windows)
        again = self._network.read(small, first.boxes)
        shares = (first.countries + again.countries)[0]
        shares = shares / max(float(shares.sum()), 1e-9)
        order = np.argsort(-shares, kind="stable")
        return [(self._network.countries[place], float(shares[place])) for place in order.tolist()]

    def candidates(self, picture: RgbArray, expected: Collection[str] = (), free: FreeOf | None = None) -> list[Candidate]:
        """All places that may be flags, the likeliest first, before any of them is believed."""
        small, scale = shrink(picture, _DETAIL)
        boxes = places(small, _WINDOWS)
        first = self._network.read(small, boxes)
        order = np.argsort(first.none, kind="stable")
        order = order[1 - first.none[order] >= _MAYBE]
        order = order[apart(first.boxes[order], _OVERLAP, _READ_AGAIN)]
        if free is not None:
            order = order[free(_sides(first.boxes[order]) * scale)]
        again = self._network.read(small, first.boxes[order])
        prior = np.array([_MENTIONED if code in expected else 1.0 for code in self._network.countries])
        return _candidates(small, scale, (self._network.countries, self._grids), _posterior(again, prior), again.boxes)


def _posterior(reading: Reading, prior: npt.NDArray[np.float64]) -> FloatArray:
    """NxC probabilities when some countries are likelier than the network was taught."""
    weighted = reading.countries * prior
    return np.asarray(weighted / (weighted.sum(axis=1) + reading.none)[:, None], dtype=np.float32)


def _candidates(
    small: RgbArray, scale: float, drawings: tuple[Sequence[str], FloatArray], shares: FloatArray, boxes: FloatArray
) -> list[Candidate]:
    found = []
    for row, edges in zip(shares, boxes, strict=True):
        country = int(row.argmax())
        left, top, right, bottom = edges.astype(int).tolist()
        seen = small[top : max(bottom, top + 1), left : max(right, left + 1)]
        x0, y0, x1, y1 = (round(float(side) * scale, 1) for side in edges)
        box = Box(x0=x0, y0=y0, x1=x1, y1=y1)
        found.append(Candidate(box, drawings[0][country], float(row[country]), _likeness(seen, drawings[1][country])))
    return sorted(found, key=lambda one: -one.probability)


def _likeness(seen: RgbArray, drawing: FloatArray) -> float:
    """Correlation of the LAB grids; mirrored too, as a flag has two sides. Light and cast of the picture are taken out."""
    lit = exposed(seen)
    return max(float(grid(np.ascontiguousarray(view)) @ drawing) for view in (lit, lit[:, ::-1]))


def _believed(seen: Candidate, mentioned: bool) -> bool:
    sure, like = (_SURE_MENTIONED, _LIKE_DRAWING_MENTIONED) if mentioned else (_SURE, _LIKE_DRAWING)
    return seen.probability >= sure and seen.likeness >= like


def _sides(boxes: FloatArray) -> FloatArray:
    """x0 y0 x1 y1 to x y w h."""
    return np.concatenate([boxes[:, :2], boxes[:, 2:] - boxes[:, :2]], axis=1)


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
