"""Coreference scores MUC, B3 and CEAFe as sums over documents, as the CoNLL-2012 reference scorer adds them up.

Definitions: Pradhan et al. 2014, "Scoring Coreference Partitions of Predicted Mentions" (no mention is moved or
dropped by the scorer); CEAFe after Luo 2005. A mention is anything hashable; a mention lies in at most one cluster of a side.
"""

from collections import Counter
from collections.abc import Hashable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from shared.errors import ConfigurationError

Mention = Hashable
Clusters = Sequence[frozenset[Mention]]


@dataclass(frozen=True)
class Tally:
    """Numerators and denominators of recall and precision; documents add up."""

    found: float = 0.0
    expected: float = 0.0
    right: float = 0.0
    given: float = 0.0

    def __add__(self, other: "Tally") -> "Tally":
        return Tally(self.found + other.found, self.expected + other.expected, self.right + other.right, self.given + other.given)

    @property
    def recall(self) -> float:
        """In [0, 1]; 0 where nothing was expected."""
        return self.found / self.expected if self.expected else 0.0

    @property
    def precision(self) -> float:
        """In [0, 1]; 0 where nothing was given."""
        return self.right / self.given if self.given else 0.0

    @property
    def f1(self) -> float:
        """Harmonic mean of both, in [0, 1]."""
        total = self.recall + self.precision
        return 2 * self.recall * self.precision / total if total else 0.0


@dataclass(frozen=True)
class CorefTally:
    """The three measures of one or more documents."""

    muc: Tally = Tally()
    b3: Tally = Tally()
    ceafe: Tally = Tally()

    def __add__(self, other: "CorefTally") -> "CorefTally":
        return CorefTally(self.muc + other.muc, self.b3 + other.b3, self.ceafe + other.ceafe)

    @property
    def conll_f1(self) -> float:
        """The mean of the three F1, in [0, 1]."""
        return (self.muc.f1 + self.b3.f1 + self.ceafe.f1) / 3


def tally(gold: Clusters, predicted: Clusters) -> CorefTally:
    """What one document adds to each measure."""
    return CorefTally(_muc(gold, predicted), _b3(gold, predicted), _ceafe(gold, predicted))


def without_singletons(clusters: Clusters) -> list[frozenset[Mention]]:
    """Clusters of two mentions or more."""
    return [cluster for cluster in clusters if len(cluster) > 1]


def disjoint(groups: Sequence[Sequence[Mention]]) -> list[frozenset[Mention]]:
    """Clusters of the groups, in order; a mention named again stays where it was first, and empty groups go."""
    seen: set[Mention] = set()
    clusters = []
    for group in groups:
        fresh = frozenset(mention for mention in group if mention not in seen)
        seen |= fresh
        if fresh:
            clusters.append(fresh)
    return clusters


def _muc(gold: Clusters, predicted: Clusters) -> Tally:
    found, expected = _links(gold, predicted)
    right, given = _links(predicted, gold)
    return Tally(found, expected, right, given)


def _links(clusters: Clusters, others: Clusters) -> tuple[int, int]:
    """Links of a spanning tree of each cluster that the other side keeps, and all of them."""
    home = _homes(others)
    kept = total = 0
    for cluster in clusters:
        parts = {home[mention] for mention in cluster if mention in home}
        alone = sum(mention not in home for mention in cluster)
        kept += len(cluster) - len(parts) - alone
        total += len(cluster) - 1
    return kept, total


def _b3(gold: Clusters, predicted: Clusters) -> Tally:
    found = sum(n * n / len(gold[i]) for (i, _), n in _overlaps(gold, predicted).items())
    right = sum(n * n / len(predicted[j]) for (_, j), n in _overlaps(gold, predicted).items())
    return Tally(found, sum(map(len, gold)), right, sum(map(len, predicted)))


def _ceafe(gold: Clusters, predicted: Clusters) -> Tally:
    if not gold or not predicted:
        return Tally(0.0, len(gold), 0.0, len(predicted))
    similarity = np.zeros((len(gold), len(predicted)))
    for (i, j), n in _overlaps(gold, predicted).items():
        similarity[i, j] = 2 * n / (len(gold[i]) + len(predicted[j]))
    best = _best_sum(similarity)
    return Tally(best, len(gold), best, len(predicted))


def _best_sum(similarity: NDArray[np.float64]) -> float:
    """The largest sum of entries of which no two share a row or a column."""
    try:
        from scipy.optimize import linear_sum_assignment  # not at the top: parts of the platform are installed without scipy
    except ImportError as error:
        raise ConfigurationError("scoring coreference needs scipy: pip install 'newsgraph[text-ie]'") from error
    return float(similarity[linear_sum_assignment(similarity, maximize=True)].sum())


def _overlaps(gold: Clusters, predicted: Clusters) -> Counter[tuple[int, int]]:
    """How many mentions each pair of clusters shares, for pairs that share any."""
    home = _homes(predicted)
    return Counter((i, home[mention]) for i, cluster in enumerate(gold) for mention in cluster if mention in home)


def _homes(clusters: Clusters) -> dict[Mention, int]:
    return {mention: index for index, cluster in enumerate(clusters) for mention in cluster}
