"""Phrases grounded in a picture: a heat map of cells against the phrase, and the boxes of detectors that agree with it.

A box is scored by the correlation of its mask with the heat (point-biserial: the mean inside minus the mean outside, in units of
the heat's own spread, so that neither tiny nor huge boxes win), plus how much its label means what the phrase means.
Coordinates here are shares of the picture's width and height; the grid covers the whole picture.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from services.visual_events.thresholds import LIMITS
from shared.image_text.encoder import Floats

Corners = tuple[float, float, float, float]
"""x0, y0, x1, y1 in [0, 1]."""


@dataclass(frozen=True)
class Proposal:
    """A detector's box, with the cosine of its label and the phrase."""

    corners: Corners
    likeness: float


@dataclass(frozen=True)
class Pointed:
    """Where a phrase is: a point, a box, the number of the proposal that it is (None: of the heat alone), and how sure.

    ``present`` is False where the phrase is nowhere in the picture: point and box are then a mere guess.
    """

    x: float
    y: float
    corners: Corners
    proposal: int | None
    confidence: float
    present: bool


def heat_map(cells: Floats, phrase: Floats) -> Floats:
    """Cosine of each cell [G,G,C] with the phrase [C], mixed with the mean of the cells around it: [G,G]."""
    heat = cells @ phrase
    padded = np.pad(heat, 1, mode="edge")
    size = heat.shape
    around = sum(padded[dy : dy + size[0], dx : dx + size[1]] for dy in range(3) for dx in range(3)) / 9
    mixed: Floats = (LIMITS.heat_mix * heat + (1 - LIMITS.heat_mix) * around).astype(np.float32)
    return mixed


def cover(corners: Corners, grid: int) -> Floats:
    """The share of each cell [G,G] that a box covers."""
    edges = np.arange(grid + 1, dtype=np.float32) / grid
    across, down = (
        np.clip(np.minimum(edges[1:], end) - np.maximum(edges[:-1], start), 0, None) * grid
        for start, end in ((corners[0], corners[2]), (corners[1], corners[3]))
    )
    return np.outer(down, across).astype(np.float32)


def correlation(heat: Floats, mask: Floats) -> float:
    """Correlation of heat and mask in [-1, 1]; 0 where either is flat (a box of the whole picture tells nothing)."""
    a, b = heat - heat.mean(), mask - mask.mean()
    spreads = float(np.linalg.norm(a)), float(np.linalg.norm(b))
    return float((a * b).sum()) / (spreads[0] * spreads[1]) if min(spreads) > LIMITS.flat_heat else 0.0


def locate(cells: Floats, phrase: Floats, proposals: Sequence[Proposal] = ()) -> Pointed:
    """Ground one phrase [C] in the cells [G,G,C] of a picture."""
    heat = heat_map(cells, phrase)
    fits = [
        LIMITS.heat_weight * correlation(heat, cover(p.corners, len(heat))) + LIMITS.label_weight * _stretch(p.likeness)
        for p in proposals
    ]
    best = int(np.argmax(fits)) if fits else None
    peak = float(heat.max())
    sure = min(1.0, max(0.0, (peak - LIMITS.min_present) / LIMITS.present_range))
    if best is not None and fits[best] >= LIMITS.min_fit:
        corners = proposals[best].corners
        x, y = _peak(heat, cover(corners, len(heat)) > 0)
        confidence = min(1.0, fits[best] + LIMITS.fit_to_confidence) * (1 + sure) / 2
        return Pointed(*_into(x, y, corners), corners, best, round(confidence, 3), peak >= LIMITS.min_present)
    x, y = _peak(heat, np.ones_like(heat, bool))
    return Pointed(x, y, _hot_box(heat), None, round(sure / 2, 3), peak >= LIMITS.min_present)


def _stretch(likeness: float) -> float:
    """Cosines of labels from where they begin to mean something, as a share of the range."""
    return min(1.0, max(0.0, (likeness - LIMITS.label_zero) / LIMITS.label_range))


def _peak(heat: Floats, where: np.ndarray[tuple[int, ...], np.dtype[np.bool_]]) -> tuple[float, float]:
    row, column = np.unravel_index(int(np.where(where, heat, -np.inf).argmax()), heat.shape)
    return (float(column) + 1 / 2) / heat.shape[1], (float(row) + 1 / 2) / heat.shape[0]


def _into(x: float, y: float, corners: Corners) -> tuple[float, float]:
    x0, y0, x1, y1 = corners
    return min(max(x, x0), x1), min(max(y, y0), y1)


def _hot_box(heat: Floats) -> Corners:
    """The box around the cells that hang together with the hottest and are at least half of the way from the mean to it."""
    hot = heat >= heat.mean() + LIMITS.hot_share * (heat.max() - heat.mean())
    start = np.unravel_index(int(heat.argmax()), heat.shape)
    cells, queue = {(int(start[0]), int(start[1]))}, [(int(start[0]), int(start[1]))]
    while queue:
        row, column = queue.pop()
        for cell in ((row + 1, column), (row - 1, column), (row, column + 1), (row, column - 1)):
            inside = 0 <= cell[0] < heat.shape[0] and 0 <= cell[1] < heat.shape[1]
            if inside and cell not in cells and hot[cell]:
                cells.add(cell)
                queue.append(cell)
    rows, columns = [cell[0] for cell in cells], [cell[1] for cell in cells]
    height, width = heat.shape
    return min(columns) / width, min(rows) / height, (max(columns) + 1) / width, (max(rows) + 1) / height
