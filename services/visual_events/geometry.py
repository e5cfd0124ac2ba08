"""Scene triples from boxes and joints: who wears, holds, carries, uses, rides, pushes, sits on or stands before what."""

from collections.abc import Iterator
from itertools import chain
from math import hypot, sqrt

from services.visual_events.between_people import Claim, between_people
from services.visual_events.objects import objects
from services.visual_events.scene import Scene, height, inside, near
from services.visual_events.thresholds import LIMITS
from shared.ids import make_id
from shared.schemas.situations import SceneTriple
from shared.schemas.vision import KeyPoint, Region

MODEL = "rules:scene-triples"
_VAGUE = {"next to", "in front of", "behind"}


def scene_triples(scene: Scene) -> tuple[SceneTriple, ...]:
    """The most telling triples of an image, surest and largest first; at most one predicate between two regions."""
    found: dict[tuple[str, str], tuple[float, SceneTriple]] = {}
    for subject, predicate, target, confidence in chain(_claims(scene), between_people(scene)):
        key = (subject.id, target.id)
        if key not in found and (target.id, subject.id) not in found:
            size = (subject.box.area + target.box.area) / scene.area
            found[key] = (
                confidence + LIMITS.size_bonus * sqrt(min(1.0, size)),
                _triple(scene, subject, predicate, target, confidence),
            )
    ranked = [triple for _, triple in sorted(found.values(), key=lambda pair: (-pair[0], pair[1].id))]
    vague = [t for t in ranked if t.predicate in _VAGUE][int(LIMITS.max_vague) :]
    return tuple(t for t in ranked if t not in vague)[: int(LIMITS.max_triples)]


def _claims(scene: Scene) -> Iterator[Claim]:
    """Claims about things; of two about the same pair the first one counts."""
    things = [r for r in scene.objects if r.label != "person" and r.confidence >= LIMITS.min_thing]
    for thing in things:
        yield from _worn(scene, thing)
        yield from _used(scene, thing)
        yield from _ridden(scene, thing)
        yield from _pushed(scene, thing)
        yield from _held(scene, thing)
        yield from _contained(scene, thing)
        yield from _furniture(scene, thing)
    for table in (t for t in things if t.label in objects("tables")):
        lying = (t for t in things if t.label in objects("held") and inside(t.box, table.box) > LIMITS.min_on_table)
        yield from ((thing, "on", table, LIMITS.on_table) for thing in lying)


def _wrists(scene: Scene, person: Region) -> list[KeyPoint]:
    return [j for name in ("left_wrist", "right_wrist") if (j := scene.joint(person, name))]


def _touches(scene: Scene, person: Region, thing: Region) -> int:
    """How many wrists of a person lie at a thing."""
    margin = LIMITS.touch_margin * height(person.box)
    return sum(near(thing.box, j.x, j.y, margin) for j in _wrists(scene, person))


def _worn(scene: Scene, thing: Region) -> Iterator[Claim]:
    wearers = [p for p in scene.persons if thing.label in objects("worn") and inside(thing.box, p.box) >= LIMITS.min_worn_inside]
    if wearers:
        wearer = min(wearers, key=lambda p: p.box.area)
        yield wearer, "wearing", thing, min(LIMITS.wearing, thing.confidence)


def _used(scene: Scene, thing: Region) -> Iterator[Claim]:
    """A telephone at the ear; a computer with a hand at it, or before someone who is seen behind it."""
    for person in scene.persons:
        if thing.label == "cell phone" and _at_ear(scene, person, thing):
            yield person, "using", thing, min(LIMITS.using_phone, thing.confidence)
        seated = thing.label == "laptop" and _is_before(thing, person)
        if thing.label in objects("used") and (_touches(scene, person, thing) or seated):
            yield person, "using", thing, min(LIMITS.using, thing.confidence)


def _at_ear(scene: Scene, person: Region, phone: Region) -> bool:
    ears = [j for name in ("left_ear", "right_ear") if (j := scene.joint(person, name))]
    x, y = (phone.box.x0 + phone.box.x1) / 2, (phone.box.y0 + phone.box.y1) / 2
    return any(hypot(ear.x - x, ear.y - y) < LIMITS.max_phone_to_ear * height(person.box) for ear in ears)


def _held(scene: Scene, thing: Region) -> Iterator[Claim]:
    if thing.label not in objects("held"):
        return
    predicate = "carrying" if thing.label in objects("carried") else "holding"
    for person in scene.persons:
        if thing.label == "umbrella" and _is_over(thing, person):
            yield person, predicate, thing, min(LIMITS.umbrella, thing.confidence)
        if thing.box.area >= LIMITS.max_held_size * person.box.area:
            continue
        if _touches(scene, person, thing):
            yield person, predicate, thing, min(LIMITS.holding, thing.confidence)
        elif predicate == "carrying" and not _wrists(scene, person) and inside(thing.box, person.box) > LIMITS.min_carried_inside:
            yield person, predicate, thing, min(LIMITS.carrying_unseen, thing.confidence)


def _is_over(umbrella: Region, person: Region) -> bool:
    """Above the head, and reaching down to it."""
    middle = (person.box.x0 + person.box.x1) / 2
    top, tall = person.box.y0, height(person.box)
    over = umbrella.box.x0 <= middle <= umbrella.box.x1 and umbrella.box.y0 < top + LIMITS.umbrella_top * tall
    return over and top < umbrella.box.y1 < top + LIMITS.umbrella_bottom * tall


def _pushed(scene: Scene, thing: Region) -> Iterator[Claim]:
    """Both hands of someone who stands beside the thing, on the same ground."""
    for person in scene.persons if thing.label in objects("pushed") else ():
        middle = (person.box.x0 + person.box.x1) / 2
        level = abs(person.box.y1 - thing.box.y1) < LIMITS.max_pushing_feet * height(person.box)
        beside = not thing.box.x0 <= middle <= thing.box.x1
        if beside and level and _touches(scene, person, thing) == 2:
            yield person, "pushing", thing, min(LIMITS.pushing, thing.confidence)


def _ridden(scene: Scene, thing: Region) -> Iterator[Claim]:
    """The rider's middle stands over the thing and the lower half reaches into it, but not far below it."""
    if thing.label not in objects("ridden"):
        return
    for person in scene.persons:
        middle = (person.box.x0 + person.box.x1) / 2
        over = thing.box.x0 <= middle <= thing.box.x1
        tall = height(person.box)
        hips = person.box.y0 + LIMITS.rider_hips * tall
        reaches = hips <= thing.box.y1 and person.box.y1 >= thing.box.y0 + LIMITS.rider_depth * height(thing.box)
        ends = person.box.y1 <= thing.box.y1 + LIMITS.rider_feet * tall and person.box.y0 < thing.box.y0
        overlap = person.box.intersection(thing.box) / min(person.box.area, thing.box.area)
        if over and reaches and ends and overlap > LIMITS.min_riding_overlap:
            yield person, "riding", thing, min(LIMITS.riding, thing.confidence, person.confidence + LIMITS.rider_bonus)


def _contained(scene: Scene, thing: Region) -> Iterator[Claim]:
    if thing.label not in objects("containers"):
        return
    ground = thing.box.y1 - LIMITS.vehicle_ground * height(thing.box)
    for person in scene.persons:
        share = inside(person.box, thing.box)
        if share >= LIMITS.min_inside_vehicle and _behind_window(person, thing):
            yield person, "in", thing, min(LIMITS.contained, thing.confidence)
        elif share >= LIMITS.min_before_vehicle and person.box.y1 >= ground:
            yield person, "in front of", thing, min(LIMITS.contained, thing.confidence)


def _behind_window(person: Region, vehicle: Region) -> bool:
    """In the upper part of a vehicle without touching its roof line: those who stand behind it look over it."""
    tall = height(vehicle.box)
    if height(person.box) >= LIMITS.max_passenger_height * tall:
        return False
    if person.box.area >= LIMITS.max_passenger_area * vehicle.box.area:
        return False
    top, bottom = vehicle.box.y0 + LIMITS.window_top * tall, vehicle.box.y1 - LIMITS.window_bottom * tall
    return person.box.y0 > top and person.box.y1 < bottom


def _furniture(scene: Scene, thing: Region) -> Iterator[Claim]:
    for person in scene.persons:
        shared = person.box.intersection(thing.box) / min(person.box.area, thing.box.area)
        above = person.box.y0 < thing.box.y0 + LIMITS.seat_top * height(thing.box)
        if thing.label in objects("seats") and shared > LIMITS.min_seat_overlap and above:
            sitting = LIMITS.sitting if _bent(scene, person) else LIMITS.sitting_unseen
            yield person, "sitting on", thing, min(sitting, thing.confidence)
        if thing.label in objects("tables") | {"tv"} and _is_before(thing, person):
            yield person, "behind", thing, min(LIMITS.behind, thing.confidence)


def _is_before(thing: Region, person: Region) -> bool:
    """The thing covers the lower part of the person."""
    shared = person.box.intersection(thing.box) / min(person.box.area, thing.box.area)
    return shared > LIMITS.min_behind_overlap and thing.box.y0 > person.box.y0 and thing.box.y1 >= person.box.y1


def _bent(scene: Scene, person: Region) -> bool:
    """The knees are hardly lower than the hips, measured by the trunk."""
    for side in ("left", "right"):
        shoulder, hip, knee = (scene.joint(person, f"{side}_{part}") for part in ("shoulder", "hip", "knee"))
        if shoulder and hip and knee and knee.y - hip.y < LIMITS.max_bent_knee * abs(hip.y - shoulder.y):
            return True
    return False


def _triple(scene: Scene, subject: Region, predicate: str, target: Region, confidence: float) -> SceneTriple:
    image_id = scene.analysis.image_id
    return SceneTriple(
        id=make_id("triple", scene.article_id, image_id, subject.id, predicate, target.id),
        image_id=image_id,
        subject_id=subject.id,
        predicate=predicate,
        object_id=target.id,
        confidence=round(confidence, 3),
        model=MODEL,
    )
