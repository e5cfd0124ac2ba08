"""The grammatical surroundings of a trigger as named slots (S, O, IO, MOD, prepositions), the same for verbs and nouns."""

from collections.abc import Iterator
from dataclasses import dataclass, field

from spacy.tokens import Token

from services.text_ie.english.parse.syntax import (
    governor_verb,
    is_passive,
    logical_objects,
    logical_subjects,
    prepositions,
    with_conjuncts,
)
from services.text_ie.lexicon import Lexicon, word_list

_OF_LIKE = word_list("of_like_prepositions")


@dataclass
class Slots:
    """Tokens by slot; ``near`` holds the lemmas and lower-case words around the trigger, for its sense."""

    tokens: dict[str, list[Token]] = field(default_factory=dict)
    near: set[str] = field(default_factory=set)

    def add(self, name: str, tokens: list[Token]) -> None:
        """Put tokens, and what is joined to them, into a slot."""
        if tokens:
            self.tokens.setdefault(name, []).extend(with_conjuncts(tokens))


def slots_of(trigger: Token, lexicon: Lexicon) -> Slots:
    """Read the slots of a trigger of any part of speech."""
    slots = Slots()
    if trigger.pos_ in {"NOUN", "PROPN"}:
        _noun_slots(trigger, slots, lexicon)
    else:
        _verb_slots(trigger, slots)
    slots.near = {word for token in _around(trigger, slots) for word in (token.lemma_.lower(), token.lower_)}
    return slots


def _verb_slots(verb: Token, slots: Slots) -> None:
    if verb.dep_ == "amod" and verb.pos_ in {"ADJ", "VERB"}:
        slots.add("O" if verb.tag_ == "VBN" else "S", [verb.head])
    elif verb.pos_ == "ADJ":
        slots.add("S", logical_subjects(verb.head) if verb.dep_ == "acomp" else logical_objects(verb.head))
    else:
        slots.add("S", logical_subjects(verb))
        slots.add("O", logical_objects(verb))
    _share_place(verb, slots)
    slots.add("IO", [c for c in verb.children if c.dep_ == "dative" and c.pos_ != "ADP"])
    for name, token in prepositions(verb):
        slots.add(name, [token])
    for child in verb.children:
        if child.dep_ in {"oprd", "attr", "xcomp"}:
            slots.add("ATTR", [child])
    if is_passive(verb):
        slots.tokens.pop("by", None)
        slots.add("by", logical_subjects(verb))


def _share_place(verb: Token, slots: Slots) -> None:
    """``killed 23 and wounded 40 at a market``: a place after the last of joined verbs holds for all."""
    joined = [
        c
        for c in verb.children
        if c.dep_ == "conj" and c.pos_ == "VERB" and not any(g.dep_ in {"nsubj", "nsubjpass"} for g in c.children)
    ]
    if joined and not any(True for _ in prepositions(verb)):
        for name, token in prepositions(joined[-1]):
            if name in word_list("shared_place_prepositions"):
                slots.add(name, [token])


def _noun_slots(noun: Token, slots: Slots, lexicon: Lexicon) -> None:
    slots.add("S", [c for c in noun.children if c.dep_ == "poss"])
    slots.add("MOD", [c for c in noun.children if c.dep_ in {"compound", "amod", "nmod"}])
    for name, token in prepositions(noun):
        slots.add(name, [token])
    verb = governor_verb(noun)
    if verb is None and noun.dep_ == "pobj" and noun.head.dep_ == "agent":
        verb = noun.head.head
    if verb is None and noun.dep_ == "pobj" and noun.head.lower_ == "on" and noun.head.head.lemma_ == "go":
        verb = noun.head.head
        slots.add("S", logical_subjects(verb))
    if verb is None:
        return
    if verb.lemma_ in word_list("hits") and noun in logical_subjects(verb):
        slots.add("O", logical_objects(verb))
    if verb.lemma_ in lexicon.lists["light_verbs"] and noun in logical_objects(verb):
        slots.add("S", logical_subjects(verb))
    for name, token in prepositions(verb):
        if name not in _OF_LIKE or verb.lemma_ in lexicon.lists["light_verbs"]:
            slots.add(name, [token])


def _around(trigger: Token, slots: Slots) -> Iterator[Token]:
    for tokens in slots.tokens.values():
        for token in tokens:
            yield token
            yield from (c for c in token.children if c.dep_ in {"compound", "amod", "nmod", "nummod", "quantmod"})
    for child in trigger.children:
        yield child
        yield from (c for c in child.children if child.dep_ in {"prep", "dobj", "nsubjpass", "amod", "quantmod"})
    head = trigger.head
    if trigger.dep_ in {"compound", "dobj", "nsubj", "nsubjpass", "amod", "nmod"}:
        yield head
    elif trigger.dep_ == "pobj":
        yield head
        yield head.head
