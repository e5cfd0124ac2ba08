"""Head and kind of annotated noun phrases without a parse: for corpora that mark whole phrases and carry no syntax."""

from collections.abc import Sequence
from functools import cache
from pathlib import Path

import yaml
from pydantic import TypeAdapter

from lab.corpora.document import Kind

_WORDS = Path(__file__).parent / "labels" / "words.yaml"


@cache
def _listed(name: str) -> frozenset[str]:
    """The words of one list of ``labels/words.yaml``."""
    lists = TypeAdapter(dict[str, frozenset[str]]).validate_python(yaml.safe_load(_WORDS.read_text(encoding="utf-8")))
    return lists[name]


PRONOUNS = _listed("pronouns")


def is_title(word: str) -> bool:
    """Whether the word is a title or form of address (Mr., President, Judge, ...)."""
    return word.lower().rstrip(".") in _listed("titles")


def head_index(words: Sequence[str]) -> int:
    """Index of the head word: the last one before a preposition, comma or relative clause; never past the phrase."""
    end = next((i for i, word in enumerate(words) if i > 0 and word.lower() in _listed("after_head")), len(words))
    index = end - 1
    while index > 0 and words[index].lower() in {"'s", "’s", "'", "’", "''", '"', "."}:
        index -= 1
    return index


def kind_of(words: Sequence[str]) -> Kind:
    """Name where the head is capitalized and no mere title, pronoun by list, else nominal."""
    if len(words) == 1 and words[0].lower() in PRONOUNS and words[0] not in {"US", "IT", "WHO"}:
        return "pronoun"
    head = head_index(words)
    first, last = name_range(words, head)
    capital = words[head][:1].isupper() and words[head].lower() not in _listed("determiners")
    return "name" if capital and not all(is_title(word) for word in words[first:last]) else "nominal"


def name_range(words: Sequence[str], head: int) -> tuple[int, int]:
    """The run ``[first, last)`` of capitalized words around the head, without a leading article or titles."""
    first, last = head, head + 1
    while first > 0 and _of_a_name(words[first - 1]):
        first -= 1
    while last < len(words) and _of_a_name(words[last]):
        last += 1
    while first < head and (words[first].lower() in _listed("determiners") or is_title(words[first]) or words[first] == "-"):
        first += 1
    return first, last


def _of_a_name(word: str) -> bool:
    return word[:1].isupper() or word in {"'s", "’s", "&", "de", "van", "von", "al", "bin", "-"}
