"""Prepare text for the parser without losing its place: paragraphs, and a tidied view whose every character knows its origin."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from services.text_ie.thresholds import LIMITS

_BLANK_LINE = re.compile(r"\n[ \t\r\xa0]*\n\s*")
_SPACE_BEFORE_MARK = re.compile(r"\s+(?=[,;:!?%)\]}])|\s+(?=\.(?![\w.]))|\s+(?='(?:s|ll|re|ve|d|m)\b|n't\b)")
_SPACE_AFTER_OPENING = re.compile(r"(?<=[(\[{])\s+")
_SPACES = re.compile(r"\s+")
_STRAIGHT = str.maketrans({"’": "'", "‘": "'", "“": '"', "”": '"', "\xa0": " ", "\u200b": " ", "–": "-", "―": "—"})
_SENTENCE_END = (".", "!", "?", '"', "”", ":", ";", "…", ")")
_MAX_PARAGRAPH = int(LIMITS.max_paragraph_characters)
_MAX_INDENT = int(LIMITS.max_item_indent)


@dataclass(frozen=True)
class View:
    """A tidied paragraph. ``origin[i]`` is the offset in the field of its character ``i``."""

    field: str
    text: str
    origin: tuple[int, ...]

    def span(self, start: int, end: int) -> tuple[int, int]:
        """Field offsets of the view's characters ``[start, end)``."""
        return self.origin[start], self.origin[end - 1] + 1


def paragraphs(text: str) -> Iterator[tuple[int, int]]:
    """Offsets of the paragraphs of a field, in order; together they hold every character that is not white space."""
    for start, end in _blocks(text):
        for a, b in _lines(text, start, end):
            yield from _pieces(text, a, b)


def view(field: str, text: str, start: int, end: int) -> View:
    """Tidy one paragraph: tokenised spacing (``U.S .``), doubled white space and typographic quotes become plain prose."""
    part = text[start:end].translate(_STRAIGHT)
    dropped: set[int] = set()
    for pattern in (_SPACE_BEFORE_MARK, _SPACE_AFTER_OPENING):
        for match in pattern.finditer(part):
            dropped.update(range(*match.span()))
    for match in _SPACES.finditer(part):
        dropped.update(range(match.start() + 1, match.end()))
    kept = [i for i in range(len(part)) if i not in dropped]
    return View(field, "".join(" " if part[i].isspace() else part[i] for i in kept), tuple(start + i for i in kept))


def _blocks(text: str) -> Iterator[tuple[int, int]]:
    at = 0
    for match in _BLANK_LINE.finditer(text):
        yield at, match.start()
        at = match.end()
    yield at, len(text)


def _lines(text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    """Split a block at line ends that are paragraph ends; lines broken by hand (none ends a sentence early) stay together."""
    at = start
    while (cut := text.find("\n", at, end)) >= 0:
        if text[start:cut].rstrip().endswith(_SENTENCE_END) or _next_line_starts_item(text, cut + 1, end):
            yield start, cut
            start = cut + 1
        at = cut + 1
    yield start, end


def _next_line_starts_item(text: str, at: int, end: int) -> bool:
    return text[at : min(at + _MAX_INDENT, end)].lstrip()[:1] in set("•*-–—#|")


def _pieces(text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    """Trim, and cut an overlong paragraph after a sentence end or, failing that, at white space."""
    while start < end and text[start].isspace():
        start += 1
    while end > start and text[end - 1].isspace():
        end -= 1
    while end - start > _MAX_PARAGRAPH:
        limit = start + _MAX_PARAGRAPH
        cut = max(text.rfind(". ", start + _MAX_PARAGRAPH // 2, limit), text.rfind("\n", start + _MAX_PARAGRAPH // 2, limit))
        cut = cut if cut > 0 else text.rfind(" ", start + 1, limit)
        cut = cut + 1 if cut > 0 else limit
        yield start, cut
        start = cut
        while start < end and text[start].isspace():
            start += 1
    if end > start:
        yield start, end
