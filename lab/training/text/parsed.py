"""Gold documents parsed by the production parser: words with their characters, and which of them a gold span covers."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import islice

from spacy.tokens import Doc

from lab.corpora.document import GoldDocument, GoldMention
from services.text_ie.english.network.words import Word, words_of
from services.text_ie.english.parse.spacy_parser import SpacyParser
from services.text_ie.reading import View, paragraphs, view

_CHUNK = 256
_VALUES = {"DATE": "TIME", "TIME": "TIME", "MONEY": "MONEY", "PERCENT": "VALUE", "QUANTITY": "VALUE"}


@dataclass(frozen=True)
class Parsed:
    """A gold document with its words. ``characters`` are offsets in its text; ``values`` are (first, last, type) of spaCy."""

    gold: GoldDocument
    words: list[Word]
    characters: list[tuple[int, int]]
    values: list[tuple[int, int, str]]

    def covered(self, start: int, end: int) -> list[int]:
        """The words that share a character with ``[start, end)``."""
        return [number for number, (a, b) in enumerate(self.characters) if a < end and start < b]

    def head_of(self, mention: GoldMention, covered: list[int]) -> int:
        """The head word of a mention: within the head that the corpus marks, or by the parse."""
        return self.head(self.covered(*mention.head) if mention.head else covered)

    def head(self, covered: list[int]) -> int:
        """The syntactic head of covered words: the one nearest to the root, the last one of equals."""
        inside = set(covered)
        tops = [i for i in covered if self.words[i].head not in inside or self.words[i].head == i]
        tops = [i for i in tops if self.words[i].pos not in {"PUNCT", "DET", "ADP"}] or tops
        return tops[0] if len(tops) == 1 or self.words[tops[0]].pos in {"NOUN", "PROPN", "PRON"} else tops[-1]


def parse_all(documents: Iterable[GoldDocument], parser: SpacyParser) -> Iterator[Parsed]:
    """Parse documents in order, many in one batch of the parser."""
    for chunk in _chunks(documents):
        views = [[view("text", gold.text, start, end) for start, end in paragraphs(gold.text)] for gold in chunk]
        parses = parser.parse(v.text for own in views for v in own)
        for gold, own in zip(chunk, views, strict=True):
            mine = list(islice(parses, len(own)))
            yield Parsed(gold, words_of(mine), list(_characters(own, mine)), list(_values(mine)))


def _chunks(documents: Iterable[GoldDocument]) -> Iterator[list[GoldDocument]]:
    rest = iter(documents)
    while chunk := list(islice(rest, _CHUNK)):
        yield chunk


def _characters(views: list[View], parses: list[Doc]) -> Iterator[tuple[int, int]]:
    for seen, parse in zip(views, parses, strict=True):
        for token in parse:
            yield seen.span(token.idx, token.idx + len(token))


def _values(parses: list[Doc]) -> Iterator[tuple[int, int, str]]:
    base = 0
    for parse in parses:
        for entity in parse.ents:
            if entity.label_ in _VALUES:
                yield base + entity.start, base + entity.end, _VALUES[entity.label_]
        base += len(parse)
