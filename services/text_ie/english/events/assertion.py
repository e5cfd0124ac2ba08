"""Does the text say that the event happened? Reads negation, modals, hedges, conditions and verbs of failing or planning."""

from spacy.tokens import Token

from services.text_ie.lexicon import word_list
from services.text_ie.thresholds import LIMITS
from shared.schemas.text import Asserted

_NEGATIONS = word_list("negations")
_NO_ONE = word_list("nobody")
_MODALS = word_list("modals")
_CONDITIONS = word_list("conditions")
_UPWARD = frozenset(
    {"xcomp", "ccomp", "pcomp", "pobj", "prep", "dobj", "acl", "nsubjpass", "advcl", "conj", "attr", "oprd", "acomp", "relcl"}
)
_SUBJECTS = frozenset({"nsubj", "nsubjpass"})
_CLAUSES = frozenset({"advcl", "acl", "relcl"})
_FINITE = frozenset({"VBD", "VBZ", "VBP"})
_QUESTION_WORDS = word_list("question_words")
_MAX_STEPS = int(LIMITS.max_assertion_steps)


def asserted(trigger: Token) -> Asserted:
    """``negated`` for an odd number of negations over the trigger, ``uncertain`` where anything makes it less than a fact.

    What only hedges the noun (``a planned attack``) gives way to a verb that says that it came to nothing (``was foiled``).
    """
    hedged = _hedged(trigger)
    if _cancelled_beside(trigger):
        return "negated"
    negative, node = _negated(trigger), trigger
    for _ in range(_MAX_STEPS):
        if _weak(node):
            return "uncertain"
        if node.dep_ not in _UPWARD or node.head is node:
            break
        if node.dep_ == "conj":
            if any(c.dep_ in _SUBJECTS for c in node.children) or (node.tag_ in _FINITE and node.head.tag_ == "VB"):
                break
            negative ^= _shares_negation(node)
            node = node.head
            continue
        told = _of_content(node) or _of_accusation(node)
        if told:
            return told
        if _ends_here(node):
            break
        if _unreal(node):
            return "uncertain"
        if node.dep_ == "prep" and _opaque(node.head):
            break
        node = node.head
        if _word(node) in word_list("denials") and _negated(node):
            return "uncertain"
        negative ^= _word(node) in word_list("failures")
        negative ^= _negated(node) and node.pos_ in {"VERB", "AUX", "ADP"}
    return "negated" if negative else "uncertain" if hedged else "asserted"


def _word(token: Token) -> str:
    """The lemma, with the particle of the verb: ``call-off``."""
    particle = next((c.lower_ for c in token.children if c.dep_ == "prt"), "")
    return f"{token.lemma_.lower()}-{particle}" if particle else str(token.lemma_.lower())


def _negated(word: Token) -> bool:
    if word.lower_ in _NEGATIONS:
        return True
    verbal = word.pos_ in {"VERB", "AUX"}
    for child in word.children:
        if child.lower_ in _NEGATIONS and child.dep_ in {"neg", "det", "advmod", "preconj"}:
            return True
        if verbal and child.dep_ in {*_SUBJECTS, "dobj"} and _is_nobody(child):
            return True
    return False


def _is_nobody(noun: Token) -> bool:
    return noun.lower_ in _NO_ONE or any(c.lower_ in {"no", "neither"} and c.dep_ in {"det", "preconj"} for c in noun.children)


def _weak(word: Token) -> bool:
    """Modals, conditions, and hedges at a verb; hedges at a noun are :func:`_hedged`."""
    for child in word.children:
        if child.dep_ == "aux" and child.lower_ in _MODALS:
            return True
        if child.dep_ == "mark" and child.lower_ in _CONDITIONS:
            return True
        if child.dep_ == "advmod" and child.lower_ in word_list("hedges"):
            return True
    return _inverted(word)


def _hedged(word: Token) -> bool:
    return any(c.dep_ in {"amod", "compound"} and c.lower_ in word_list("hedges") for c in word.children)


def _inverted(verb: Token) -> bool:
    """``Did they attack?`` and ``Had they attacked, ...``; not ``Who attacked?``, which takes the attack for granted."""
    subject = next((c for c in verb.children if c.dep_ in _SUBJECTS), None)
    helper = next((c for c in verb.children if c.dep_ in {"aux", "auxpass"}), None)
    if subject is None or helper is None or helper.i > subject.i:
        return False
    if verb.dep_ == "advcl":
        return helper.lower_ in {"had", "should", "were"}
    asks = verb.sent[-1].text == "?" or verb.sent[-2:].text.strip("\"'”’").endswith("?")
    return asks and not any(t.lower_ in _QUESTION_WORDS for t in verb.lefts)


def _cancelled_beside(noun: Token) -> bool:
    """``The visit, which was cancelled, ...``."""
    return any(c.dep_ in {"relcl", "acl"} and c.tag_ == "VBN" and _word(c) in word_list("failures") for c in noun.children)


def _shares_negation(joined: Token) -> bool:
    """``neither attacked nor shelled``, ``did not attack or shell``; not ``did not attack but shelled``."""
    joins = {c.lower_ for c in joined.head.children if c.dep_ in {"cc", "preconj"}}
    return _negated(joined.head) and bool(joins & {"or", "nor", "neither"}) and not _negated(joined)


def _of_content(node: Token) -> Asserted | None:
    """``the claim that``, ``no evidence of``: what the noun before the clause or ``of`` makes of it."""
    noun = node.head
    clause = node.dep_ in {"acl", "ccomp"} and any(c.dep_ == "mark" and c.lower_ == "that" for c in node.children)
    if noun.pos_ not in {"NOUN", "PROPN"} or not (clause or (node.dep_ == "prep" and node.lower_ in {"of", "for", "on"})):
        return None
    lemma = noun.lemma_.lower()
    if lemma in word_list("evidence"):
        return "uncertain" if _negated(noun) or _negated(noun.head) else None
    if lemma in word_list("bans") or (lemma in {"event", "case"} and noun.head.lower_ == "in"):
        return "uncertain"
    if lemma not in word_list("claims"):
        return None
    denied = _word(noun.head) in word_list("denials") or any(c.lower_ in word_list("false") for c in noun.head.children)
    return "negated" if denied and not _negated(noun.head) else "uncertain"


def _of_accusation(node: Token) -> Asserted | None:
    """``accused of attacking`` is open, ``cleared of attacking`` denies it, ``arrested for the attack`` keeps it a fact."""
    if node.dep_ != "prep" or node.lower_ not in {"of", "with", "for", "over"}:
        return None
    accused = node.head.dep_ in {"dobj", "nsubjpass"} and node.lower_ != "for"
    verb = (node.head.head if accused else node.head).lemma_.lower()
    deed = next((c for c in node.children if c.dep_ in {"pobj", "pcomp"}), None)
    if deed is None or any(c.dep_ in {"det", "poss"} and c.lower_ not in {"a", "an"} for c in deed.children):
        return None
    if verb in word_list("acquittals"):
        return "negated"
    gerund = deed.dep_ == "pcomp"
    return "uncertain" if verb in word_list("accusations") and (gerund or node.lower_ in {"of", "with"}) else None


def _ends_here(node: Token) -> bool:
    """What lies above the clause says nothing about it."""
    if node.dep_ in _CLAUSES and not _is_purpose(node):
        return True
    return node.dep_ == "ccomp" and node.i < node.head.i


def _unreal(node: Token) -> bool:
    """A clause of purpose, what is planned or believed, ``are to meet``, ``has yet to meet``."""
    head = node.head
    if node.dep_ in _CLAUSES or _word(head) in word_list("plans"):
        return True
    to_do = node.dep_ == "xcomp" and any(c.dep_ == "aux" and c.lower_ == "to" for c in node.children)
    return to_do and head.lemma_ in {"be", "have"}


def _opaque(noun: Token) -> bool:
    """``A deal about the battle`` hides the battle from what governs the deal; ``a repeat of clashes`` does not."""
    return noun.pos_ in {"NOUN", "PROPN"} and noun.lemma_.lower() not in word_list("assertion_transparent")


def _is_purpose(clause: Token) -> bool:
    """``to attack``, but not ``attacking`` or ``attacked``."""
    return clause.tag_ == "VB" and any(c.dep_ == "aux" and c.lower_ == "to" for c in clause.children)
