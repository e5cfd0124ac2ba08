"""Frames and events as messages: from rules that fired, from models, and the one map from frame to event through the ontology."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from services.visual_events.event_rules import Match, RoleSource, Rule, match
from services.visual_events.scene import Scene
from services.visual_events.thresholds import LIMITS
from shared.ids import make_id
from shared.ontology import load_ontology
from shared.schemas.base import Box
from shared.schemas.situations import RoleFiller, SituationFrame, VisualEvent
from shared.schemas.vision import Region

MODEL = "rules:visual-events"


@dataclass(frozen=True)
class Showing:
    """How a frame becomes an event: its type, imSitu role -> event role, and why it is believed."""

    type: str
    role_map: dict[str, str]
    reasons: tuple[str, ...]
    vector: tuple[float, ...] = ()


def matches(rules: Sequence[Rule], scene: Scene, least: float) -> list[Match]:
    """The most confident rule of each event type, surest first."""
    fired = (m for rule in rules if (m := match(rule, scene)) and m.confidence >= least)
    best: dict[str, Match] = {}
    for found in sorted(fired, key=lambda m: -m.confidence):
        best.setdefault(event_type(found.rule.verb) or found.rule.verb, found)
    return list(best.values())


def event_type(verb: str) -> str | None:
    """The event type that the ontology gives a verb."""
    return load_ontology().situation_verbs[verb].event


def image_region(scene: Scene) -> Region:
    """The whole image as a region, which an event points at."""
    image_id, box = scene.analysis.image_id, Box(x0=0, y0=0, x1=scene.analysis.width, y1=scene.analysis.height)
    return Region(
        id=make_id("region", scene.article_id, image_id, "image", box.x0, box.y0, box.x1, box.y1, "image"),
        image_id=image_id,
        box=box,
        kind="image",
        label="image",
        confidence=1.0,
        model=MODEL,
    )


def frame_of(found: Match, scene: Scene) -> SituationFrame:
    """The situation frame of a fired rule; a role with several fillers appears several times."""
    image_id = scene.analysis.image_id
    return SituationFrame(
        id=make_id("frame", scene.article_id, image_id, found.rule.name, found.rule.verb),
        image_id=image_id,
        verb=found.rule.verb,
        roles=_role_fillers(found),
        confidence=found.confidence,
        model=MODEL,
    )


def reasons_of(found: Match) -> tuple[str, ...]:
    """Why a rule fired, in words."""
    seen = dict.fromkeys(s.reason for s in found.sightings.values() if s.reason)
    return (f"rule {found.rule.name}", *seen)


def _role_fillers(found: Match) -> tuple[RoleFiller, ...]:
    fillers = [filler for source in found.rule.roles for filler in _fillers(source, found)]
    return tuple({(filler.role, filler.region_id, filler.noun): filler for filler in fillers}.values())


def _fillers(source: RoleSource, found: Match) -> Iterator[RoleFiller]:
    sighting = found.sightings.get(source.cue) or found.sightings.get(source.otherwise)
    if sighting is None:
        return
    regions = {
        "first": sighting.regions[:1],
        "second": sighting.regions[1:2],
        "only": sighting.regions if len(sighting.regions) == 1 else (),
        "all": sighting.regions[: int(LIMITS.max_rule_fillers)],
        "object": sighting.objects[:1],
    }[source.take]
    for region in regions:
        confidence = round(min(region.confidence, found.confidence), 3)
        yield RoleFiller(
            role=source.role, noun=source.noun or region.label, region_id=region.id, confidence=confidence, model=MODEL
        )
    noun = source.noun or sighting.noun
    if not sighting.regions and noun:
        yield RoleFiller(role=source.role, noun=noun, confidence=found.confidence, model=MODEL)


def event_of(frame: SituationFrame, region: Region, showing: Showing, extras: Sequence[RoleFiller] = ()) -> VisualEvent:
    """The typed event of a frame; ``extras`` are fillers of event roles that the verb does not have."""
    mapped = ((showing.role_map.get(filler.role), filler) for filler in frame.roles)
    arguments = [filler.model_copy(update={"role": role}) for role, filler in mapped if role]
    return VisualEvent(
        id=make_id("vevent", frame.id, showing.type),
        image_id=frame.image_id,
        type=showing.type,
        region_id=region.id,
        frame_id=frame.id,
        arguments=(*arguments, *extras),
        reasons=showing.reasons,
        vector=showing.vector,
        confidence=frame.confidence,
        model=frame.model,
    )


def shown_by(frame: SituationFrame, reasons: tuple[str, ...]) -> Showing | None:
    """How the ontology maps a frame's verb; None where the verb shows no event type."""
    verb = load_ontology().situation_verbs[frame.verb]
    return Showing(verb.event, dict(verb.role_map), reasons) if verb.event else None
