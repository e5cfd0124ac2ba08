"""Common nouns and pronouns that refer to people, organisations, places and things."""

from dataclasses import replace

from spacy.tokens import Doc, Span, Token

from services.text_ie.found import Found
from services.text_ie.lexicon import Lexicon, word_list

MODEL = "rules:nominals"
PRONOUNS = {
    "he": "PER", "him": "PER", "his": "PER", "himself": "PER", "she": "PER", "her": "PER", "hers": "PER", "herself": "PER",
    "they": "PER", "them": "PER", "their": "PER", "themselves": "PER", "it": "ORG", "its": "ORG", "itself": "ORG",
}  # fmt: skip
_BARE = frozenset({"police", "parliament", "congress", "opposition", "army", "navy", "capital", "orbit", "space"})


def find_nominals(document: Doc, names: list[Found], lexicon: Lexicon) -> list[Found]:
    """Noun phrases whose head is in the noun lexicon, numbers that stand for people, and third-person pronouns."""
    named = {i for f in names for i in range(f.start, f.end) if f.kind != "value" or f.type == "TITLE"}
    chunks = {f.head: f for c in reversed(list(document.noun_chunks)) if (f := _from_chunk(c, named, lexicon)) is not None}
    found, taken = sorted(chunks.values(), key=lambda f: f.start), set(chunks)
    found += [f for t in document if t.i not in named | taken and (f := _loose_noun(t, lexicon)) is not None]
    return found + [f for t in document if (f := _from_token(t)) is not None]


def _from_chunk(chunk: Span, named: set[int], lexicon: Lexicon) -> Found | None:
    root = chunk.root
    if root.i in named:
        return None
    whole = _counted(root, lexicon)
    noun = _noun(whole or root, lexicon)
    if noun is None or (whole is not None and whole.i in named):
        return None
    head = whole or root
    if noun[0] == "PER" and _is_office(head):
        return Found(head.i, head.i + 1, head.i, "value", "TITLE", 0.7, MODEL)
    found = Found(chunk.start, max(chunk.end, head.i + 1), head.i, "nominal", noun[0], 0.8, MODEL, noun[1], (root.i,))
    if noun[0] in {"GPE", "ORG"} and _is_bare(head):
        return None
    found = replace(found, end=_right_end(head, lexicon), start=_left_end(chunk))
    return found if found.start < found.end else None


def _counted(root: Token, lexicon: Lexicon) -> Token | None:
    """``soldiers`` in ``dozens of soldiers``."""
    if root.lower_ not in lexicon.lists["quantity_heads"] and root.lemma_.lower() not in lexicon.lists["quantity_heads"]:
        return None
    pobjs = [n for c in root.children if c.lower_ == "of" for n in c.children if n.dep_ == "pobj"]
    return pobjs[0] if pobjs and _noun(pobjs[0], lexicon) is not None else None


def _noun(token: Token, lexicon: Lexicon) -> tuple[str, str | None] | None:
    if token.pos_ not in {"NOUN", "PROPN"} or token.ent_type_ in {"DATE", "TIME", "MONEY", "PERCENT"}:
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


def _loose_noun(token: Token, lexicon: Lexicon) -> Found | None:
    """A noun of persons used as a modifier of nothing the parser saw as a phrase, such as ``president`` before a name."""
    if token.dep_ not in {"appos", "nsubj", "dobj", "pobj", "conj"} or token.pos_ != "NOUN":
        return None
    noun = _noun(token, lexicon)
    if noun is None or (noun[0] in {"GPE", "ORG"} and _is_bare(token)):
        return None
    return Found(token.i, token.i + 1, token.i, "nominal", noun[0], 0.6, MODEL, noun[1])


def _from_token(token: Token) -> Found | None:
    kind = PRONOUNS.get(token.lower_)
    if kind is not None and token.pos_ in {"PRON", "DET"} and not _is_empty_it(token):
        return Found(token.i, token.i + 1, token.i, "pronoun", kind, 0.7, MODEL)
    if _counts_people(token):
        return Found(token.i, token.i + 1, token.i, "nominal", "PER", 0.6, MODEL)
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
