"""The name within a GUM mention, which is a whole noun phrase: Donald Trump of "US President Donald Trump, who ... won"."""

import re
from collections.abc import Sequence
from urllib.parse import unquote

from lab.corpora.gum_parse import Chain, Word
from lab.corpora.noun_phrases import is_title

Span = tuple[int, int]


def name_core(words: Sequence[Word], chain: Chain, head: int, found: Sequence[Chain]) -> Span:
    """Words ``[first, last)`` of the name: the Wikipedia title if the mention quotes it, else the capitalized run at the head."""
    quoted = _quoted_identity(words, chain, head)
    if quoted:
        return quoted
    person = chain.label == "person"
    first, last = _run(words, chain, head, _after_nested(chain, head, found) if person else chain.first, person)
    while first < last - 1 and (words[first].upos in {"DET", "PUNCT", "PART"} or (person and is_title(words[first].form))):
        first += 1
    return first, last


def _quoted_identity(words: Sequence[Word], chain: Chain, head: int) -> Span | None:
    title = re.sub(r" \(.*\)$|, .*$", "", unquote(chain.identity).replace("_", " "))
    for first in range(chain.first, head + 1):
        for last in range(head + 1, chain.last + 1):
            if title and " ".join(word.form for word in words[first:last]) == title:
                return first, last
    return None


def _after_nested(chain: Chain, head: int, found: Sequence[Chain]) -> int:
    """The word after the last mention nested before the head: "US" is no part of "US President Donald Trump"."""
    return max([chain.first, *(one.last for one in found if chain.first <= one.first and one.last <= head)])


def _run(words: Sequence[Word], chain: Chain, head: int, first: int, person: bool) -> Span:
    start, end = head, head + 1
    while start > first and _of_name(words[start - 1], person):
        start -= 1
    while end < chain.last:
        step = 1 if _of_name(words[end], person) else 0 if person else _over_of(words, end, chain.last)
        if not step:
            break
        end += step
    while end > head + 1 and words[end - 1].form in {"-", "&", ".", "'s", "’s"}:
        end -= 1
    return start, end


def _of_name(word: Word, person: bool) -> bool:
    if word.upos == "PROPN" or word.deprel in {"flat", "goeswith"}:
        return True
    capital = word.form[:1].isupper() and word.upos in {"ADJ", "NOUN", "VERB", "NUM", "X"}
    return word.form in {"-", "&"} or (capital and not person)


def _over_of(words: Sequence[Word], index: int, last: int) -> int:
    """How many words "of X", "for the X" or "on X" add to a name of a body or place."""
    if words[index].form not in {"of", "for", "on"}:
        return 0
    after = next((i for i in range(index + 1, min(last, index + 3)) if words[i].form.lower() != "the"), last)
    capital = after < last and words[after].form[:1].isupper() and words[after].upos != "PRON"
    return after + 1 - index if capital else 0
