"""Text of any language as sentences, and sentences packed into overlapping windows. Nothing but white space is left out."""

import re
from collections.abc import Callable, Iterator, Sequence

from services.text_ie.lexicon import word_list
from services.text_ie.reading import paragraphs
from services.text_ie.thresholds import LIMITS
from shared.schemas.article import Article
from shared.schemas.base import TextSpan

_END = re.compile(r"[.!?…؟।]+[\"'”’»)\]]*(?=\s)|[。！？]+[”’」』）]*")
_LAST_WORD = re.compile(r"[^\W\d_]+(?:\.[^\W\d_]+)*\.?$")
_WORD = re.compile(r"[぀-ヿ㐀-鿿가-힯]|[^\W぀-ヿ㐀-鿿가-힯]+|[^\w\s]")  # CJK signs count one by one
_MAX_ABBREVIATION = int(LIMITS.max_abbreviation_characters)
_MAX_SPACE = int(LIMITS.max_space_after_mark)
_OVERLAP = LIMITS.long_sentence_overlap
Measure = Callable[[TextSpan], int]


def sentences(article: Article) -> list[TextSpan]:
    """The sentences of all fields in order, trimmed of white space; abbreviations of English are known."""
    spans = []
    for name, text in article.fields().items():
        for start, end in paragraphs(text):
            spans += [TextSpan(field=name, start=a, end=b) for a, b in _sentences(text, start, end)]
    return spans


def _sentences(text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    at = start
    for match in _END.finditer(text, start, end):
        if match.end() < end and not _goes_on(text, match.start(), match.end()):
            yield at, match.end()
            at = match.end() + len(text[match.end() : end]) - len(text[match.end() : end].lstrip())
    if at < end:
        yield at, end


def _goes_on(text: str, stop: int, after: int) -> bool:
    """After an abbreviation or an initial, and before a small letter, the sentence goes on."""
    if text[stop] != ".":
        return False
    follows = text[after : after + _MAX_SPACE].lstrip()[:1]
    word = _LAST_WORD.search(text, max(0, stop - _MAX_ABBREVIATION), stop)
    last = word.group().lower() if word else ""
    return follows.islower() or len(last) == 1 or f"{last}." in word_list("abbreviations")


def words(text: str) -> int:
    """How many words, marks and CJK signs a text has."""
    return sum(1 for _ in _WORD.finditer(text))


def pack(spans: Sequence[TextSpan], size: int, measure: Measure) -> Iterator[tuple[TextSpan, ...]]:
    """Windows of whole spans up to ``size``; each repeats the last span of the one before it where there is room."""
    window: list[TextSpan] = []
    filled = 0
    for span in spans:
        if window and filled + measure(span) > size:
            yield tuple(window)
            last = window[-1]
            window = [last] if measure(last) + measure(span) <= size else []
            filled = sum(map(measure, window))
        window.append(span)
        filled += measure(span)
    if window:
        yield tuple(window)


def split_long(article: Article, spans: Sequence[TextSpan], size: int) -> Iterator[TextSpan]:
    """Cut spans of more than ``size`` words into pieces that overlap by a quarter; the others pass as they are."""
    texts = article.fields()
    for span in spans:
        places = [m.span() for m in _WORD.finditer(texts[span.field], span.start, span.end)]
        overlap = int(size * _OVERLAP)
        step = max(1, size - overlap)
        starts = range(0, max(1, len(places) - overlap), step) if len(places) > size else range(0)
        for first in starts:
            piece = places[first : first + size]
            yield TextSpan(field=span.field, start=piece[0][0], end=piece[-1][1])
        if not starts:
            yield span


def joined(article: Article, spans: Sequence[TextSpan]) -> tuple[TextSpan, ...]:
    """The same characters in fewest spans: neighbours with nothing but white space between them become one."""
    texts, result = article.fields(), list[TextSpan]()
    for span in sorted(spans, key=lambda s: (s.field, s.start, s.end)):
        last = result[-1] if result else None
        if last and last.field == span.field and not texts[span.field][last.end : span.start].strip():
            result[-1] = TextSpan(field=span.field, start=last.start, end=max(last.end, span.end))
        else:
            result.append(span)
    return tuple(result)
