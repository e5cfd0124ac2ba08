"""Spans on both sides of a comparison: characters, whole gold words, and heads."""

from bisect import bisect_left, bisect_right
from collections.abc import Iterable

from lab.corpora.document import GoldDocument, GoldMention
from shared.schemas.base import TextSpan

Span = tuple[int, int]

_CUTS = frozenset(
    {"of", "in", "on", "at", "from", "for", "with", "by", "to", "near", "under", "over", "against", "among", "between", "about"}
    | {"including", "such", "as", "during", "after", "before", "while", "who", "whom", "whose", "that", "which", "where", "when"}
    | {"and", "or", ",", ";", ":", "--", "–", "—", "("}
)
_SKIPPED = frozenset({"'s", "’s", "'", "’", ")", "”", '"', "''", "."})


def overlaps(one: Span, other: Span) -> bool:
    """Tell whether two spans share a character."""
    return one[0] < other[1] and other[0] < one[1]


def touches_any(span: Span, others: Iterable[Span]) -> bool:
    """Tell whether a span shares a character with one of the others."""
    return any(overlaps(span, other) for other in others)


def plain(span: TextSpan) -> Span:
    """Characters of a span of the field ``text``."""
    return span.start, span.end


class Page:
    """A gold document as spans are compared on it: its words in order, its sentences, its heads."""

    def __init__(self, document: GoldDocument) -> None:
        self.document = document
        self._words = sorted(document.words)
        self._starts = [start for start, _ in self._words]
        self._sentences = sorted(document.sentences) or [(0, len(document.text))]
        self._sentence_starts = [start for start, _ in self._sentences]

    def snap(self, span: Span) -> Span:
        """The span grown to whole gold words, so that two tokenisations of the same words compare as equal."""
        first = bisect_right(self._starts, span[0]) - 1
        last = bisect_left(self._starts, span[1]) - 1
        start = self._words[first][0] if first >= 0 and span[0] < self._words[first][1] else span[0]
        end = self._words[last][1] if last >= 0 and span[1] < self._words[last][1] else span[1]
        return start, end

    def sentence(self, span: Span) -> int:
        """The index of the sentence in which a span begins."""
        return max(0, bisect_right(self._sentence_starts, span[0]) - 1)

    def head(self, mention: GoldMention) -> Span:
        """The gold head: as annotated; of a name all of it; else the last word before a preposition, comma or pronoun."""
        if mention.head is not None or mention.kind == "name":
            return mention.head or (mention.start, mention.end)
        return self._last_word(self.words_in((mention.start, mention.end))) or (mention.start, mention.end)

    def words_in(self, span: Span) -> list[Span]:
        """The gold words that lie in a span."""
        return self._words[bisect_left(self._starts, span[0]) : bisect_left(self._starts, span[1])]

    def masked(self, span: Span) -> bool:
        """Tell whether the corpus calls this place ambiguous."""
        return touches_any(span, self.document.masked)

    def _last_word(self, words: list[Span]) -> Span | None:
        text = self.document.text
        cut = next((i for i, (start, end) in enumerate(words) if i and text[start:end].lower() in _CUTS), len(words))
        kept = [word for word in words[:cut] if text[word[0] : word[1]] not in _SKIPPED]
        return kept[-1] if kept else None
