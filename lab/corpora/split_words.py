"""Readable text from tokenizers that split hyphens, apostrophes, quotes and initials off their words (WikiEvents, RAMS)."""

from collections.abc import Sequence

from lab.corpora.words import join_words

_SUFFIXES = frozenset({"s", "t", "re", "ve", "ll", "d", "m", "S"})
_APOSTROPHES = frozenset({"'", "’"})
_JOINERS = frozenset({"-", "/", ".-"})
_QUOTES = {"``": '"', "''": '"'}
_CLOSING = frozenset(".,;:!?)]”")

Span = tuple[int, int]


def join_split_words(words: Sequence[str]) -> tuple[str, tuple[Span, ...]]:
    """The text and one ``(start, end)`` a word; ``Chan - ocha ’ s`` becomes ``Chan-ocha’s``, and TeX quotes become plain ones."""
    groups = _groups([_QUOTES.get(word, word) for word in words])
    text, outer = join_words(["".join(group) for group in groups])
    spans: list[Span] = []
    for group, (start, _) in zip(groups, outer, strict=True):
        for word in group:
            spans.append((start, start + len(word)))
            start += len(word)
    return text, tuple(spans)


def _groups(words: Sequence[str]) -> list[list[str]]:
    """Words that stand together without a space."""
    groups: list[list[str]] = []
    glue, quoted = False, False
    for index, word in enumerate(words):
        before = words[index - 1] if index else ""
        after = words[index + 1] if index + 1 < len(words) else ""
        left, right = _sides(word, before, after)
        if word == '"':
            left, right, quoted = quoted, not quoted, not quoted
        elif word.endswith('"') and left:
            quoted = False
        if groups and (glue or left):
            groups[-1].append(word)
        else:
            groups.append([word])
        glue = right
    return groups


def _sides(word: str, before: str, after: str) -> tuple[bool, bool]:
    """Whether the word stands against the word before it, and against the one after it."""
    inside = before[-1:].isalnum() and after[:1].isalnum()
    if word in _JOINERS:
        joined = inside and before != "FILE"
        return joined, joined
    if word == "`" or (word == "'" and "'" in (before, after)):  # halves of TeX quotes
        return before == word or word == "'", word == "`" or after == "'"
    if word in _APOSTROPHES:
        suffix = inside and after in _SUFFIXES
        return before[-1:].isalnum(), suffix or (inside and len(before) == 1)
    if word == ".":
        initial = len(before) == 1 and before.isupper()
        return True, initial and len(after) == 1 and after.isupper()
    closes = word[:1] in _CLOSING and not any(character.isalnum() for character in word)
    clock = word == ":" and before[-1:].isdigit() and after[:1].isdigit()
    return closes, clock or word in ('("', "($")
