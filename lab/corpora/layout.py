"""Tokenized sentences laid out as one text; corpus tokens such as ``-LRB-`` are written as the characters they stand for."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from lab.corpora.words import join_words

Span = tuple[int, int]
Joiner = Callable[[Sequence[str]], tuple[str, tuple[Span, ...]]]
_ESCAPES = {
    "-LRB-": "(",
    "-RRB-": ")",
    "-LSB-": "[",
    "-RSB-": "]",
    "-LCB-": "{",
    "-RCB-": "}",
    "COMMA": ",",
    "``": "“",
    "''": "”",
}


@dataclass(frozen=True)
class TextLayout:
    """``words[s][w]`` are the characters of word ``w`` of sentence ``s``; ``sentences`` are the spans of those not blank."""

    text: str
    words: tuple[tuple[Span, ...], ...]
    sentences: tuple[Span, ...]

    @property
    def flat(self) -> tuple[Span, ...]:
        """All words in order, without blank tokens."""
        return tuple(span for words in self.words for span in words if span[1] > span[0])

    def span(self, sentence: int, first: int, last: int) -> Span:
        """Characters of the words ``[first, last)`` of a sentence."""
        return self.words[sentence][first][0], self.words[sentence][last - 1][1]


def plain(word: str) -> str:
    """The characters that a tree-bank token stands for: ``-LRB-`` is ``(``."""
    return _ESCAPES.get(word, word.replace("\\/", "/").strip())


def lay_out(sentences: Sequence[Sequence[str]], join: Joiner = join_words, between: str = " ") -> TextLayout:
    """Join words within sentences by ``join`` and sentences by ``between``; a blank sentence adds nothing to the text."""
    text, words, spans = "", list[tuple[Span, ...]](), list[Span]()
    for sentence in sentences:
        joined, inner = _joined([plain(word) for word in sentence], join)
        start = len(text) + (len(between) if text and joined else 0)
        text = f"{text}{between}{joined}" if text and joined else text + joined
        words.append(tuple((first + start, last + start) for first, last in inner))
        if joined:
            spans.append((start, len(text)))
    return TextLayout(text, tuple(words), tuple(spans))


def _joined(words: Sequence[str], join: Joiner) -> tuple[str, tuple[Span, ...]]:
    """As ``join``, with an empty span at the end of the word before for each blank token."""
    text, spans = join([word for word in words if word])
    if len(spans) == len(words):
        return text, spans
    rest, placed, end = iter(spans), list[Span](), 0
    for word in words:
        span = next(rest) if word else (end, end)
        placed.append(span)
        end = span[1]
    return text, tuple(placed)
