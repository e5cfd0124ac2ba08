"""What the event coreference features look at around a trigger."""

from collections import defaultdict
from collections.abc import Sequence
from functools import lru_cache

import numpy as np
from spacy.vocab import Vocab

from services.text_ie.english.network.features import DescribedEvent
from services.text_ie.english.network.words import Word

_CONTENT = frozenset({"NOUN", "PROPN", "VERB", "ADJ", "NUM"})


class Surroundings:
    """The content words of a document, by sentence, read once for all of its triggers."""

    def __init__(self, words: Sequence[Word]) -> None:
        self._words = words
        self._sentences: defaultdict[int, list[Word]] = defaultdict(list)
        for word in words:
            if word.pos in _CONTENT:
                self._sentences[word.sentence].append(word)
        self._all = frozenset(word.lemma for near in self._sentences.values() for word in near)

    def event(self, trigger: int, document: int) -> DescribedEvent:
        """A trigger with the content words of its sentence and of its document; ``document`` numbers the documents compared."""
        word = self._words[trigger]
        near = self._sentences[word.sentence]
        return DescribedEvent(
            lemma=word.lemma,
            pos=word.pos,
            document=document,
            sentence_words=frozenset(w.lemma for w in near) - {word.lemma},
            names=frozenset(w.lower for w in near if w.pos == "PROPN"),
            numbers=frozenset(w.lower for w in near if w.pos == "NUM"),
            document_words=self._all,
        )


def describe_event(words: Sequence[Word], trigger: int, document: int) -> DescribedEvent:
    """One trigger of a document; see :meth:`Surroundings.event`."""
    return Surroundings(words).event(trigger, document)


def lemma_similarity(vocab: Vocab, one: str, other: str) -> float:
    """Cosine of the word vectors of two lemmas; 1 for the same lemma, 0 where one is unknown."""
    return 1.0 if one == other else _similarity(vocab, *sorted((one, other)))


@lru_cache(maxsize=65536)
def _similarity(vocab: Vocab, one: str, other: str) -> float:
    a, b = np.asarray(vocab[one].vector), np.asarray(vocab[other].vector)
    norm = float(np.linalg.norm(a) * np.linalg.norm(b))
    return float(np.dot(a, b)) / norm if norm else 0.0
