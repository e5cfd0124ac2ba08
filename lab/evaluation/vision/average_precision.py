"""Average precision of boxes at IoU 0.5, as COCO counts it (Lin et al. 2014): 101 recall levels, crowds forgiven."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from shared.schemas.base import Box

_OVERLAP = 0.5
_LEVELS = np.linspace(0.0, 1.0, 101)


@dataclass(frozen=True)
class GoldBox:
    """A box of one label; a ``crowd`` stands for many things: finding it is neither right nor wrong."""

    box: Box
    crowd: bool = False


@dataclass(frozen=True)
class FoundBox:
    """A predicted box of one label."""

    box: Box
    confidence: float


def average_precision(gold: Sequence[Sequence[GoldBox]], found: Sequence[Sequence[FoundBox]]) -> float | None:
    """AP in [0, 1] over pictures, of one label; None where there is no gold box that counts."""
    wanted = sum(not item.crowd for boxes in gold for item in boxes)
    if not wanted:
        return None
    judged = [row for wanted_here, given in zip(gold, found, strict=True) for row in _judge(wanted_here, given)]
    judged.sort(key=lambda row: -row[0])
    right = np.cumsum([hit for _, hit in judged])
    if not len(right):
        return 0.0
    precision = right / np.arange(1, len(right) + 1)
    envelope = np.maximum.accumulate(precision[::-1])[::-1]
    places = np.searchsorted(right / wanted, _LEVELS, side="left")
    return float(np.append(envelope, 0.0)[places].mean())


def _judge(gold: Sequence[GoldBox], found: Sequence[FoundBox]) -> list[tuple[float, bool]]:
    """Confidence and whether it hits, the most confident first; what only hits a crowd is left out."""
    free = [item.box for item in gold if not item.crowd]
    crowds = [item.box for item in gold if item.crowd]
    rows = []
    for one in sorted(found, key=lambda item: -item.confidence):
        best = max(free, key=one.box.iou, default=None)
        if best is not None and one.box.iou(best) >= _OVERLAP:
            free.remove(best)
            rows.append((one.confidence, True))
        elif not any(one.box.intersection(crowd) >= _OVERLAP * one.box.area for crowd in crowds):
            rows.append((one.confidence, False))
    return rows
