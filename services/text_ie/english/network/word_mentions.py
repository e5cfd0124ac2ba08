"""A mention as the pair heads see it: words of the text that the network read."""

from dataclasses import dataclass

from shared.schemas.text import MentionKind


@dataclass(frozen=True)
class WordMention:
    """Words ``[start, end)`` with head ``word``; ``number`` is the caller's own."""

    number: int
    word: int
    start: int
    end: int
    kind: MentionKind
    type: str
    confidence: float


def by_word(mentions: list[WordMention]) -> list[WordMention]:
    """One mention a head word (the longest, values last), in order of the text."""
    found: dict[int, WordMention] = {}
    for mention in sorted(mentions, key=lambda m: (m.kind == "value", m.start - m.end)):
        found.setdefault(mention.word, mention)
    return sorted(found.values(), key=lambda m: m.word)
