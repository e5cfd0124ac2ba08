"""Find event triggers: words of ``triggers.yaml`` whose grammatical surroundings fit the event's sense."""

from dataclasses import dataclass
from functools import cache

from spacy.tokens import Token

from services.text_ie.english.mentions.passage import Passage
from services.text_ie.english.parse.slots import Slots, slots_of
from services.text_ie.lexicon import Lexicon, read_mapping, word_list
from services.text_ie.thresholds import LIMITS
from shared.errors import ConfigurationError
from shared.ontology import load_ontology

MODEL = "rules:event-triggers"
_CLASSES = {"verbs": "V", "nouns": "N", "adjectives": "A"}
_CLASS_OF = {"VERB": "V", "AUX": "V", "NOUN": "N", "PROPN": "N", "ADJ": "A"}
_PARTICLES = word_list("particles")


@dataclass(frozen=True)
class Rule:
    """One row of ``triggers.yaml``."""

    type: str
    frame: str
    subject: frozenset[str] = frozenset()
    object: frozenset[str] = frozenset()
    prepositions: tuple[tuple[str, frozenset[str]], ...] = ()
    needs: frozenset[str] = frozenset()
    without: frozenset[str] = frozenset()
    bare: bool = False
    requires_argument: bool = False

    @property
    def constraints(self) -> int:
        """How much the rule asks for: the more, the earlier it is tried."""
        return sum(map(bool, (self.subject, self.object, self.prepositions, self.needs, self.bare)))

    def fits(self, trigger: Token, slots: Slots, passage: Passage) -> bool:
        """Check every constraint against the surroundings of the trigger."""
        return (
            not (self.without & slots.near)
            and (not self.needs or bool(self.needs & slots.near))
            and (not self.bare or not any(c.dep_ == "prt" or c.lower_ in _PARTICLES for c in trigger.children))
            and self._object_fits(slots, passage)
            and (not self.subject or has_type(slots, "S", self.subject, passage))
            and (not self.prepositions or any(has_type(slots, p, types, passage) for p, types in self.prepositions))
        )

    def _object_fits(self, slots: Slots, passage: Passage) -> bool:
        if self.object == {"none"}:
            return "O" not in slots.tokens
        return not self.object or has_type(slots, "O", self.object, passage)


@dataclass(frozen=True)
class Trigger:
    """A token that evokes an event. ``frame`` says how grammar maps to roles (empty: unknown), the rest as in Rule."""

    token: Token
    type: str
    frame: str
    slots: Slots
    confidence: float
    model: str = MODEL
    requires_argument: bool = False


def has_type(slots: Slots, name: str, types: frozenset[str], passage: Passage) -> bool:
    """Tell whether a slot holds a mention of one of the types (anything, when no type is asked for)."""
    tokens = slots.tokens.get(name, [])
    numbers = [passage.at(token) for token in tokens]
    return bool(tokens) and (not types or any(n is not None and passage.mentions[n].type in types for n in numbers))


def find_triggers(passage: Passage, lexicon: Lexicon) -> list[Trigger]:
    """All triggers of a paragraph, in order."""
    rules, found = load_rules(), []
    for token in passage.document:
        candidates = rules.get((_lemma(token), _CLASS_OF.get(token.pos_, "")), ())
        if (
            not candidates
            or token.dep_ in {"aux", "auxpass"}
            or token.ent_type_ == "DATE"
            or _in_name(token, passage)
            or _is_bare_crime(token, passage)
        ):
            continue
        slots = slots_of(token, lexicon)
        rule = next((r for r in candidates if r.fits(token, slots, passage)), None)
        if rule is not None:
            found.append(_trigger(token, rule, slots))
    return found


def _trigger(token: Token, rule: Rule, slots: Slots) -> Trigger:
    confidence = LIMITS.confidence_trigger_rule + LIMITS.bonus_verb * (token.pos_ == "VERB")
    confidence += LIMITS.bonus_constrained_rule * bool(rule.constraints)
    return Trigger(token, rule.type, rule.frame, slots, confidence, requires_argument=rule.requires_argument)


def frame_of(token: Token, group: str) -> str:
    """The frame of the first rule of the event group (the first two levels of a type) for a word; empty if there is none."""
    rules = load_rules().get((_lemma(token), _CLASS_OF.get(token.pos_, "")), ())
    return next((rule.frame for rule in rules if rule.type.startswith(group)), "")


def known_types(token: Token) -> set[str]:
    """The event types that rules know the word for, whether their conditions hold here or not."""
    return {rule.type for rule in load_rules().get((_lemma(token), _CLASS_OF.get(token.pos_, "")), ())}


def _lemma(token: Token) -> str:
    """spaCy's lemma, mended where the tagger's choice hides a verb (``wounded`` as a noun's adjective stays a verb)."""
    return token.lemma_.lower() if token.pos_ != "ADJ" or token.tag_ not in {"VBN", "VBD"} else token.lemma_


def _in_name(token: Token, passage: Passage) -> bool:
    number = passage.at(token)
    return number is not None and passage.mentions[number].kind == "name"


def _is_bare_crime(token: Token, passage: Passage) -> bool:
    """``ten years for murder`` names a charge, not a killing."""
    number = passage.at(token)
    return number is not None and passage.mentions[number].type == "CRIME" and not any(True for _ in token.children)


@cache
def load_rules() -> dict[tuple[str, str], tuple[Rule, ...]]:
    """Rules by lemma and word class, the most constrained first; raises ConfigurationError for a type the ontology lacks."""
    index: dict[tuple[str, str], list[Rule]] = {}
    for kind, rows in read_mapping("en/triggers.yaml").items():
        if kind not in load_ontology().event_types:
            raise ConfigurationError(f"triggers.yaml: {kind} is no event type of the ontology")
        for row in rows:  # type: ignore[attr-defined]
            for name, letter in _CLASSES.items():
                for lemma in str(row.get(name, "")).split():
                    index.setdefault((lemma, letter), []).append(_rule(kind, row))
    return {key: tuple(sorted(rules, key=lambda rule: -rule.constraints)) for key, rules in index.items()}


def _rule(kind: str, row: dict[str, object]) -> Rule:
    words = {key: frozenset(str(row.get(key, "")).split()) for key in ("subject", "object", "with", "without")}
    asked = tuple(parse_slot(text) for text in str(row.get("prep", "")).split())
    return Rule(
        kind,
        str(row["frame"]),
        words["subject"],
        words["object"],
        asked,
        words["with"],
        words["without"],
        bool(row.get("bare")),
        bool(row.get("requires_argument")),
    )


def parse_slot(text: str) -> tuple[str, frozenset[str]]:
    """``to:GPE/LOC`` as slot and entity types."""
    name, _, types = text.partition(":")
    return name, frozenset(types.split("/")) if types else frozenset()
