"""What the network found in a text, decoded, and the part of it that belongs to one paragraph."""

from bisect import bisect_left
from dataclasses import dataclass

from services.text_ie.english.network.decode import TagDecoder, TagGuess, TriggerDecoder, TriggerGuess, joined
from services.text_ie.english.network.labels import Labels
from services.text_ie.english.network.model import Encoding


@dataclass(frozen=True)
class Insight:
    """Names and values, heads of nominals, pronouns, and triggers, each in order of the text."""

    names: tuple[TagGuess, ...] = ()
    heads: tuple[TagGuess, ...] = ()
    pronouns: tuple[TagGuess, ...] = ()
    triggers: tuple[TriggerGuess, ...] = ()

    def part(self, first: int, last: int) -> "Insight":
        """What lies in words ``[first, last)``, counted from ``first``."""
        rows = (self.names, self.heads, self.pronouns)
        names, heads, pronouns = (_within(row, first, last) for row in rows)
        a, b = (bisect_left(self.triggers, word, key=lambda t: t.word) for word in (first, last))
        triggers = tuple(TriggerGuess(t.word - first, t.type, t.confidence) for t in self.triggers[a:b])
        return Insight(names, heads, pronouns, triggers)


def _within(row: tuple[TagGuess, ...], first: int, last: int) -> tuple[TagGuess, ...]:
    a, b = (bisect_left(row, word, key=lambda g: g.start) for word in (first, last))
    return tuple(TagGuess(g.start - first, g.end - first, g.type, g.confidence) for g in row[a:b])


class Decoder:
    """Both decoders of the encoder's heads."""

    def __init__(self, labels: Labels) -> None:
        self._tags, self._triggers = TagDecoder(labels), TriggerDecoder(labels)

    def insight(self, encoding: Encoding) -> Insight:
        """Decode a text; names end at sentence ends."""
        words = encoding.words
        tags = self._tags.probabilities(encoding)
        breaks = [i for i in range(1, len(words)) if words[i].sentence != words[i - 1].sentence]
        return Insight(
            names=tuple(self._tags.names(tags, breaks)),
            heads=tuple(self._tags.heads(tags)),
            pronouns=tuple(self._tags.pronouns(tags)),
            triggers=tuple(joined(self._triggers.triggers(encoding), encoding)),
        )
