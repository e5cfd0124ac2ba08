"""What syntax says of two mentions of a sentence: that they are two (binding, conjuncts), or that a pronoun looks ahead."""

from collections.abc import Iterator

from spacy.tokens import Doc, Token

from services.text_ie.english.mentions.passage import Passage, TokenMention
from services.text_ie.pronouns import pronouns
from services.text_ie.thresholds import LIMITS

_MAX_CONJUNCTS = int(LIMITS.max_conjunct_steps)
_SUBJECTS = frozenset({"nsubj", "nsubjpass"})
_OBJECTS = frozenset({"dobj", "dative"})
_PERSONAL = frozenset(
    form for pronoun in pronouns() if pronoun.gender in {"m", "f"} for form in pronoun.forms - {pronoun.reflexive}
)
_FRONTED = frozenset({"prep", "advcl", "advmod", "csubj"})


def constrain_by_syntax(passage: Passage) -> None:
    """Fill ``passage.cannot_link`` and ``passage.cataphora``."""
    document = passage.document
    at = {m.head: n for n, m in enumerate(passage.mentions) if m.kind != "value"}
    for one, other in _two_arguments(document):
        if one.i in at and other.i in at:
            passage.cannot_link.append((at[one.i], at[other.i]))
    passage.cannot_link += [*_conjuncts(passage, at), *_nested(passage, at)]
    means = [(number, _cataphoric(document[word])) for word, number in at.items()]
    passage.cataphora += [(number, at[word]) for number, word in means if word is not None and word in at]


def _two_arguments(document: Doc) -> Iterator[tuple[Token, Token]]:
    """Subject and object of one verb, unless the object is reflexive: principle B of binding, and C."""
    for token in document:
        if token.dep_ not in _OBJECTS or token.lower_.endswith(("self", "selves")) or token.head.lemma_ == "be":
            continue
        subject = _subject(token.head)
        if subject is not None:
            yield subject, token


def _subject(verb: Token) -> Token | None:
    """Its own, or that of the verb that it is joined to without one."""
    for _ in range(_MAX_CONJUNCTS):
        subject = next((c for c in verb.children if c.dep_ == "nsubj"), None)
        if subject is not None or verb.dep_ != "conj":
            return subject
        verb = verb.head
    return None


def _conjuncts(passage: Passage, at: dict[int, int]) -> Iterator[tuple[int, int]]:
    """``Obama and Biden``: conjuncts, of which one at least is a name or a pronoun."""
    for word, number in at.items():
        token = passage.document[word]
        if token.dep_ == "conj" and token.head.i in at:
            pair = at[token.head.i], number
            if any(passage.mentions[n].kind != "nominal" for n in pair):
                yield pair


def _nested(passage: Passage, at: dict[int, int]) -> Iterator[tuple[int, int]]:
    """``Octavia's husband`` is not Octavia: a mention with a possessor or modifier inside that is a mention too."""
    for number, mention in enumerate(passage.mentions):
        if mention.head in at and mention.kind == "nominal":
            inside = (at[i] for i in range(mention.start, mention.head) if i in at)
            yield from ((number, other) for other in inside if _belongs(passage.document, passage.mentions[other], mention))


def _belongs(document: Doc, inner: TokenMention, outer: TokenMention) -> bool:
    return inner is not outer and document[inner.head].dep_ == "poss"


def _cataphoric(pronoun: Token) -> int | None:
    """``In his speech, Macron said``: a pronoun in a phrase before the subject of its clause means the subject."""
    if pronoun.lower_ not in _PERSONAL:
        return None
    below, verb = pronoun, pronoun.head
    while verb != below:
        if (below.dep_ in _FRONTED and below.i <= pronoun.i <= verb.i) or (below.dep_ == "advcl" and pronoun.i < verb.i):
            subject = next((c for c in verb.children if c.dep_ in _SUBJECTS), verb.nbor(-1))
            if pronoun.i < subject.i < verb.i and below.i < subject.i:
                return _possessor(subject).i
        below, verb = verb, verb.head
    return None


def _possessor(subject: Token) -> Token:
    """``Macron`` in ``Macron's health``."""
    return next((c for c in subject.children if c.dep_ == "poss" and c.pos_ == "PROPN"), subject)
