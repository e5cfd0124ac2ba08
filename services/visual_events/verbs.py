"""Which verb of imSitu a picture shows: candidates by event type and class, ranked by the encoder and by what is seen."""

import re
from collections.abc import Iterable
from functools import cache
from pathlib import Path

import yaml

from services.visual_events.event_scores import EventScores
from services.visual_events.prompts import PromptRanker
from services.visual_events.roles import load_role_rules
from services.visual_events.scene import Scene
from services.visual_events.thresholds import LIMITS
from shared.errors import ConfigurationError
from shared.image_text.encoder import ImageTextEncoder
from shared.ontology import Ontology, SituationVerb, load_ontology
from shared.schemas.base import Schema

NONE = "none"
_FILE = Path(__file__).parent / "rules" / "situations.yaml"


class EventVerbs(Schema):
    """Verbs of an event type; ``roles``: imSitu role -> event role by verb; ``extras``: event role -> kinds of things."""

    verbs: tuple[str, ...]
    roles: dict[str, dict[str, str]] = {}
    extras: dict[str, tuple[str, ...]] = {}


class ClassVerbs(Schema):
    """Verbs of a finer class, and where such a picture is taken."""

    verbs: tuple[str, ...]
    place: str = ""


class SituationData(Schema):
    """The tables of situations.yaml."""

    events: dict[str, EventVerbs]
    classes: dict[str, ClassVerbs]
    prompts: dict[str, str]

    def role_map(self, event_type: str, verb: str) -> dict[str, str]:
        """imSitu role -> event role for a verb that shows an event type; the ontology's where the table names none."""
        given = self.events[event_type].roles.get(verb) if event_type in self.events else None
        return load_ontology().situation_verbs[verb].role_map if given is None else given


@cache
def load_situations() -> SituationData:
    """Read and check the tables against the ontology; raises ConfigurationError naming what is wrong."""
    data = SituationData.model_validate(yaml.safe_load(_FILE.read_text(encoding="utf-8")))
    ontology = load_ontology()
    listed = [(name, row.verbs) for name, row in data.events.items()] + [(name, row.verbs) for name, row in data.classes.items()]
    for name, verbs in listed:
        unknown = [verb for verb in verbs if verb not in ontology.situation_verbs]
        if unknown:
            raise ConfigurationError(f"situations.yaml: {name}: no verbs of imSitu: {', '.join(unknown)}")
    for event_type in data.events:
        _check(data, event_type, ontology)
    return data


def _check(data: SituationData, event_type: str, ontology: Ontology) -> None:
    known = ontology.event_types.get(event_type)
    if known is None:
        raise ConfigurationError(f"situations.yaml: {event_type!r} is no event type")
    row = data.events[event_type]
    pairs = [pair for verb in row.verbs for pair in data.role_map(event_type, verb).items()]
    for role in (*(event_role for _, event_role in pairs), *row.extras):
        if known.role(role) is None:
            raise ConfigurationError(f"situations.yaml: {event_type} has no role {role!r}")
    for kind in (kind for kinds in row.extras.values() for kind in kinds):
        if kind not in load_role_rules().kinds:
            raise ConfigurationError(f"situations.yaml: {event_type}: no kind {kind!r} in roles.yaml")


def plain(label: str) -> str:
    """A class name as the tables write it: ``Soldier_Firing`` and ``soldier firing`` are one."""
    return re.sub(r"[\W_]+", " ", label).strip().casefold()


def verb_ranker(encoder: ImageTextEncoder) -> PromptRanker:
    """imSitu's 504 verbs."""
    return PromptRanker(encoder, {verb.verb: prompt(verb) for verb in load_ontology().situation_verbs.values()})


def prompt(verb: SituationVerb) -> str:
    """The sentence template with common nouns for its roles: ``a person riding a vehicle``."""
    words, nouns = verb.template.split(), load_situations().prompts
    kept: list[str] = []
    for word in words:
        noun = nouns.get(word.lower()) if word.isupper() else None
        if noun is None and word.isupper():
            if kept and kept[-1] in _PREPOSITIONS:
                kept.pop()
            continue
        kept.append(noun or word)
    return " ".join(kept)


_PREPOSITIONS = frozenset(("at", "with", "from", "to", "against", "in", "on", "using", "for"))


def candidates(event_type: str, scores: EventScores) -> dict[str, float]:
    """The verbs of an event type with their share: usual ones first, and those of the finer classes that are likely."""
    data = load_situations()
    verbs = data.events[event_type].verbs if event_type in data.events else _verbs_of(event_type)
    shares = {verb: LIMITS.verb_by_type / (rank + 1) for rank, verb in enumerate(verbs)}
    for label, probability in scores.classes.items():
        row = data.classes.get(plain(label))
        if row and probability >= LIMITS.min_class:
            for rank, verb in enumerate(v for v in row.verbs if v in shares):
                shares[verb] += probability / (rank + 1)
    return shares


def _verbs_of(event_type: str) -> tuple[str, ...]:
    return tuple(v.verb for v in load_ontology().situation_verbs.values() if v.event == event_type)


def choose(shares: dict[str, float], ranking: dict[str, float], scene: Scene) -> tuple[str, float]:
    """The likeliest of the candidates and its share of all; what is seen of a verb's things doubles its weight."""
    seen = {verb: LIMITS.verb_seen if verb in seen_verbs(scene, shares) else 1.0 for verb in shares}
    total = sum(ranking.get(verb, 0.0) for verb in shares) or 1.0
    weights = {v: share * seen[v] * (LIMITS.verb_floor + ranking.get(v, 0.0) / total) for v, share in shares.items()}
    best = max(weights, key=lambda verb: weights[verb])
    return best, weights[best] / sum(weights.values())


def seen_verbs(scene: Scene, verbs: Iterable[str]) -> set[str]:
    """Those of the verbs whose pair of roles (``pairs`` of roles.yaml) a scene triple shows."""
    rules = load_role_rules()
    return {verb for verb in verbs if verb in rules.pairs and rules.pairs[verb].triples(scene, rules)}
