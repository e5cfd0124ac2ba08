"""Flags in photographs: where one may be (cheap), whose it is (a trained network), and whether that is enough to say so.

Windows that stand out in colours of cloth are read again where the network puts the flag's edges. A country of the article counts
more than others. Flags that hang in folds are found by the order of their colours, for countries of the article only.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt

from services.entity_linking.engines.flag_evidence import Candidate, Place, joined, probabilities
from services.entity_linking.engines.flag_network import FlagNetwork, Reading
from services.entity_linking.engines.flag_places import places
from services.entity_linking.engines.flag_structure import FoldedFlags, FreeOf, load_references, main_colours, shrink
from services.entity_linking.thresholds import LIMITS
from shared.pictures import RgbArray
from shared.schemas.base import Box

_DETAIL = 480
_FLAG_DETAIL = 120
_WINDOWS = 96
_READ_AGAIN = 40
FloatArray = npt.NDArray[np.float32]


@dataclass(frozen=True)
class FoundFlag:
    """A flag and its country, ISO 3166 two-letter. ``flat``: its layout was seen, not only the order of its colours."""

    box: Box
    code: str
    confidence: float
    flat: bool


class FlagFinder:
    """Finds flags; those of countries that the article mentions with less evidence."""

    def __init__(self, references: Path, network: Path) -> None:
        stored = load_references(references)
        self._network = FlagNetwork(network)
        self._folded = FoldedFlags(stored)
        self._colours = main_colours(stored)

    @property
    def countries(self) -> tuple[str, ...]:
        """ISO codes of the countries whose flags it knows."""
        return self._network.countries

    def find(self, picture: RgbArray, expected: Collection[str], people: Sequence[Box] = ()) -> list[FoundFlag]:
        """At most one flag a country, best first. ``expected`` are ISO codes that the article mentions; windows that lie
        on the middle of a person count as clothing."""
        free = FreeOf(people)
        flags = _whole(
            [
                FoundFlag(seen.box, seen.code, round(min(LIMITS.max_flag_confidence, seen.confidence), 4), flat=True)
                for seen in self.candidates(picture, expected, free)
                if seen.believed(seen.code in expected)
            ]
        )
        missing = sorted(set(expected) - {flag.code for flag in flags})
        for code, box, likeness in self._folded.find(picture, missing, free):
            if max(reading.none[0] for reading in self._twice(picture, box)) <= LIMITS.max_no_flag:
                flags.append(FoundFlag(box, code, round(LIMITS.folded_flag_share * likeness, 4), flat=False))
        best = {flag.code: flag for flag in sorted(flags, key=lambda flag: flag.confidence)}
        return _apart(list(best.values()), expected)

    def recognise(self, picture: RgbArray, box: Box) -> list[tuple[str, float]]:
        """Countries and probabilities, best first, of what a box shows that is known to be a flag."""
        first, again = self._twice(picture, box)
        shares = (first.countries + again.countries)[0]
        shares = shares / max(float(shares.sum()), np.finfo(np.float32).tiny)
        order = np.argsort(-shares, kind="stable")
        return [(self._network.countries[place], float(shares[place])) for place in order.tolist()]

    def _twice(self, picture: RgbArray, box: Box) -> tuple[Reading, Reading]:
        """A box as it is, and where the network puts the flag's edges."""
        longest = max(picture.shape[:2])
        small, scale = shrink(picture, min(longest, max(_DETAIL, int(_FLAG_DETAIL * longest / max(1.0, box.x1 - box.x0)))))
        windows = np.array([(box.x0, box.y0, box.x1, box.y1)], dtype=np.float32) / np.float32(scale)
        first = self._network.read(small, windows)
        return first, self._network.read(small, first.boxes)

    def candidates(self, picture: RgbArray, expected: Collection[str] = (), free: FreeOf | None = None) -> list[Candidate]:
        """All places that may be flags, the likeliest first, before any of them is believed."""
        small, scale = shrink(picture, _DETAIL)
        first = self._network.read(small, places(small, _WINDOWS))
        order = np.argsort(first.none, kind="stable")[:_READ_AGAIN]
        order = order[1 - first.none[order] >= LIMITS.min_flag_read_again]
        if free is not None:
            order = order[free(_sides(first.boxes[order]) * scale)]
        place = joined(self._network.read(small, first.boxes[order]))
        place = place.again(self._network.read(small, place.reading.boxes))
        mentioned = np.array([code in expected for code in self._network.countries])
        return self._candidates(place, probabilities(place.reading, mentioned), (scale, small.shape[0] * small.shape[1]))

    def _candidates(self, place: Place, shares: FloatArray, size: tuple[float, int]) -> list[Candidate]:
        found = []
        for number, (row, edges) in enumerate(zip(shares, place.reading.boxes, strict=True)):
            code = self._network.countries[int(row.argmax())]
            x0, y0, x1, y1 = (round(float(side) * size[0], 1) for side in edges)
            share = float((edges[2] - edges[0]) * (edges[3] - edges[1])) / size[1]
            flag, support = 1 - float(place.reading.none[number]), float(place.support[number])
            box = Box(x0=x0, y0=y0, x1=x1, y1=y1)
            found.append(Candidate(box, code, float(row.max()), flag, support, share, self._colours[code]))
        return sorted(found, key=lambda one: -one.confidence)


def _sides(boxes: FloatArray) -> FloatArray:
    """x0 y0 x1 y1 to x y w h."""
    return np.concatenate([boxes[:, :2], boxes[:, 2:] - boxes[:, :2]], axis=1)


def _whole(flags: Sequence[FoundFlag]) -> list[FoundFlag]:
    """Without those that are a part of a larger one about as sure: a part of stripes looks like other stripes."""

    def part(one: FoundFlag, other: FoundFlag) -> bool:
        inside = one.box.intersection(other.box) >= LIMITS.min_flag_part * one.box.area
        return inside and one.box.area < other.box.area and one.confidence <= other.confidence + LIMITS.max_flag_part_lead

    return [one for one in flags if not any(part(one, other) for other in flags)]


def _apart(flags: Sequence[FoundFlag], expected: Collection[str]) -> list[FoundFlag]:
    """The flags that do not overlap a better one. Two mentioned countries that fit one place about equally leave it unnamed."""
    ranked = sorted(flags, key=lambda flag: (flag.code not in expected, -flag.confidence, flag.code))
    kept: list[FoundFlag] = []
    unclear: set[str] = set()
    for flag in ranked:
        rivals = [other for other in kept if flag.box.iou(other.box) >= LIMITS.min_flag_overlap_rivals]
        if not rivals:
            kept.append(flag)
        unclear |= {other.code for other in rivals if _equal(flag, other, expected)}
    return sorted((flag for flag in kept if flag.code not in unclear), key=lambda flag: (-flag.confidence, flag.code))


def _equal(flag: FoundFlag, other: FoundFlag, expected: Collection[str]) -> bool:
    same_rank = (flag.code in expected) == (other.code in expected)
    return same_rank and flag.flat == other.flat and abs(flag.confidence - other.confidence) < LIMITS.min_flag_lead
