"""From rules that fired to situation frames with grounded roles and typed events."""

from collections.abc import Iterator, Sequence

from services.visual_events.rules import Match, RoleSource, Rule, match
from services.visual_events.scene import Scene
from shared.ids import make_id
from shared.ontology import load_ontology
from shared.schemas.base import Box
from shared.schemas.situations import RoleFiller, SituationFrame, VisualEvent
from shared.schemas.vision import Region

MODEL = "rules:visual-events"
_MOST_EVENTS = 2
_MOST_FILLERS = 5
_AT_LEAST = 0.25


def best_matches(rules: Sequence[Rule], scene: Scene) -> list[Match]:
    """The most confident rule of each event type, at most two for an image."""
    fired = (m for rule in rules if (m := match(rule, scene)) and m.confidence >= _AT_LEAST)
    best: dict[str, Match] = {}
    for found in sorted(fired, key=lambda m: -m.confidence):
        best.setdefault(load_ontology().situation_verbs[found.rule.verb].event or found.rule.verb, found)
    return list(best.values())[:_MOST_EVENTS]


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
        "all": sighting.regions[:_MOST_FILLERS],
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


def event_of(found: Match, frame: SituationFrame, region: Region) -> VisualEvent | None:
    """The typed event of a frame through the ontology's role map; None where its verb shows no event type."""
    verb = load_ontology().situation_verbs[frame.verb]
    if verb.event is None:
        return None
    seen = dict.fromkeys(s.reason for s in found.sightings.values() if s.reason)
    mapped = ((verb.role_map.get(filler.role), filler) for filler in frame.roles)
    return VisualEvent(
        id=make_id("vevent", frame.id, verb.event),
        image_id=frame.image_id,
        type=verb.event,
        region_id=region.id,
        frame_id=frame.id,
        arguments=tuple(filler.model_copy(update={"role": role}) for role, filler in mapped if role),
        reasons=(f"rule {found.rule.name}", *seen),
        confidence=frame.confidence,
        model=MODEL,
    )
