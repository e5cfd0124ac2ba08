"""Relations between mentions of neighbouring sentences, as far as the ontology allows them between their types."""

from bisect import bisect_left
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache

import numpy as np

from services.text_ie.english.network.decode import softmax
from services.text_ie.english.network.features import PairFeatures, dense
from services.text_ie.english.network.labels import group_name
from services.text_ie.english.network.model import Encoding, Network
from services.text_ie.english.network.word_mentions import WordMention
from services.text_ie.thresholds import LIMITS
from shared.ontology import load_ontology

_KINDS = frozenset({"name", "nominal"})
_MAX_WORDS = LIMITS.max_relation_words
_MIN_PROBABILITY = LIMITS.min_relation


@dataclass(frozen=True)
class RelationGuess:
    """A two-level relation type between two mentions (their own numbers)."""

    type: str
    source: int
    target: int
    confidence: float


class RelationFinder:
    """Scores ordered pairs of mentions with the relation head."""

    def __init__(self, network: Network, sentences: int = 0) -> None:
        """``sentences``: greatest distance of the two."""
        self._network, self._sentences = network, sentences
        self._labels = network.labels
        self._features = PairFeatures(self._labels.relation_paths, 0)
        self._threshold = max(_MIN_PROBABILITY, self._labels.thresholds.get("relations", LIMITS.min_uncalibrated))

    def find(self, encoding: Encoding, mentions: Sequence[WordMention]) -> list[RelationGuess]:
        """Best relation of every pair over the threshold; ``mentions`` in order of the text."""
        pairs = list(self._pairs(encoding, [m for m in mentions if m.kind in _KINDS]))
        if not pairs:
            return []
        left, right = [a.word for a, _ in pairs], [b.word for _, b in pairs]
        rows = [self._features.indices(encoding.words, a.word, b.word) for a, b in pairs]
        logits = self._network.score(
            "relations", encoding.vectors[left], encoding.vectors[right], dense(rows, self._features.size)
        )
        masks = np.stack([_allowed(a.type, b.type, self._labels.relations) for a, b in pairs])
        probabilities = softmax(np.where(masks, logits, -1e9))
        best = probabilities[:, 1:].argmax(axis=1) + 1
        return [
            RelationGuess(
                self._labels.relations[best[n]], pairs[n][0].number, pairs[n][1].number, float(probabilities[n, best[n]])
            )
            for n in np.flatnonzero(probabilities[np.arange(len(pairs)), best] >= self._threshold)
        ]

    def _pairs(self, encoding: Encoding, mentions: Sequence[WordMention]) -> Iterator[tuple[WordMention, WordMention]]:
        sentences = [encoding.words[m.word].sentence for m in mentions]
        for number, one in enumerate(mentions):
            last = bisect_left(sentences, sentences[number] + self._sentences + 1)
            for other in mentions[number + 1 : last]:
                if other.word - one.word > _MAX_WORDS * (1 + self._sentences):
                    break
                for pair in ((one, other), (other, one)):
                    if _allowed(pair[0].type, pair[1].type, self._labels.relations)[1:].any():
                        yield pair


@cache
def _allowed(source: str, target: str, relations: tuple[str, ...]) -> np.ndarray:
    """Which relation groups have a type for these two entity types; "none" always."""
    fitting = {
        group_name(row.id) for row in load_ontology().relation_types.values() if source in row.source and target in row.target
    }
    return np.array([number == 0 or name in fitting for number, name in enumerate(relations)])
