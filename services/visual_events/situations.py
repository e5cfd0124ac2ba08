"""Grounded situations of one picture: events of the model, backed or doubted by rules; events of rules alone; else an action."""

from collections.abc import Iterator
from dataclasses import dataclass, field

from services.visual_events.event_rules import Match, load_rules
from services.visual_events.event_scores import EventScores
from services.visual_events.framing import (
    Showing,
    event_of,
    event_type,
    frame_of,
    image_region,
    matches,
    reasons_of,
    shown_by,
)
from services.visual_events.picture_models import Look
from services.visual_events.roles import Found, fill, find_kinds, load_role_rules
from services.visual_events.scene import Scene
from services.visual_events.thresholds import LIMITS
from services.visual_events.verbs import NONE, candidates, choose, load_situations, plain, seen_verbs
from shared.ids import make_id
from shared.ontology import load_ontology
from shared.schemas.situations import RoleFiller, SceneTriple, SituationFrame, VisualEvent
from shared.schemas.vision import Region

MODEL = "rules:situations"
_PLACE = "place"


@dataclass(frozen=True)
class Sight:
    """A scene with what the models say: ``ranking`` is the probability of each verb, ``places`` that of each noun of a place."""

    scene: Scene
    look: Look | None = None
    ranking: dict[str, float] = field(default_factory=dict)
    place: Found | None = None


@dataclass(frozen=True)
class Situation:
    """A frame, its event where it shows one, and the regions that were made for it (crowds)."""

    frame: SituationFrame
    event: VisualEvent | None
    regions: tuple[Region, ...] = ()


def situations(sight: Sight) -> list[Situation]:
    """At most two events, surest first; without an event at most one frame of an everyday action."""
    fired = matches(load_rules().rules, sight.scene, LIMITS.min_situation)
    scores = sight.look.scores if sight.look else None
    found = [_of_type(sight, scores, kind, fired) for kind in event_types(scores)] if scores else []
    told = {s.event.type for s in found if s.event}
    found += [s for match in fired if (s := _of_rule(sight, scores, match, told))]
    sure = [s for s in found if s.frame.confidence >= LIMITS.min_situation]
    best = sorted(sure, key=lambda s: (-s.frame.confidence, s.frame.id))[: int(LIMITS.max_events)]
    return best or [s for s in [_action(sight)] if s]


def event_types(scores: EventScores) -> list[str]:
    """The types that are likely enough and likelier than ``none``, likeliest first."""
    least = max(LIMITS.min_event, LIMITS.over_none * scores.types.get(NONE, 0.0))
    likely = [kind for kind, probability in scores.types.items() if kind != NONE and probability >= least]
    return sorted(likely, key=lambda kind: -scores.types[kind])


def related(left: str | None, right: str) -> bool:
    """One type is the other or lies below it."""
    return left is not None and (left == right or left.startswith(f"{right}.") or right.startswith(f"{left}."))


def _of_type(sight: Sight, scores: EventScores, kind: str, fired: list[Match]) -> Situation:
    """A type that the model sees: a rule that agrees makes it surer (noisy or) and proposes its verb."""
    probability = scores.types[kind]
    rule = next((m for m in fired if related(event_type(m.rule.verb), kind)), None)
    confidence = probability if rule is None else 1 - (1 - probability) * (1 - LIMITS.rule_agreement * rule.confidence)
    shares = candidates(kind, scores)
    if rule:
        shares[rule.rule.verb] = shares.get(rule.rule.verb, 0.0) + rule.confidence
    verb, _ = choose(shares, sight.ranking, sight.scene)
    return _situation(sight, Belief(kind, verb, round(confidence, 3), scores.model, rule))


@dataclass(frozen=True)
class Belief:
    """An event type shown by a verb, with the rule that agrees."""

    type: str
    verb: str
    confidence: float
    model: str
    rule: Match | None


def _situation(sight: Sight, belief: Belief) -> Situation:
    scene, scores = sight.scene, sight.look.scores if sight.look else None
    filled = _filled(sight, belief.verb)
    frame = _frame(scene, belief.verb, belief.confidence, belief.model, filled)
    if belief.rule and belief.rule.rule.verb == belief.verb:
        frame = frame.model_copy(update={"roles": joined(frame_of(belief.rule, scene).roles, frame.roles)})
    probability = scores.types.get(belief.type, 0.0) if scores else 0.0
    reasons = (f"event model {probability:.2f}", *_class_reasons(scores), *(reasons_of(belief.rule) if belief.rule else ()))
    data = load_situations()
    showing = Showing(belief.type, data.role_map(belief.type, belief.verb), reasons, event_vector(sight))
    extras, regions = _extras(scene, belief), tuple(f.region for row in filled.values() for f in row if f.region)
    made = tuple(r for r in regions if r.id not in scene.regions)
    return Situation(frame, event_of(frame, image_region(scene), showing, extras), made)


def event_vector(sight: Sight) -> tuple[float, ...]:
    """The sentence vector [384] of the event model, rounded to three decimals; empty without one."""
    scores = sight.look.scores if sight.look else None
    return tuple(round(float(x), 3) for x in scores.vector) if scores else ()


def _class_reasons(scores: EventScores | None) -> tuple[str, ...]:
    if scores is None or not scores.classes:
        return ()
    best = max(scores.classes, key=lambda name: scores.classes[name])
    return (f"looks like {plain(best)} {scores.classes[best]:.2f}",)


def _extras(scene: Scene, belief: Belief) -> list[RoleFiller]:
    """Fillers of roles that the event type has and imSitu's verb has not (a demonstration's signs)."""
    rows = load_situations().events.get(belief.type)
    found = ((role, f) for role, kinds in (rows.extras if rows else {}).items() for f in find_kinds(kinds, scene))
    return [_filler(role, f, belief.confidence) for role, f in found]


def joined(first: tuple[RoleFiller, ...], second: tuple[RoleFiller, ...]) -> tuple[RoleFiller, ...]:
    """All fillers of the first, and of the second those of roles that the first leaves open."""
    told = {filler.role for filler in first}
    return (*first, *(filler for filler in second if filler.role not in told))


def _of_rule(sight: Sight, scores: EventScores | None, found: Match, told: set[str]) -> Situation | None:
    """What a rule alone sees; doubted where the model knows the type and sees it not."""
    kind, frame = event_type(found.rule.verb), frame_of(found, sight.scene)
    if any(related(kind, other) for other in told):
        return None
    if scores and any(related(kind, other) for other in scores.types if other != NONE):
        frame = frame.model_copy(update={"confidence": round(found.confidence * LIMITS.rule_doubt, 3)})
    frame = frame.model_copy(update={"roles": joined(frame.roles, tuple(place_fillers(sight, frame)))})
    showing = shown_by(frame, reasons_of(found))
    return Situation(frame, event_of(frame, image_region(sight.scene), showing) if showing else None)


def _action(sight: Sight) -> Situation | None:
    """A frame without an event: an action that the model is sure of, or the encoder's best verb where a triple shows it too."""
    best = max(_actions(sight), key=lambda pair: pair[1], default=None)
    if best is None:
        return None
    verb, confidence, model = best
    frame = _frame(sight.scene, verb, round(confidence, 3), model, _filled(sight, verb))
    showing = shown_by(frame, (f"looks like {verb}", "a scene triple shows it")) if seen_verbs(sight.scene, [verb]) else None
    sure = confidence >= LIMITS.min_event
    return Situation(frame, event_of(frame, image_region(sight.scene), showing) if showing and sure else None)


def _actions(sight: Sight) -> Iterator[tuple[str, float, str]]:
    if sight.look is None:
        return
    data = load_situations()
    scores = sight.look.scores
    for label, probability in (*sight.look.actions.items(), *_quiet_classes(scores)):
        row = data.classes.get(plain(label))
        if row and probability >= LIMITS.min_action:
            shares = {verb: 1 / (rank + 1) for rank, verb in enumerate(row.verbs)}
            verb, share = choose(shares, sight.ranking, sight.scene)
            yield verb, probability * share, scores.model if scores else MODEL
    for verb in seen_verbs(sight.scene, sight.ranking):
        support = max(t.confidence for t in _triples(sight, verb))
        if sight.ranking[verb] * len(sight.ranking) >= 1 and event_type(verb) is None and support >= LIMITS.min_verb:
            yield verb, support, MODEL


def _quiet_classes(scores: EventScores | None) -> Iterator[tuple[str, float]]:
    """The classes that show no event."""
    for label, probability in scores.classes.items() if scores else ():
        row = load_situations().classes.get(plain(label))
        if row and event_type(row.verbs[0]) is None:
            yield label, probability


def _triples(sight: Sight, verb: str) -> list[SceneTriple]:
    rules = load_role_rules()
    return rules.pairs[verb].triples(sight.scene, rules)


def _filled(sight: Sight, verb: str) -> dict[str, list[Found]]:
    filled = fill(verb, sight.scene)
    has_place = _PLACE in load_ontology().situation_verbs[verb].roles
    return filled | ({_PLACE: [sight.place]} if sight.place and has_place else {})


def place_fillers(sight: Sight, frame: SituationFrame) -> Iterator[RoleFiller]:
    """The place of the sight, where the verb of the frame has one."""
    if sight.place and _PLACE in load_ontology().situation_verbs[frame.verb].roles:
        yield _filler(_PLACE, sight.place, frame.confidence)


def _frame(scene: Scene, verb: str, confidence: float, model: str, filled: dict[str, list[Found]]) -> SituationFrame:
    image_id = scene.analysis.image_id
    return SituationFrame(
        id=make_id("frame", scene.article_id, image_id, model, verb),
        image_id=image_id,
        verb=verb,
        roles=tuple(_filler(role, found, confidence) for role, row in filled.items() for found in row),
        confidence=confidence,
        model=model,
    )


def _filler(role: str, found: Found, confidence: float) -> RoleFiller:
    """As sure as the lesser of the situation and the choice."""
    return RoleFiller(
        role=role, noun=found.noun, region_id=found.region.id if found.region else None,
        confidence=round(min(found.confidence, confidence), 3), model=MODEL,
    )  # fmt: skip
