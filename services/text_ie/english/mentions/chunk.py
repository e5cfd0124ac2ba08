"""A part of an article that is read together: parsed paragraphs, and what the network read in them."""

from collections.abc import Sequence
from dataclasses import dataclass

from services.text_ie.english.mentions.passage import Passage
from services.text_ie.english.network.insight import Insight
from services.text_ie.english.network.model import Encoding
from services.text_ie.english.network.word_mentions import WordMention


@dataclass(frozen=True)
class Chunk:
    """``encoding`` covers the words of all passages, one after the other; None where rules work alone."""

    passages: Sequence[Passage]
    encoding: Encoding | None = None
    insights: Sequence[Insight] = ()

    def insight(self, passage: int) -> Insight:
        """What the network found in a passage; nothing where it did not read."""
        return self.insights[passage] if self.insights else Insight()


Spot = tuple[int, int]


def spots_of(chunk: Chunk) -> list[Spot]:
    """Passage and number there of all mentions."""
    return [(number, n) for number, passage in enumerate(chunk.passages) for n in range(len(passage.mentions))]


def word_mentions(chunk: Chunk, spots: Sequence[Spot]) -> list[WordMention]:
    """The mentions in words of the whole chunk; ``number`` is the index in ``spots``."""
    found = []
    for index, (number, n) in enumerate(spots):
        passage = chunk.passages[number]
        mention = passage.mentions[n]
        word, start, end = (passage.base + i for i in (mention.head, mention.start, mention.end))
        found.append(WordMention(index, word, start, end, mention.kind, mention.type, mention.confidence))
    return found
