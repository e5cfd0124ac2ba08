"""The rules as data (``rules.yaml``): cues that must all be seen, and the situation that they then show."""

from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Literal

import yaml

from services.visual_events.cues import Cue, PostureCue, Sighting
from services.visual_events.postures import POSTURES
from services.visual_events.scene import Scene
from services.visual_events.thresholds import LIMITS
from shared.errors import ConfigurationError
from shared.ontology import Ontology, SituationVerb, load_ontology
from shared.schemas.base import Confidence, Schema

RULES_FILE = Path(__file__).parent / "rules" / "events.yaml"


class RoleSource(Schema):
    """Which regions of which cue (``otherwise``: of that one, where it was not seen) fill an imSitu role.

    ``only`` takes the region if there is no other, so that nobody is singled out of a group; ``noun`` replaces its label.
    """

    role: str
    cue: str
    otherwise: str = ""
    take: Literal["first", "second", "only", "all", "object"] = "first"
    noun: str = ""


class Rule(Schema):
    """When all of ``cues`` are seen, the image shows ``verb``; each of ``supports`` that is seen makes it a bit more likely."""

    name: str
    verb: str
    base: Confidence
    cues: dict[str, Cue]
    supports: dict[str, Cue] = {}
    roles: tuple[RoleSource, ...]


class RuleSet(Schema):
    """All rules."""

    rules: tuple[Rule, ...]


@dataclass(frozen=True)
class Match:
    """A rule that fired; ``sightings`` by the name of the cue."""

    rule: Rule
    confidence: float
    sightings: dict[str, Sighting]


@cache
def load_rules() -> RuleSet:
    """Read and check the rules against the ontology; raises ConfigurationError naming the rule that is wrong."""
    rule_set = RuleSet.model_validate(yaml.safe_load(RULES_FILE.read_text(encoding="utf-8")))
    for rule in rule_set.rules:
        _check(rule, load_ontology())
    return rule_set


def _check(rule: Rule, ontology: Ontology) -> None:
    verb = ontology.situation_verbs.get(rule.verb)
    if verb is None:
        raise ConfigurationError(f"rule {rule.name}: {rule.verb!r} is no verb of imSitu")
    _check_roles(rule, verb)
    for cue in (*rule.cues.values(), *rule.supports.values()):
        if isinstance(cue, PostureCue) and cue.posture not in POSTURES:
            raise ConfigurationError(f"rule {rule.name}: no posture {cue.posture!r}")
    if verb.event is not None and verb.event not in ontology.event_types:
        raise ConfigurationError(f"rule {rule.name}: {verb.event!r} is no event type")


def _check_roles(rule: Rule, verb: SituationVerb) -> None:
    names = rule.cues.keys() | rule.supports.keys()
    for source in rule.roles:
        if source.role not in verb.roles:
            raise ConfigurationError(f"rule {rule.name}: {rule.verb} has no role {source.role!r}, only {', '.join(verb.roles)}")
        for cue in filter(None, (source.cue, source.otherwise)):
            if cue not in names:
                raise ConfigurationError(f"rule {rule.name}: role {source.role!r} names no cue of the rule: {cue!r}")


def match(rule: Rule, scene: Scene) -> Match | None:
    """Try a rule: base confidence times the mean clearness of its cues, a little more for each support."""
    sightings: dict[str, Sighting] = {}
    for name, cue in rule.cues.items():
        sighting = cue.look(scene)
        if sighting is None:
            return None
        sightings[name] = sighting
    clearness = sum(s.confidence for s in sightings.values()) / len(sightings)
    extra = {name: s for name, cue in rule.supports.items() if (s := cue.look(scene))}
    confidence = min(LIMITS.max_rule, rule.base * (1 + clearness) / 2 + LIMITS.rule_support * len(extra))
    return Match(rule=rule, confidence=round(confidence, 3), sightings=sightings | extra)
