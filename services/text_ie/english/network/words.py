"""The words that the network reads: spaCy's tokens without spaCy, running through all sentences of a text."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from spacy.tokens import Doc


@dataclass(frozen=True, slots=True)
class Word:
    """A token. ``head`` is the index of its head among all words of the text (its own for a root); ``sentence`` counts on."""

    text: str
    lower: str
    lemma: str
    pos: str
    tag: str
    dep: str
    head: int
    sentence: int


def words_of(documents: "Iterable[Doc]") -> list[Word]:
    """All tokens of parsed paragraphs in one list, heads and sentence numbers running on."""
    words: list[Word] = []
    sentence = -1
    for document in documents:
        base = len(words)
        for token in document:
            sentence += bool(token.is_sent_start) or token.i == 0
            head = base + token.head.i
            words.append(Word(token.text, token.lower_, token.lemma_.lower(), token.pos_, token.tag_, token.dep_, head, sentence))
    return words


_PUNCTUATION, _DIGITS, _MIXED, _UPPER, _TITLE, _LOWER = 6, 5, 4, 3, 2, 1


def case_of(text: str) -> int:
    """The case class that the uncased encoder gets beside a word: 1 lower, 2 Title, 3 UPPER, 4 mixed, 5 digits, 6 punctuation."""
    if not any(c.isalnum() for c in text):
        return _PUNCTUATION
    if not any(c.isalpha() for c in text):
        return _DIGITS
    if text.islower():
        return _LOWER
    if text.isupper() and len(text) > 1:
        return _UPPER
    return _TITLE if text[0].isupper() and not any(c.isupper() for c in text[1:]) else _MIXED
