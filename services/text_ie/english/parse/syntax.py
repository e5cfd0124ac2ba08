"""Questions to the dependency parse (ClearNLP labels, as spaCy gives them): who does it, to whom, with which prepositions."""

from collections.abc import Iterator

from spacy.tokens import Token

from services.text_ie.lexicon import word_list
from services.text_ie.pronouns import pronoun_forms
from services.text_ie.thresholds import LIMITS

_SUBJECTS = frozenset({"nsubj", "nsubjpass"})
_RELATIVE = pronoun_forms(role="relative")
_MAX_STEPS = LIMITS.max_subject_steps


def is_passive(verb: Token) -> bool:
    """``was killed``, and ``killed`` after its noun (``the man killed in Rome``)."""
    if any(c.dep_ in {"nsubjpass", "auxpass", "agent"} for c in verb.children):
        return True
    if verb.tag_ != "VBN" or any(c.dep_ in {"dobj", "aux", *_SUBJECTS} for c in verb.children):
        return False
    return verb.dep_ == "acl" or (verb.dep_ == "conj" and is_passive(verb.head))


def logical_subjects(verb: Token) -> list[Token]:
    """Heads of the doers: subject, by-phrase of a passive, or the subject that a controlled or relative clause takes over."""
    if is_passive(verb):
        return [n for c in verb.children if c.dep_ == "agent" for n in c.children if n.dep_ in {"pobj", "pcomp"}]
    return surface_subjects(verb)


def logical_objects(verb: Token) -> list[Token]:
    """Heads of those it is done to: direct object, subject of a passive, or the noun of a reduced relative clause."""
    found = [c for c in verb.children if c.dep_ in {"dobj", "oprd"} and c.lower_ not in _RELATIVE]
    if is_passive(verb):
        found += surface_subjects(verb)
    if not found and verb.dep_ == "relcl" and _object_is_relative(verb):
        found.append(verb.head)
    return found or _shared_objects(verb)


def surface_subjects(verb: Token, steps: int = 0) -> list[Token]:
    """The grammatical subject's heads, looked up through control, coordination and relative clauses."""
    own = [c for c in verb.children if c.dep_ in _SUBJECTS or (c.dep_ == "expl" and c.lower_ != "there")]
    if own:
        relative = [c for c in own if c.lower_ in _RELATIVE]
        return _relative_head(verb) if relative else own
    if steps > _MAX_STEPS or verb.head == verb:
        return []
    return _inherited(verb, steps + 1)


def _inherited(verb: Token, steps: int) -> list[Token]:
    head, dep = verb.head, verb.dep_
    if dep in {"acl", "relcl"}:
        if head.pos_ in {"NOUN", "PROPN", "PRON"} and verb.tag_ != "VB":
            return [head]
        return surface_subjects(head.head, steps) if head.head.pos_ in {"VERB", "AUX"} else []
    if dep == "pcomp":
        return _of_preposition(head, steps)
    if dep in {"xcomp", "ccomp"} and (objects := [c for c in head.children if c.dep_ == "dobj"]):
        return objects
    if dep in {"xcomp", "advcl", "conj", "ccomp", "dep"} and head.pos_ in {"VERB", "AUX", "ADJ", "NOUN"}:
        if dep == "xcomp" and head.dep_ in {"acomp", "attr"}:
            head = head.head
        return surface_subjects(head, steps)
    return []


def _of_preposition(preposition: Token, steps: int) -> list[Token]:
    """The doer of a gerund after a preposition: ``accused Smith of killing``, ``left after meeting``."""
    governor = preposition.head
    if governor.pos_ not in {"VERB", "AUX"}:
        return surface_subjects(governor.head, steps) if governor.head.pos_ == "VERB" else []
    return logical_objects(governor) if governor.lemma_ in word_list("blame") else surface_subjects(governor, steps)


def _relative_head(verb: Token) -> list[Token]:
    """The noun that the relative clause around a verb belongs to; nothing for a question (``Who did it?``)."""
    clause = next((t for t in (verb, *verb.ancestors) if t.dep_ in {"relcl", "acl"}), None)
    return [clause.head] if clause is not None else []


def _object_is_relative(verb: Token) -> bool:
    subject = [c for c in verb.children if c.dep_ in _SUBJECTS]
    return bool(subject) and not any(c.lower_ in _RELATIVE for c in subject) and not is_passive(verb)


def _shared_objects(verb: Token) -> list[Token]:
    """``bombed and shelled the town``: the object of the verb joined next."""
    follower = [c for c in verb.children if c.dep_ == "conj" and c.pos_ == "VERB"]
    between = list(verb.doc[verb.i + 1 : follower[0].i]) if follower else []
    return (
        [c for c in follower[0].children if c.dep_ == "dobj"]
        if follower and all(t.dep_ in {"cc", "advmod"} for t in between)
        else []
    )


def with_conjuncts(tokens: list[Token]) -> list[Token]:
    """The tokens and everything joined to them by ``and``."""
    found: list[Token] = []
    for token in tokens:
        found.append(token)
        found += [t for t in token.subtree if t.dep_ == "conj" and _joined_to(t, token)]
    return found


def _joined_to(token: Token, first: Token) -> bool:
    while token.dep_ in {"conj", "appos"}:
        token = token.head
    return token.i == first.i


def prepositions(word: Token) -> Iterator[tuple[str, Token]]:
    """Pairs of preposition and the head of its object; ``in the past around Manbij`` also gives (around, Manbij)."""
    for child in word.children:
        if child.dep_ in {"prep", "agent", "dative"} or (
            child.dep_ == "advmod" and any(g.dep_ == "prep" for g in child.children)
        ):
            yield from _preposition(child)


def _preposition(preposition: Token) -> Iterator[tuple[str, Token]]:
    for child in preposition.children:
        if child.dep_ == "pobj":
            yield preposition.lower_, child
            if child.ent_type_ in {"DATE", "TIME"} or child.lemma_.lower() in word_list("syntax_transparent"):
                yield from prepositions(child)
        elif child.dep_ in {"prep", "pcomp"} and child.pos_ == "ADP":
            yield from _preposition(child)


def governor_verb(noun: Token) -> Token | None:
    """The verb that a noun is subject or object of, if any."""
    head = noun.head
    while noun.dep_ in {"conj"} and head.pos_ in {"NOUN", "PROPN"}:
        noun, head = head, head.head
    return head if noun.dep_ in {"dobj", "nsubj", "nsubjpass"} and head.pos_ in {"VERB", "AUX"} else None
