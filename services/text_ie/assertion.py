"""Does the text say that the event happened? Reads negation, modals, hedges, conditions and verbs of failing or planning."""

from spacy.tokens import Token

from services.text_ie.lexicon import word_list
from shared.schemas.text import Asserted

_NEGATIONS = frozenset({"not", "n't", "never", "no", "neither", "nor", "without"})
_MODALS = frozenset({"may", "might", "could", "would", "should", "can", "will", "shall", "must", "ca", "wo", "'ll", "'d"})
_CONDITIONS = frozenset({"if", "unless", "whether", "lest"})
_UPWARD = frozenset(
    {"xcomp", "ccomp", "pcomp", "pobj", "prep", "dobj", "acl", "nsubjpass", "advcl", "conj", "attr", "oprd", "acomp", "relcl"}
)
_MAX_STEPS = 10


def asserted(trigger: Token) -> Asserted:
    """``negated`` for an odd number of negations over the trigger, ``uncertain`` where anything makes it less than a fact."""
    negative, node = _negated(trigger), trigger
    for _ in range(_MAX_STEPS):
        if _weak(node):
            return "uncertain"
        if node.dep_ not in _UPWARD or node.head == node:
            break
        if node.dep_ == "conj":
            if any(c.dep_ in {"nsubj", "nsubjpass"} for c in node.children):
                break
            node = node.head
            continue
        if node.dep_ in {"advcl", "acl", "relcl"} and not _is_purpose(node):
            break
        if node.dep_ == "ccomp" and node.i < node.head.i:
            break
        if node.dep_ in {"advcl", "acl", "relcl"} or node.head.lemma_.lower() in word_list("plans"):
            return "uncertain"
        if node.dep_ == "prep" and _opaque(node.head):
            break
        node = node.head
        negative ^= node.lemma_.lower() in word_list("failures")
        negative ^= _negated(node) and node.pos_ in {"VERB", "AUX", "ADP"}
    return "negated" if negative else "asserted"


def _negated(word: Token) -> bool:
    return word.lower_ in _NEGATIONS or any(
        c.lower_ in _NEGATIONS and c.dep_ in {"neg", "det", "advmod", "preconj"} for c in word.children
    )


def _weak(word: Token) -> bool:
    for child in word.children:
        weak_aux = child.dep_ == "aux" and child.lower_ in _MODALS
        if (
            weak_aux
            or (child.dep_ == "mark" and child.lower_ in _CONDITIONS)
            or (child.dep_ in {"amod", "advmod"} and child.lower_ in word_list("hedges"))
        ):
            return True
    return False


def _opaque(noun: Token) -> bool:
    """``A deal about the battle`` hides the battle from what governs the deal; ``a repeat of clashes`` does not."""
    return noun.pos_ in {"NOUN", "PROPN"} and noun.lemma_.lower() not in word_list("assertion_transparent")


def _is_purpose(clause: Token) -> bool:
    """``to attack``, but not ``attacking`` or ``attacked``."""
    return clause.tag_ == "VB" and any(c.dep_ == "aux" and c.lower_ == "to" for c in clause.children)
