"""Columns of the files of GUM: CoNLL-U words with heads, and the CoNLL coreference column with types and identities."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import NamedTuple

Span = tuple[int, int]
_PART = re.compile(r"\(?[^()]+\)?")


@dataclass(frozen=True)
class Word:
    """A word of a CoNLL-U sentence; ``head`` is its syntactic head's index in the document, -1 at a root."""

    form: str
    upos: str
    deprel: str
    head: int
    space: bool
    sentence: int


class Chain(NamedTuple):
    """A mention of the coreference column: words ``[first, last)`` of the document."""

    first: int
    last: int
    label: str
    cluster: str
    identity: str


def conllu_words(text: str) -> list[Word]:
    """Words of a CoNLL-U file, contractions as their parts: in a range such as ``3-4`` a space follows only its last."""
    words: list[Word] = []
    sentence, start, inner, spaced = 0, 0, range(0), True
    for line in text.splitlines():
        cells = line.split("\t")
        if not line.strip() and len(words) > start:
            sentence, start, inner = sentence + 1, len(words), range(0)
        if len(cells) != 10:
            continue
        space = "SpaceAfter=No" not in cells[9]
        if "-" in cells[0]:
            first, last = (int(part) for part in cells[0].split("-"))
            inner, spaced = range(first, last + 1), space
        elif cells[0].isdigit():
            number, head = int(cells[0]), int(cells[6]) if cells[6].isdigit() else 0
            after = space if number not in inner else spaced and number == inner[-1]
            words.append(Word(cells[1], cells[3], cells[7], start + head - 1 if head else -1, after, sentence))
    return words


def chains(text: str) -> Iterator[Chain]:
    """Mentions of a ``coref/*/conll`` file: ``(person-3-Ada_Lovelace`` opens and ``person-3-Ada_Lovelace)`` closes one."""
    open_mentions: dict[str, list[int]] = {}
    index = -1
    for line in text.splitlines():
        cells = line.split("\t")
        if line.startswith("#") or len(cells) < 3:
            continue
        index += 1
        for part in _parts(cells[-1]):
            name = part.strip("()")
            if part.startswith("("):
                open_mentions.setdefault(name, []).append(index)
            if part.endswith(")") and open_mentions.get(name):
                yield _chain(open_mentions[name].pop(), index + 1, name)


def _parts(cell: str) -> Sequence[str]:
    return [] if cell.strip() == "_" else _PART.findall(cell.strip())


def _chain(first: int, last: int, name: str) -> Chain:
    label, _, rest = name.partition("-")
    if not rest:
        return Chain(first, last, "", label, "")
    cluster, _, identity = rest.partition("-")
    return Chain(first, last, label, cluster, identity)


def head_of(words: Sequence[Word], first: int, last: int) -> int:
    """The word of ``[first, last)`` whose syntactic head lies outside; the first such that is no punctuation."""
    roots = [i for i in range(first, last) if not first <= words[i].head < last]
    return next((i for i in roots if words[i].upos != "PUNCT"), roots[0] if roots else last - 1)
