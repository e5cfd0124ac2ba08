"""Tokens back into a readable text, with the characters of every token."""

from collections.abc import Sequence

_MARKS = ".,;:!?)]}%"
_CLITICS = ("'s", "’s", "n't", "n’t", "'re", "'ve", "'ll", "'d", "'m")
_NO_SPACE_BEFORE = frozenset({*_MARKS, *_CLITICS, "”", "''", "...", ".,"})
_NO_SPACE_AFTER = frozenset({"(", "[", "{", "$", "“", "``", "£", "€"})


def join_words(words: Sequence[str]) -> tuple[str, tuple[tuple[int, int], ...]]:
    """The text and one ``(start, end)`` a word: spaces as a newspaper sets them, no word changed."""
    text, spans, before = "", [], ""
    for word in words:
        if text and word not in _NO_SPACE_BEFORE and before not in _NO_SPACE_AFTER:
            text += " "
        spans.append((len(text), len(text) + len(word)))
        text += word
        before = word
    return text, tuple(spans)


def span_of(words: Sequence[tuple[int, int]], first: int, last: int) -> tuple[int, int]:
    """Characters of the words ``[first, last)``."""
    return words[first][0], words[last - 1][1]
