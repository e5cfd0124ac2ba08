"""Common nouns and pronouns that refer to people, organisations, places and things."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from spacy.tokens import Doc, Span, Token

from services.text_ie.english.mentions.passage import TokenMention
from services.text_ie.english.network.decode import TagGuess
from services.text_ie.english.network.model import MODEL as NETWORK
from services.text_ie.lexicon import Lexicon, word_list
from services.text_ie.pronouns import pronouns
from services.text_ie.thresholds import LIMITS

MODEL = "rules:nominals"
_PRONOUNS = {form: pronoun.type for pronoun in pronouns() if pronoun.type for form in pronoun.forms}
_BEFORE_HEAD = frozenset({"det", "amod", "compound", "nummod", "poss", "nmod"})
_BARE = word_list("bare_nouns")


@dataclass(frozen=True)
class Noun:
    """What a noun stands for."""

    type: str
    subtype: str | None
    confidence: float
    model: str


_NOUN_LIKE = frozenset({"NOUN", "PROPN", "ADJ", "DET"})


@dataclass(frozen=True)
class Nouns:
    """Types of nouns: the network's ``heads`` and ``pronouns`` by token where it read the text, and the lexicon's.

    From ``min_type`` on the network's type beats the lexicon's.
    """

    lexicon: Lexicon
    heads: Mapping[int, TagGuess] = field(default_factory=dict)
    pronouns: Mapping[int, TagGuess] = field(default_factory=dict)

    def of(self, token: Token) -> Noun | None:
        """The noun's type, if it is one that we know."""
        if token.ent_type_ in {"DATE", "TIME", "MONEY", "PERCENT"}:
            return None
        listed = _noun(token, self.lexicon)
        guess = self.heads.get(token.i) if token.pos_ in _NOUN_LIKE else None
        if guess is None:
            return Noun(*listed, LIMITS.confidence_listed_noun, MODEL) if listed is not None else None
        if listed is not None and guess.confidence < LIMITS.min_type and listed[0] != guess.type:
            return Noun(*listed, LIMITS.confidence_listed_noun, MODEL)
        subtype = listed[1] if listed is not None and listed[0] == guess.type else None
        return Noun(guess.type, subtype, guess.confidence, NETWORK)


def find_nominals(document: Doc, names: list[TokenMention], nouns: Nouns) -> list[TokenMention]:
    """Noun phrases whose head is a known noun, numbers that stand for people, and pronouns."""
    named = {i for f in names for i in range(f.start, f.end) if f.kind != "value" or f.type == "TITLE"}
    chunks = {f.head: f for c in reversed(list(document.noun_chunks)) if (f := _from_chunk(c, named, nouns)) is not None}
    found, taken = sorted(chunks.values(), key=lambda f: f.start), set(chunks)
    found += [f for t in document if t.i not in named | taken and (f := _loose_noun(t, nouns)) is not None]
    return found + [f for t in document if t.i not in named and (f := _from_token(t, nouns)) is not None]


def _from_chunk(chunk: Span, named: set[int], nouns: Nouns) -> TokenMention | None:
    root = chunk.root
    if root.i in named:
        return None
    whole = _counted(root, nouns)
    noun = nouns.of(whole or root)
    if noun is None or (whole is not None and whole.i in named):
        return None
    head = whole or root
    if noun.type == "TITLE" or (noun.type == "PER" and _is_office(head)):
        return TokenMention(
            head.i, head.i + 1, head.i, "value", "TITLE", min(LIMITS.confidence_office, noun.confidence), noun.model
        )
    if noun.type in {"GPE", "ORG"} and noun.model == MODEL and _is_bare(head):
        return None
    start, end = _left_end(chunk), _right_end(head, nouns.lexicon)
    found = TokenMention(start, end, head.i, "nominal", noun.type, noun.confidence, noun.model, noun.subtype, (root.i,))
    return found if found.start < found.end else None


def _counted(root: Token, nouns: Nouns) -> Token | None:
    """``soldiers`` in ``dozens of soldiers``."""
    quantities = nouns.lexicon.lists["quantity_heads"]
    if root.lower_ not in quantities and root.lemma_.lower() not in quantities:
        return None
    pobjs = [n for c in root.children if c.lower_ == "of" for n in c.children if n.dep_ == "pobj"]
    return pobjs[0] if pobjs and nouns.of(pobjs[0]) is not None else None


def _noun(token: Token, lexicon: Lexicon) -> tuple[str, str | None] | None:
    if token.pos_ not in {"NOUN", "PROPN"}:
        return None
    if token.lower_ == "others":
        return ("PER", None) if token.dep_ == "pobj" else None
    before = token.nbor(-1).lower_ + "-" if token.i and token.nbor(-1).head == token else "-"
    return lexicon.noun(before + token.lemma_.lower()) or lexicon.noun(token.lower_) or lexicon.noun(token.lemma_.lower())


def _is_bare(head: Token) -> bool:
    """``head of state``, ``use of force``: no determiner, no modifier, singular."""
    return head.tag_ == "NN" and not any(c.i < head.i for c in head.children) and head.lower_ not in _BARE


def _is_office(head: Token) -> bool:
    """``as president``, ``for mayor``, ``elected president``: the office, not a person."""
    bare = head.tag_ in {"NN", "NNP"} and not any(c.i < head.i for c in head.children)
    return bare and (head.dep_ == "oprd" or (head.dep_ == "pobj" and head.head.lower_ in {"as", "for"}))


def _left_end(chunk: Span) -> int:
    start = chunk.start
    while start < chunk.end - 1 and (chunk.doc[start].is_punct or chunk.doc[start].is_space):
        start += 1
    return start


def _right_end(head: Token, lexicon: Lexicon) -> int:
    if head.lemma_.lower() not in lexicon.lists["place_parts"]:
        return head.i + 1
    of = next((c for c in head.children if c.lower_ == "of"), None)
    whole = next((c for c in of.children if c.dep_ == "pobj"), None) if of is not None else None
    return whole.i + 1 if whole is not None else head.i + 1


def _loose_noun(token: Token, nouns: Nouns) -> TokenMention | None:
    """A noun that the parser saw in no phrase of its own, such as ``president`` before a name, or one the network found."""
    guessed = token.i in nouns.heads
    if not guessed and (token.dep_ not in {"appos", "nsubj", "dobj", "pobj", "conj"} or token.pos_ != "NOUN"):
        return None
    noun = nouns.of(token)
    if noun is None or (noun.type in {"GPE", "ORG"} and noun.model == MODEL and _is_bare(token)):
        return None
    if noun.type == "TITLE":
        return TokenMention(token.i, token.i + 1, token.i, "value", "TITLE", noun.confidence, noun.model)
    confidence = min(LIMITS.confidence_loose_noun, noun.confidence) if noun.model == MODEL else noun.confidence
    return TokenMention(token.i, token.i + 1, token.i, "nominal", noun.type, confidence, noun.model, noun.subtype)


def _from_token(token: Token, nouns: Nouns) -> TokenMention | None:
    guess = nouns.pronouns.get(token.i)
    if guess is not None:
        return TokenMention(token.i, token.i + 1, token.i, "pronoun", guess.type, guess.confidence, NETWORK)
    kind = _PRONOUNS.get(token.lower_)
    if kind is not None and token.pos_ in {"PRON", "DET"} and not _is_empty_it(token):
        return TokenMention(token.i, token.i + 1, token.i, "pronoun", kind, LIMITS.confidence_pronoun, MODEL)
    if _counts_people(token):
        return TokenMention(token.i, token.i + 1, token.i, "nominal", "PER", LIMITS.confidence_counted_people, MODEL)
    return None


def _is_empty_it(token: Token) -> bool:
    """``It was clear that ...``, ``it rained``."""
    clauses = {"ccomp", "xcomp", "csubj", "acomp"}
    return token.lower_ == "it" and (
        token.dep_ == "expl"
        or (token.head.lemma_ in {"be", "seem", "take"} and any(c.dep_ in clauses for c in token.head.children))
    )


def _counts_people(token: Token) -> bool:
    """``killed at least 12``, ``dozens were wounded``."""
    number = token.pos_ == "NUM" or token.lower_ in {"dozens", "hundreds", "thousands", "scores", "others", "many"}
    of = any(c.lower_ == "of" for c in token.children)
    return (
        number
        and not of
        and token.dep_ in {"nsubj", "nsubjpass", "dobj"}
        and token.head.lemma_ in word_list("casualty_verbs")
        and token.ent_type_ not in {"DATE", "TIME", "MONEY"}
    )
