"""Are two triggers one event? Pair scores within an article and across articles, and clusters from them."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy.cluster.hierarchy import fcluster, linkage
from scipy.spatial.distance import squareform
from spacy.vocab import Vocab

from services.text_ie.english.network.describe_events import Surroundings, lemma_similarity
from services.text_ie.english.network.features import DescribedEvent, EventCoreferenceFeatures, dense
from services.text_ie.english.network.model import Encoding, Floats, Network
from services.text_ie.thresholds import LIMITS

_NEVER = -1.0  # in place of a probability: a mean with some of it stays under every threshold of use


@dataclass(frozen=True)
class SeenEvent:
    """A trigger with what the head needs: its features' ground and its vector [384]."""

    described: DescribedEvent
    vector: Floats


class EventScorer:
    """Probability that two triggers are one event."""

    def __init__(self, network: Network, vocab: Vocab) -> None:
        self._network, self._vocab = network, vocab
        self._features = EventCoreferenceFeatures()
        self.threshold = network.labels.thresholds.get("event_coreference", LIMITS.min_uncalibrated)

    def see(self, encoding: Encoding, triggers: Sequence[int], document: int) -> list[SeenEvent]:
        """Describe the triggers at these words; ``document`` numbers the documents that are compared."""
        around = Surroundings(encoding.words)
        return [SeenEvent(around.event(word, document), encoding.vectors[word]) for word in triggers]

    def probabilities(self, pairs: Sequence[tuple[SeenEvent, SeenEvent]]) -> Floats:
        """One probability a pair."""
        if not pairs:
            return np.zeros(0, dtype=np.float32)
        rows = [self._features.indices(a.described, b.described, self._similarity(a, b)) for a, b in pairs]
        left, right = np.stack([a.vector for a, _ in pairs]), np.stack([b.vector for _, b in pairs])
        scores = self._network.score("event_coreference", left, right, dense(rows, self._features.size))[:, 0]
        return np.asarray(1.0 / (1.0 + np.exp(-scores)), dtype=np.float32)

    def _similarity(self, one: SeenEvent, other: SeenEvent) -> float:
        return lemma_similarity(self._vocab, one.described.lemma, other.described.lemma)


def clusters(scorer: EventScorer, events: Sequence[SeenEvent], topics: Sequence[int]) -> list[int]:
    """A cluster number an event: average-linkage clustering of the pair probabilities.

    ``topics``: a group number a document; events of two groups are never one.
    """
    if len(events) < 2:
        return list(range(len(events)))
    first, second = np.triu_indices(len(events), k=1)
    pairs = [(events[int(a)], events[int(b)]) for a, b in zip(first, second, strict=True)]
    distances = np.zeros((len(events), len(events)))
    topic = np.array([topics[event.described.document] for event in events])
    probabilities = np.where(topic[first] == topic[second], scorer.probabilities(pairs), _NEVER)
    distances[first, second] = distances[second, first] = 1.0 - probabilities
    return _cut(distances, 1.0 - scorer.threshold)


def _cut(distances: npt.NDArray[np.float64], limit: float) -> list[int]:
    tree = linkage(squareform(distances, checks=False), method="average")
    return [int(number) for number in fcluster(tree, limit, criterion="distance")]
