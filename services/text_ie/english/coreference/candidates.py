"""Mentions with the grammar that coreference rules look at; light enough to keep for a whole book."""

from dataclasses import dataclass

from services.text_ie.english.mentions.passage import Passage, TokenMention
from services.text_ie.english.parse.syntax import is_passive
from services.text_ie.lexicon import Lexicon, word_list
from services.text_ie.pronouns import pronoun_forms, pronouns
from shared.schemas.text import MentionKind

_MALE = pronoun_forms(gender="m")
_FEMALE = pronoun_forms(gender="f")
_NEUTER = pronoun_forms(gender="n")
_PLURAL = pronoun_forms(person=3, number="plural")
_POSSESSIVE = frozenset(form for pronoun in pronouns() if pronoun.person == 3 for form in pronoun.possessive.split())
_PLURAL_NOUNS = word_list("plural_nouns")


@dataclass(frozen=True)
class Candidate:
    """A mention as coreference sees it. ``order`` counts mentions, ``sentence`` sentences of the whole article."""

    order: int
    field: str
    kind: MentionKind
    type: str
    words: tuple[str, ...]
    text: str
    head: str
    sentence: int
    depth: int
    subject: bool
    verb: int
    gender: str = ""
    plural: bool = False
    definite: bool = False
    modifiers: frozenset[str] = frozenset()
    title: str = ""
    country: str | None = None
    demonym: bool = False
    reflexive_or_possessive: bool = False


def candidate(passage: Passage, found: TokenMention, order: int, sentence: int, lexicon: Lexicon) -> Candidate:
    """Describe one mention; ``sentence`` is the number of the passage's first sentence, or any running number."""
    head = passage.document[found.head]
    words = tuple(t.text for t in passage.document[found.start : found.end])
    before = [t for t in passage.document[found.start : found.end] if t.i < found.head]
    text = passage.document[found.start : found.end].text
    return Candidate(
        order=order,
        field=passage.view.field,
        kind=found.kind,
        type=found.type,
        words=words,
        text=text,
        head=(head.lemma_ if found.kind == "nominal" else head.text).lower(),
        sentence=sentence,
        depth=sum(1 for _ in head.ancestors),
        subject=head.dep_ in {"nsubj", "nsubjpass"},
        verb=head.head.i
        if head.dep_ in {"nsubj", "nsubjpass", "dobj", "dative"} and not (is_passive(head.head) and head.dep_ == "dobj")
        else -1,
        gender=gender_of(found, words, head.lower_, lexicon),
        plural=_is_plural(found, head.tag_, head.lower_),
        definite=bool(before) and before[0].lower_ in word_list("definite_determiners"),
        modifiers=frozenset(t.lower_ for t in before if t.dep_ in {"amod", "compound", "nummod", "poss", "nmod"}),
        title=(found.title or "").lower(),
        country=lexicon.country(text) if found.kind == "name" and found.type == "GPE" else None,
        demonym=lexicon.is_demonym(text),
        reflexive_or_possessive=head.lower_.endswith(("self", "selves")) or (head.lower_ in _POSSESSIVE and head.dep_ == "poss"),
    )


def gender_of(found: TokenMention, words: tuple[str, ...], head: str, lexicon: Lexicon) -> str:
    """``m``, ``f``, ``n`` (``it``), or empty when neither title, noun nor first name tells."""
    if found.kind == "pronoun":
        word = words[-1].lower()
        return "m" if word in _MALE else "f" if word in _FEMALE else "n" if word in _NEUTER else ""
    if found.type != "PER":
        return ""
    signs = {words[0].lower() if found.kind == "name" else head.lower()} | set((found.title or "").lower().split())
    given = _given(words, lexicon) if found.kind == "name" else ""
    male = bool(signs & lexicon.lists["male"]) or given == "m"
    female = bool(signs & lexicon.lists["female"]) or given == "f"
    if male == female:
        return ""
    return "m" if male else "f"


def _given(words: tuple[str, ...], lexicon: Lexicon) -> str:
    """What the first name tells; a lone word that may be a surname tells nothing."""
    first, lists = words[0].lower(), lexicon.lists
    if first in lists["male_names"] or first in lists["female_names"]:
        return "m" if first in lists["male_names"] else "f"
    if len(words) == 1 and first in lists["given_surnames"]:
        return ""
    return "m" if first in lists["given_male"] else "f" if first in lists["given_female"] else ""


def _is_plural(found: TokenMention, tag: str, word: str) -> bool:
    if found.kind == "pronoun":
        return word in _PLURAL
    return found.kind == "nominal" and (tag in {"NNS", "NNPS"} or word in _PLURAL_NOUNS)
