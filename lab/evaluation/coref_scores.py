"""Coreference scores MUC, B3 and CEAFe of each document by the scorer ``scorch``, as sums over documents.

Definitions: Pradhan et al. 2014, "Scoring Coreference Partitions of Predicted Mentions" (no mention is moved or
dropped by the scorer); CEAFe after Luo 2005. A mention is anything hashable; a mention lies in at most one cluster of a side.
The scorer gives shares; times their denominators they are what the CoNLL-2012 reference scorer adds up over documents.
"""

from collections.abc import Callable, Hashable, Sequence
from dataclasses import dataclass
from importlib import import_module

from shared.errors import ConfigurationError

Mention = Hashable
Clusters = Sequence[frozenset[Mention]]
Numbered = list[set[int]]
"""Clusters with a number for each mention: the scorer sorts mentions."""
Measure = Callable[[Numbered, Numbered], tuple[float, float, float]]


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
    """What one document adds to each measure; raises ConfigurationError where the scorer is not installed."""
    links = _score("muc", gold, predicted, sum(map(len, gold)) - len(gold), sum(map(len, predicted)) - len(predicted))
    return CorefTally(links, b_cubed(gold, predicted), _score("ceaf_e", gold, predicted, len(gold), len(predicted)))


def b_cubed(gold: Clusters, predicted: Clusters) -> Tally:
    """B3 alone, where the clusters are too many to be aligned; raises as ``tally``."""
    return _score("b_cubed", gold, predicted, sum(map(len, gold)), sum(map(len, predicted)))


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


def _score(name: str, gold: Clusters, predicted: Clusters, expected: int, given: int) -> Tally:
    numbers = {mention: number for number, mention in enumerate({m for cluster in (*gold, *predicted) for m in cluster})}
    measure = _measure(name)
    if not {m for cluster in gold for m in cluster} & {m for cluster in predicted for m in cluster}:
        return Tally(0.0, expected, 0.0, given)  # here the scorer's CEAFe divides by zero
    recall, precision, _ = measure(_numbered(gold, numbers), _numbered(predicted, numbers))
    return Tally(float(recall) * expected, expected, float(precision) * given, given)


def _numbered(clusters: Clusters, numbers: dict[Mention, int]) -> Numbered:
    return [{numbers[mention] for mention in cluster} for cluster in clusters]


def _measure(name: str) -> Measure:
    try:
        measure: Measure = getattr(import_module("scorch.scores"), name)
    except ImportError as error:
        raise ConfigurationError("scoring coreference needs scorch: pip install 'newsgraph[evaluation]'") from error
    return measure
