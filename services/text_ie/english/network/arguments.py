"""Which mention fills which role of a trigger, within a few sentences, as far as the ontology allows."""

from bisect import bisect_left
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache

import numpy as np

from services.text_ie.english.network.decode import softmax
from services.text_ie.english.network.features import PairFeatures, dense
from services.text_ie.english.network.labels import group_name
from services.text_ie.english.network.model import Encoding, Floats, Network
from services.text_ie.english.network.word_mentions import WordMention
from services.text_ie.thresholds import LIMITS
from shared.ontology import load_ontology

_MIN_TYPE = LIMITS.min_filler_type


@dataclass(frozen=True)
class RoleGuess:
    """Mention ``mention`` (its own number) in ``role`` of the trigger with that index."""

    trigger: int
    mention: int
    role: str
    confidence: float


class RoleFinder:
    """Scores pairs of trigger and mention with the role head."""

    def __init__(self, network: Network, sentences: int) -> None:
        """``sentences``: greatest distance of a filler."""
        self._network, self._sentences = network, sentences
        self._labels = network.labels
        self._features = PairFeatures(self._labels.role_paths, len(self._labels.groups))
        self._threshold = self._labels.thresholds.get("roles", LIMITS.min_uncalibrated)

    def find(self, encoding: Encoding, triggers: Sequence[tuple[int, str]], mentions: Sequence[WordMention]) -> list[RoleGuess]:
        """Best role of every pair over the threshold; ``triggers`` are (word, event type), ``mentions`` in order of the text."""
        pairs = list(self._pairs(encoding, triggers, mentions))
        if not pairs:
            return []
        left, right = [triggers[t][0] for t, _ in pairs], [mentions[m].word for _, m in pairs]
        groups = [self._labels.group_of(triggers[t][1]) for t, _ in pairs]
        rows = [self._features.indices(encoding.words, a, b, g) for a, b, g in zip(left, right, groups, strict=True)]
        logits = self._network.score("roles", encoding.vectors[left], encoding.vectors[right], dense(rows, self._features.size))
        masks = np.stack([self._mask(triggers[t][1], mentions[m]) for t, m in pairs])
        return list(self._guesses(softmax(np.where(masks, logits, -1e9)), pairs, mentions))

    def _pairs(
        self, encoding: Encoding, triggers: Sequence[tuple[int, str]], mentions: Sequence[WordMention]
    ) -> Iterator[tuple[int, int]]:
        sentences = [encoding.words[m.word].sentence for m in mentions]
        for number, (word, kind) in enumerate(triggers):
            here = encoding.words[word].sentence
            first = bisect_left(sentences, here - self._sentences)
            last = bisect_left(sentences, here + self._sentences + 1)
            for at in range(first, last):
                if mentions[at].word != word and self._mask(kind, mentions[at])[1:].any():
                    yield number, at

    def _mask(self, event_type: str, mention: WordMention) -> np.ndarray:
        sure = mention.confidence >= _MIN_TYPE and mention.kind != "pronoun"
        return _allowed(event_type, mention.type if sure or mention.kind == "value" else "", self._labels.roles)

    def _guesses(
        self, probabilities: Floats, pairs: Sequence[tuple[int, int]], mentions: Sequence[WordMention]
    ) -> Iterator[RoleGuess]:
        best = probabilities[:, 1:].argmax(axis=1) + 1
        for row in np.flatnonzero(probabilities[np.arange(len(best)), best] >= self._threshold):
            trigger, mention = pairs[int(row)]
            role = int(best[row])
            yield RoleGuess(trigger, mentions[mention].number, self._labels.roles[role], float(probabilities[row, role]))


@cache
def _allowed(event_type: str, entity_type: str, roles: tuple[str, ...]) -> np.ndarray:
    """Which roles the type or a type of its group has for such a filler; an empty entity type fills any role."""
    group = group_name(event_type)
    kinds = [kind for kind in load_ontology().event_types.values() if group_name(kind.id) == group]
    names = {r.name for kind in kinds for r in kind.roles if not entity_type or entity_type in r.fillers}
    own = {r.name for r in load_ontology().event_types[event_type].roles}
    return np.array([number == 0 or (role in names and role in own) for number, role in enumerate(roles)])
