"""Which time expression dates an event: found through the parse, with the preposition before it and the tense of the verb."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime

from spacy.tokens import Token

from services.text_ie.english.mentions.passage import Passage
from services.text_ie.english.time.periods import Tense
from services.text_ie.english.time.times import resolve_time
from services.text_ie.findings import TimeBounds
from services.text_ie.lexicon import word_list
from services.text_ie.thresholds import LIMITS

_BEFORE = word_list("time_prepositions")  # fmt: skip
_JOINS = word_list("time_range_joins")
_FUTURE = word_list("future_modals")
_OPEN = word_list("open_modals")
_AHEAD = word_list("upcoming")
_CLIMBED = frozenset({"pobj", "prep", "dobj", "nsubj", "nsubjpass", "attr", "pcomp", "compound", "amod", "conj", "xcomp", "poss"})
_CAPTION = "caption:"  # captions tell in the present tense what the picture shows
_MAX_STEPS = int(LIMITS.max_dating_steps)
_MAX_GAP = LIMITS.max_time_gap
_GLUE = word_list("time_glue")
_PROBE = datetime(2000, 1, 5, tzinfo=UTC)


@dataclass(frozen=True)
class Dating:
    """Number of the time mention in its passage, the words to resolve, and the tense in which the event is told."""

    mention: int
    words: str
    tense: Tense | None


def dating(trigger: Token, passage: Passage, taken: set[int]) -> Dating | None:
    """The nearest time expression that belongs to the trigger or to the verb above it; one that can be resolved comes first.

    ``taken`` are mentions that fill roles of the event.
    """
    tense, found = tense_of(trigger), []
    if tense == "present" and passage.view.field.startswith(_CAPTION):
        tense = "past"
    for number in _mentions(trigger, passage):
        if number not in taken and passage.mentions[number].type == "TIME":
            found.append(Dating(number, _words(number, passage), tense))
    return next((one for one in found if resolve_time(one.words, _PROBE, tense) != TimeBounds()), found[0] if found else None)


def tense_of(trigger: Token) -> Tense | None:
    """``future`` after will, plans, is due to; ``past`` after did, was, has; None without a verb."""
    if any(c.lower_ in _AHEAD for c in trigger.children if c.dep_ in {"amod", "advmod"}):
        return "future"
    verb = next((t for t in (trigger, *trigger.ancestors) if t.pos_ in {"VERB", "AUX"} and t.dep_ != "aux"), None)
    return _verb_tense(verb) if verb is not None else None


def _verb_tense(verb: Token) -> Tense | None:
    helpers = [c for c in verb.children if c.dep_ in {"aux", "auxpass"}]
    words = {c.lower_ for c in helpers}
    perfect = any(c.lemma_ == "have" for c in helpers)
    if not perfect and words & (_FUTURE | _OPEN):
        return "future"
    if "to" in words and not perfect and verb.head != verb:
        above = verb.head
        planned = above.lemma_.lower() in word_list("plans") or above.lemma_.lower() in {"be", "go", "due"}
        return (
            "future"
            if planned and verb.dep_ in {"xcomp", "acl", "ccomp"}
            else _verb_tense(above)
            if above.pos_ == "VERB"
            else None
        )
    if verb.tag_ == "VBG" and any(c.tag_ in {"VBZ", "VBP"} and c.lemma_ == "be" for c in helpers):
        return "future"
    if perfect or verb.tag_ == "VBD" or any(c.tag_ == "VBD" for c in helpers):
        return "past"
    if verb.tag_ in {"VBZ", "VBP"} or any(c.tag_ in {"VBZ", "VBP"} for c in helpers):
        return "present"
    return "past" if verb.tag_ == "VBN" else None


def _mentions(trigger: Token, passage: Passage) -> Iterator[int]:
    """Numbers of the mentions around the trigger and the words that it hangs on, up to its verb."""
    node, verbal = trigger, trigger.pos_ in {"VERB", "AUX"}
    for step in range(_MAX_STEPS):
        for token in _below(node):
            number = passage.at(token)
            if number is not None:
                yield number
        above = {"conj", "xcomp", "pcomp", "prep"} if verbal else _CLIMBED
        if node.head is node or not (node.dep_ in above or (node.dep_ == "advcl" and node.tag_ == "VBG")):
            return
        verbal = verbal or (step > 0 and node.pos_ in {"VERB", "AUX"})
        node = node.head


def _below(node: Token) -> Iterator[Token]:
    for child in node.children:
        yield child
        if child.dep_ in {"nsubj", "nsubjpass"} and node.lemma_ in word_list("hits"):  # an attack on Tuesday killed four
            yield from _below(child)
        if child.dep_ in {"prep", "advmod", "npadvmod", "mark", "agent"}:
            for token in child.children:
                yield token
                if token.dep_ in {"prep", "pcomp"}:
                    yield from token.children


def _words(number: int, passage: Passage) -> str:
    """The expression with what belongs to it: its preposition, the hour of the day, the other end of a range."""
    mention, document = passage.mentions[number], passage.document
    start, end = mention.start, mention.end
    times = [m for m in passage.mentions if m.type == "TIME"]
    for other in times:
        first, last = min(start, other.start), max(end, other.end)
        between = [t.lower_ for t in document[min(end, other.end) : max(start, other.start)]]
        if other is mention or len(between) > _MAX_GAP:
            continue
        ranges = len(between) == 1 and between[0] in _JOINS
        if ranges or (_GLUE.issuperset(between) and resolve_time(document[first:last].text, _PROBE) != TimeBounds()):
            start, end = first, last
    if start > 0 and document[start - 1].lower_ in _BEFORE:
        start -= 1
    return str(document[start:end].text)
