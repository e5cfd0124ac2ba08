"""Mentions that syntax says are the same: apposition, ``X is a Y``, abbreviations in parentheses; and types made consistent."""

from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import replace

from spacy.tokens import Token

from services.text_ie.english.mentions.passage import Passage, TokenMention
from services.text_ie.thresholds import LIMITS

_HARMONISED = frozenset({"PER", "ORG", "GPE", "LOC", "FAC", "VEH"})


def link_by_syntax(passage: Passage) -> None:
    """Fill ``passage.must_link``."""
    for number, mention in enumerate(passage.mentions):
        if mention.kind in {"name", "nominal"}:
            other = _abbreviated(passage, mention)
            if other is None:
                other = _same_thing(passage, passage.document[mention.head], mention)
            if other is not None and other != number:
                passage.must_link.append((number, other))


def _abbreviated(passage: Passage, mention: TokenMention) -> int | None:
    """The long name before ``(PYD)``."""
    document, start, end = passage.document, mention.start, mention.end
    parenthesised = start >= 2 and end < len(document) and document[start - 1].text == "(" and document[end].text == ")"
    if not parenthesised or mention.kind != "name":
        return None
    return next((n for n, m in enumerate(passage.mentions) if m.kind == "name" and m.end == start - 1 and m.size > 1), None)


def _same_thing(passage: Passage, head: Token, mention: TokenMention) -> int | None:
    if head.dep_ == "appos":
        number = passage.at(head.head)
        return number if number is not None and _compatible(passage.mentions[number], mention) else None
    if head.dep_ == "attr" and head.head.lemma_ == "be" and not any(c.dep_ == "neg" for c in head.head.children):
        subject = next((c for c in head.head.children if c.dep_ == "nsubj"), None)
        number = passage.at(subject) if subject is not None else None
        return number if number is not None and _compatible(passage.mentions[number], mention) else None
    if mention.kind == "nominal" and mention.type == "GPE":
        return _name_after_of(passage, head)
    if mention.kind == "name" and mention.type == "PER":
        return _role_before(passage, mention)
    return None


def _role_before(passage: Passage, name: TokenMention) -> int | None:
    """``journalist`` in ``the journalist Ana Diaz``: a nominal that ends where the name starts and modifies it."""
    before = passage.document[name.start - 1] if name.start else None
    if before is None or before.dep_ not in {"compound", "nmod", "appos"} or before.head.i not in range(name.start, name.end):
        return None
    return next(
        (n for n, m in enumerate(passage.mentions) if m.kind == "nominal" and m.head == before.i and m.type == "PER"), None
    )


def _name_after_of(passage: Passage, head: Token) -> int | None:
    """``the town of Douma``."""
    for preposition in head.children:
        if preposition.lower_ == "of":
            for token in preposition.children:
                number = passage.at(token)
                if number is not None and passage.mentions[number].kind == "name" and passage.mentions[number].type == "GPE":
                    return number
    return None


def _compatible(one: TokenMention, other: TokenMention) -> bool:
    return one.type == other.type and not (one.kind == other.kind == "name" and one.type == "GPE")


def abbreviations_take_type(passage: Passage) -> None:
    """``PYD`` gets the type of the long name that it abbreviates."""
    for number, mention in enumerate(passage.mentions):
        long = _abbreviated(passage, mention)
        if long is not None and passage.document[mention.start].text.isupper():
            passage.mentions[number] = replace(mention, type=passage.mentions[long].type)


def harmonise_types(passages: Iterable[Passage]) -> None:
    """The same name gets the same type throughout: the most frequent one; a surname that of the full names that end with it."""
    passages = list(passages)
    votes: defaultdict[str, Counter[str]] = defaultdict(Counter)
    for passage in passages:
        for mention in passage.mentions:
            if mention.kind == "name" and mention.type in _HARMONISED:
                words = passage.document[mention.start : mention.end].text.split()
                votes[" ".join(words)][mention.type] += 1
                if mention.type in {"PER", "VEH"} and len(words) > 1:
                    votes[words[-1]][mention.type] += int(LIMITS.votes_full_name)
    for passage in passages:
        for number, mention in enumerate(passage.mentions):
            if mention.kind == "name" and mention.type in _HARMONISED and mention.subtype is None:
                counted = votes[passage.document[mention.start : mention.end].text]
                best = max(counted.values(), default=0)
                if counted and counted[mention.type] < best:
                    passage.mentions[number] = replace(mention, type=counted.most_common(1)[0][0])
