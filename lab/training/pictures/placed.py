"""From which probability on a gun, fire, smoke or an emergency vehicle is asserted at a place of a picture."""

import numpy as np
from numpy.typing import NDArray

from lab.training.pictures.examples import PLACES, Examples
from lab.training.pictures.features import Features, Floats, split

SETS = ("guns", "fire", "emergency_vehicles", "flickr8k_entities", "stanford40")
_SAID = ("gun", "fire", "smoke", "emergency vehicle")
_PRECISION = 0.85
_RARER = 4.0
"""Pictures without the thing are so many times commoner in the news than in the test; their mistakes are counted so often."""


def place_thresholds(examples: Examples, seen: Features) -> tuple[dict[str, float], dict[str, dict[str, float]]]:
    """Thresholds set on one half of what was held out, and precision and recall by picture on the other."""
    _, tune, test = split(examples, SETS)
    thresholds: dict[str, float] = {}
    report: dict[str, dict[str, float]] = {}
    for number, name in enumerate(PLACES):
        if name not in _SAID:
            continue
        halves = [
            [(seen.places[e.row, number], bool(e.places[number])) for e in half if number in e.places] for half in (tune, test)
        ]
        thresholds[name] = _threshold(*(np.array(column) for column in zip(*halves[0], strict=True)))
        logits, truth = (np.array(column) for column in zip(*halves[1], strict=True))
        said = _probability(logits) >= thresholds[name]
        report[name] = {
            "precision": round(100 * float(truth[said].mean()) if said.any() else 0.0, 1),
            "recall": round(100 * float(said[truth].mean()) if truth.any() else 0.0, 1),
            "pictures": float(len(truth)),
            "with": float(truth.sum()),
        }
    return thresholds, report


def _probability(logits: Floats) -> Floats:
    return np.asarray(1 / (1 + np.exp(-logits)), np.float32)


def _threshold(logits: Floats, truth: NDArray[np.bool_]) -> float:
    for threshold in np.arange(0.3, 0.98, 0.02):
        said = _probability(logits) >= threshold
        right, wrong = float((said & truth).sum()), _RARER * float((said & ~truth).sum())
        if right and right / (right + wrong) >= _PRECISION:
            return round(float(threshold), 2)
    return 0.98
