"""The encoder's logits into names, nominal heads, pronouns and triggers, with calibrated probabilities."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from services.text_ie.english.network.labels import Labels, group_name
from services.text_ie.english.network.model import Encoding, Floats
from services.text_ie.thresholds import LIMITS

Bools = npt.NDArray[np.bool_]


@dataclass(frozen=True)
class TagGuess:
    """Words ``[start, end)`` of the text that the network says are a mention of a type."""

    start: int
    end: int
    type: str
    confidence: float


@dataclass(frozen=True)
class TriggerGuess:
    """A word that evokes an event; ``confidence`` is the probability of the event's group (its first two levels)."""

    word: int
    type: str
    confidence: float


def softmax(logits: Floats) -> Floats:
    """Probabilities along the last axis."""
    raised = np.exp(logits - logits.max(axis=-1, keepdims=True))
    return np.asarray(raised / raised.sum(axis=-1, keepdims=True), dtype=np.float32)


class TagDecoder:
    """Reads the tag head. A word is in a name where B and I of all types together reach the threshold; then the types vote."""

    def __init__(self, labels: Labels) -> None:
        self._temperature = labels.temperatures.get("tags", 1.0)
        self._threshold = {part: labels.thresholds.get(key, LIMITS.min_uncalibrated) for part, key in _PARTS.items()}
        columns = {
            part: {tag[2:]: number for number, tag in enumerate(labels.tags) if tag.startswith(f"{part}-")} for part in "BINP"
        }
        self._types = {part: list(row) for part, row in columns.items()}
        self._columns = {part: list(row.values()) for part, row in columns.items()}

    def probabilities(self, encoding: Encoding) -> Floats:
        """Calibrated tag probabilities [n, tags]."""
        return softmax(encoding.tags / self._temperature)

    def names(self, tags: Floats, breaks: Sequence[int] = ()) -> list[TagGuess]:
        """Names and values; none goes on over a word in ``breaks`` (where a paragraph or sentence starts)."""
        begin, inside = tags[:, self._columns["B"]], tags[:, self._columns["I"]]
        both, stops = begin + inside, frozenset(breaks)
        found = []
        new = begin.sum(axis=1) > inside.sum(axis=1)
        for start, end in _runs(both.sum(axis=1) >= self._threshold["B"], new, stops):
            mass = both[start:end].sum(axis=0)
            best = int(mass.argmax())
            confidence = float(both[start:end, best].min())
            found.append(TagGuess(start, end, self._types["B"][best], confidence))
        return found

    def heads(self, tags: Floats) -> list[TagGuess]:
        """Heads of nominal mentions."""
        return self._single(tags, "N", self._threshold["N"])

    def pronouns(self, tags: Floats) -> list[TagGuess]:
        """Pronouns that refer."""
        return self._single(tags, "P", self._threshold["P"])

    def _single(self, tags: Floats, part: str, minimum: float) -> list[TagGuess]:
        mass = tags[:, self._columns[part]]
        words = np.flatnonzero(mass.sum(axis=1) >= minimum)
        best = mass[words].argmax(axis=1)
        return [
            TagGuess(int(word), int(word) + 1, self._types[part][int(kind)], float(mass[word, kind]))
            for word, kind in zip(words, best, strict=True)
        ]


_PARTS = {"B": "names", "I": "names", "N": "nominals", "P": "pronouns"}


def _runs(inside_name: Bools, new: Bools, breaks: frozenset[int]) -> Iterator[tuple[int, int]]:
    """Ranges of words in one name; ``new`` marks words where B outweighs I."""
    run: list[int] = []
    for word in map(int, np.flatnonzero(inside_name)):
        if run and (word != run[-1] + 1 or word in breaks or new[word]):
            yield run[0], run[-1] + 1
            run = []
        run.append(word)
    if run:
        yield run[0], run[-1] + 1


class TriggerDecoder:
    """Reads the event head: the group's summed probability against the least that can count, then the best type inside."""

    def __init__(self, labels: Labels) -> None:
        self._labels = labels
        self._groups = np.array([-1, *(labels.group_of(kind) for kind in labels.events[1:])])
        self._sums = np.zeros((len(labels.events), len(labels.groups)), dtype=np.float32)
        self._sums[np.arange(1, len(labels.events)), self._groups[1:]] = 1.0
        self._minimum = labels.thresholds.get("events_supported", LIMITS.min_trigger_supported)
        self._temperature = labels.temperatures.get("events", 1.0)

    def triggers(self, encoding: Encoding) -> list[TriggerGuess]:
        """All words that may be triggers, in order; ``joined`` makes one trigger of neighbours."""
        events = softmax(encoding.events / self._temperature)
        groups = events @ self._sums
        best = groups.argmax(axis=1)
        confidence = groups[np.arange(len(groups)), best]
        return [
            TriggerGuess(int(word), self._type(events[word], int(best[word])), float(confidence[word]))
            for word in np.flatnonzero(confidence >= self._minimum)
        ]

    def _type(self, events: Floats, group: int) -> str:
        inside = np.where(self._groups == group, events, -1.0)
        return self._labels.events[int(inside.argmax())]


def joined(guesses: Sequence[TriggerGuess], encoding: Encoding) -> list[TriggerGuess]:
    """Neighbouring words of one group in one phrase (``broke out``, ``suicide bombing``) as one trigger at their head."""
    result: list[TriggerGuess] = []
    for guess in guesses:
        last = result[-1] if result else None
        if last is not None and guess.word - last.word == 1 and _one_phrase(last, guess, encoding):
            result[-1] = _head(last, guess, encoding)
        else:
            result.append(guess)
    return result


def _one_phrase(one: TriggerGuess, other: TriggerGuess, encoding: Encoding) -> bool:
    a, b = encoding.words[one.word], encoding.words[other.word]
    linked = a.head == other.word or b.head == one.word
    return linked and a.sentence == b.sentence and group_name(one.type) == group_name(other.type)


def _head(one: TriggerGuess, other: TriggerGuess, encoding: Encoding) -> TriggerGuess:
    head = other if encoding.words[one.word].head == other.word else one
    return TriggerGuess(head.word, head.type, max(one.confidence, other.confidence))
