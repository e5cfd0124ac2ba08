"""How much speaks for a flag at a place: what the network says of it and of the windows around it, its size and its colours.

The weights are a logistic regression (lab/training/flags/fit_evidence.py) on photographs without flags against warped drawings
pasted into such photographs; measured on other photographs and drawings by ``newsgraph eval flags``.
"""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from services.entity_linking.engines.flag_network import Reading
from services.entity_linking.engines.flag_places import overlaps
from services.entity_linking.thresholds import LIMITS
from shared.schemas.base import Box

_WEIGHTS = (
    LIMITS.flag_weight_country,
    LIMITS.flag_weight_any_flag,
    LIMITS.flag_weight_support,
    LIMITS.flag_weight_share,
    LIMITS.flag_weight_colours,
)
_SMALL = LIMITS.flag_least_share
FloatArray = npt.NDArray[np.float32]


@dataclass(frozen=True)
class Place:
    """N places: a reading of each, and how many windows, each as far as it was sure of a flag, were found to show it."""

    reading: Reading
    support: FloatArray

    def again(self, other: Reading) -> "Place":
        """With the mean of these readings and others of the same windows, and the boxes of the others."""
        mine = self.reading
        countries = np.asarray((mine.countries + other.countries) / 2, dtype=np.float32)
        mean = Reading(countries, np.asarray((mine.none + other.none) / 2, dtype=np.float32), other.boxes)
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
            float(np.log(min(max(self.share, _SMALL), LIMITS.flag_large_share))),
            float(min(self.colours, LIMITS.flag_most_colours)),
        )

    @property
    def confidence(self) -> float:
        """Probability that this is a flag of this country, in [0, 1]."""
        return float(1 / (1 + np.exp(-np.dot(self.evidence, _WEIGHTS) - LIMITS.flag_constant)))

    def believed(self, mentioned: bool) -> bool:
        """Whether that is enough for a country that the article mentions or not."""
        return self.confidence >= (LIMITS.min_flag_mentioned if mentioned else LIMITS.min_flag)


def joined(reading: Reading) -> Place:
    """One place for all windows that were found to show it: the mean of what they say, each as much as it is sure of a flag."""
    countries, none, boxes, support = [], [], [], []
    left = np.argsort(reading.none, kind="stable")
    while len(left):
        same = overlaps(reading.boxes[left[0]], reading.boxes[left]) >= LIMITS.min_flag_overlap_one_place
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
    weighted = reading.countries * np.where(mentioned, LIMITS.flag_odds_of_mention, 1.0)
    return np.asarray(weighted / (weighted.sum(axis=1) + reading.none)[:, None], dtype=np.float32)
