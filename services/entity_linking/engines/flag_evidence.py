"""How much speaks for a flag at a place: what the network says of it and of the windows around it, its size and its colours.

The weights are a logistic regression (lab/training/flags/fit_evidence.py) on photographs without flags against warped drawings
pasted into such photographs; measured on other photographs and drawings by ``newsgraph eval flags``.
"""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from services.entity_linking.engines.flag_network import Reading
from services.entity_linking.engines.flag_places import overlaps
from shared.schemas.base import Box

ENOUGH, ENOUGH_MENTIONED = 0.85, 0.9
"""Least confidence in a flag of a country that the article does not mention, and of one that it mentions."""
_MENTIONED = 10.0
"""Odds of a country of the article against another before the picture is seen."""
_ONE_PLACE = 0.5
_LARGE = 0.05
_MOST_COLOURS = 4
_WEIGHTS = (0.76, 0.5, 1.49, 3.82, 0.94)
_CONSTANT = 6.44
_SMALL = 1e-6
FloatArray = npt.NDArray[np.float32]


@dataclass(frozen=True)
class Place:
    """N places: a reading of each, and how many windows, each as far as it was sure of a flag, were found to show it."""

    reading: Reading
    support: FloatArray

    def again(self, other: Reading) -> "Place":
        """With the mean of these readings and others of the same windows, and the boxes of the others."""
        mine = self.reading
        half = np.float32(0.5)
        countries = np.asarray(half * (mine.countries + other.countries), dtype=np.float32)
        mean = Reading(countries, np.asarray(half * (mine.none + other.none), dtype=np.float32), other.boxes)
        return Place(mean, self.support)


@dataclass(frozen=True)
class Candidate:
    """A place with its likeliest country. ``probability`` of the country, a mention counted in; ``flag``: that it is any flag;
    ``share`` of the picture; ``colours``: main colours of the country's flag."""

    box: Box
    code: str
    probability: float
    flag: float
    support: float
    share: float
    colours: int

    @property
    def evidence(self) -> tuple[float, float, float, float, float]:
        """What the weights are for."""
        return (
            float(np.log((self.probability + _SMALL) / (1 - self.probability + _SMALL))),
            float(np.log((self.flag + _SMALL) / (1 - self.flag + _SMALL))),
            float(np.log1p(self.support)),
            float(np.log(min(max(self.share, _SMALL), _LARGE))),
            float(min(self.colours, _MOST_COLOURS)),
        )

    @property
    def confidence(self) -> float:
        """Probability that this is a flag of this country, in [0, 1]."""
        return float(1 / (1 + np.exp(-np.dot(self.evidence, _WEIGHTS) - _CONSTANT)))

    def believed(self, mentioned: bool) -> bool:
        """Whether that is enough for a country that the article mentions or not."""
        return self.confidence >= (ENOUGH_MENTIONED if mentioned else ENOUGH)


def joined(reading: Reading) -> Place:
    """One place for all windows that were found to show it: the mean of what they say, each as much as it is sure of a flag."""
    countries, none, boxes, support = [], [], [], []
    left = np.argsort(reading.none, kind="stable")
    while len(left):
        same = overlaps(reading.boxes[left[0]], reading.boxes[left]) >= _ONE_PLACE
        group, left = left[same], left[~same]
        weights = 1 - reading.none[group] + _SMALL
        countries.append(np.average(reading.countries[group], axis=0, weights=weights))
        none.append(np.average(reading.none[group], weights=weights))
        boxes.append(np.average(reading.boxes[group], axis=0, weights=weights))
        support.append(weights.sum())
    shares = np.asarray(countries, np.float32).reshape(-1, reading.countries.shape[1])
    mean = Reading(shares, np.asarray(none, np.float32), np.asarray(boxes, np.float32).reshape(-1, 4))
    return Place(mean, np.asarray(support, np.float32))


def probabilities(reading: Reading, mentioned: npt.NDArray[np.bool_]) -> FloatArray:
    """NxC probabilities of the countries when those mentioned are likelier than the network was taught."""
    weighted = reading.countries * np.where(mentioned, _MENTIONED, 1.0)
    return np.asarray(weighted / (weighted.sum(axis=1) + reading.none)[:, None], dtype=np.float32)
