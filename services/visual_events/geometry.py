"""Scene triples from boxes and joints: who wears, holds, carries, uses, rides, pushes, sits on or stands before what."""

from collections.abc import Iterator
from itertools import chain
from math import hypot

from services.visual_events.between_people import Claim, between_people
from services.visual_events.scene import Scene, height, inside, near
from shared.ids import make_id
from shared.schemas.situations import SceneTriple
from shared.schemas.vision import KeyPoint, Region

MODEL = "rules:scene-triples"
MOST_TRIPLES = 12
_MOST_VAGUE = 3
_VAGUE = {"next to", "in front of", "behind"}
_SURE = 0.3
_WORN = {"tie", "suit", "military uniform", "uniform or protective gear", "gown", "backpack"}
_CARRIED = {"handbag", "suitcase"}
_HELD = _CARRIED | {
    *("cell phone", "umbrella", "bottle", "cup", "wine glass", "book", "knife", "remote", "scissors", "gun", "rifle", "handgun"),
    *("baseball bat", "baseball glove", "tennis racket", "frisbee", "sports ball", "teddy bear", "banana", "hot dog", "sandwich"),
}
_USED = {"laptop", "keyboard", "mouse"}
_RIDDEN = {"bicycle", "motorcycle", "horse", "elephant", "skateboard", "surfboard", "snowboard", "skis"}
_PUSHED = {"bicycle", "motorcycle", "suitcase", "cart"}
_CONTAINERS = {"car", "bus", "truck", "train", "boat", "airplane", "emergency vehicle"}
_SEATS = {"chair", "couch", "bench", "bed", "toilet"}
_TABLES = {"dining table"}


def scene_triples(scene: Scene) -> tuple[SceneTriple, ...]:
    """The most telling triples of an image, surest and largest first; at most one predicate between two regions."""
    found: dict[tuple[str, str], tuple[float, SceneTriple]] = {}
    for subject, predicate, target, confidence in chain(_claims(scene), between_people(scene)):
        key = (subject.id, target.id)
        if key not in found and (target.id, subject.id) not in found:
            size = (subject.box.area + target.box.area) / scene.area
            found[key] = confidence + 0.3 * min(1.0, size) ** 0.5, _triple(scene, subject, predicate, target, confidence)
    ranked = [triple for _, triple in sorted(found.values(), key=lambda pair: (-pair[0], pair[1].id))]
    vague = [t for t in ranked if t.predicate in _VAGUE][_MOST_VAGUE:]
    return tuple(t for t in ranked if t not in vague)[:MOST_TRIPLES]


def _claims(scene: Scene) -> Iterator[Claim]:
    """Claims about things; of two about the same pair the first one counts."""
    things = [r for r in scene.objects if r.label != "person" and r.confidence >= _SURE]
    for thing in things:
        yield from _worn(scene, thing)
        yield from _used(scene, thing)
        yield from _ridden(scene, thing)
        yield from _pushed(scene, thing)
        yield from _held(scene, thing)
        yield from _contained(scene, thing)
        yield from _furniture(scene, thing)
    for table in (t for t in things if t.label in _TABLES):
        yield from ((thing, "on", table, 0.5) for thing in things if thing.label in _HELD and inside(thing.box, table.box) > 0.5)


def _wrists(scene: Scene, person: Region) -> list[KeyPoint]:
    return [j for name in ("left_wrist", "right_wrist") if (j := scene.joint(person, name))]


def _touches(scene: Scene, person: Region, thing: Region) -> int:
    """How many wrists of a person lie at a thing."""
    margin = 0.06 * height(person.box)
    return sum(near(thing.box, j.x, j.y, margin) for j in _wrists(scene, person))


def _worn(scene: Scene, thing: Region) -> Iterator[Claim]:
    wearers = [p for p in scene.persons if thing.label in _WORN and inside(thing.box, p.box) >= 0.8]
    if wearers:
        wearer = min(wearers, key=lambda p: p.box.area)
        yield wearer, "wearing", thing, min(0.85, thing.confidence)


def _used(scene: Scene, thing: Region) -> Iterator[Claim]:
    """A telephone at the ear; a computer with a hand at it, or before someone who is seen behind it."""
    for person in scene.persons:
        if thing.label == "cell phone" and _at_ear(scene, person, thing):
            yield person, "using", thing, min(0.7, thing.confidence)
        seated = thing.label == "laptop" and _is_before(thing, person)
        if thing.label in _USED and (_touches(scene, person, thing) or seated):
            yield person, "using", thing, min(0.6, thing.confidence)


def _at_ear(scene: Scene, person: Region, phone: Region) -> bool:
    ears = [j for name in ("left_ear", "right_ear") if (j := scene.joint(person, name))]
    x, y = (phone.box.x0 + phone.box.x1) / 2, (phone.box.y0 + phone.box.y1) / 2
    return any(hypot(ear.x - x, ear.y - y) < 0.12 * height(person.box) for ear in ears)


def _held(scene: Scene, thing: Region) -> Iterator[Claim]:
    if thing.label not in _HELD:
        return
    predicate = "carrying" if thing.label in _CARRIED else "holding"
    for person in scene.persons:
        if thing.label == "umbrella" and _is_over(thing, person):
            yield person, predicate, thing, min(0.5, thing.confidence)
        if thing.box.area >= 0.6 * person.box.area:
            continue
        if _touches(scene, person, thing):
            yield person, predicate, thing, min(0.7, thing.confidence)
        elif predicate == "carrying" and not _wrists(scene, person) and inside(thing.box, person.box) > 0.6:
            yield person, predicate, thing, min(0.45, thing.confidence)


def _is_over(umbrella: Region, person: Region) -> bool:
    """Above the head, and reaching down to it."""
    middle = (person.box.x0 + person.box.x1) / 2
    over = umbrella.box.x0 <= middle <= umbrella.box.x1 and umbrella.box.y0 < person.box.y0 + 0.1 * height(person.box)
    return over and person.box.y0 < umbrella.box.y1 < person.box.y0 + 0.5 * height(person.box)


def _pushed(scene: Scene, thing: Region) -> Iterator[Claim]:
    """Both hands of someone who stands beside the thing, on the same ground."""
    for person in scene.persons if thing.label in _PUSHED else ():
        middle = (person.box.x0 + person.box.x1) / 2
        beside = not thing.box.x0 <= middle <= thing.box.x1 and abs(person.box.y1 - thing.box.y1) < 0.15 * height(person.box)
        if beside and _touches(scene, person, thing) == 2:
            yield person, "pushing", thing, min(0.55, thing.confidence)


def _ridden(scene: Scene, thing: Region) -> Iterator[Claim]:
    """The rider's middle stands over the thing and the lower half reaches into it, but not far below it."""
    if thing.label not in _RIDDEN:
        return
    for person in scene.persons:
        middle = (person.box.x0 + person.box.x1) / 2
        over = thing.box.x0 <= middle <= thing.box.x1
        hips = person.box.y0 + 0.45 * height(person.box)
        reaches = hips <= thing.box.y1 and person.box.y1 >= thing.box.y0 + 0.25 * height(thing.box)
        ends = person.box.y1 <= thing.box.y1 + 0.12 * height(person.box) and person.box.y0 < thing.box.y0
        overlap = person.box.intersection(thing.box) / min(person.box.area, thing.box.area)
        if over and reaches and ends and overlap > 0.2:
            yield person, "riding", thing, min(0.75, thing.confidence, person.confidence + 0.2)


def _contained(scene: Scene, thing: Region) -> Iterator[Claim]:
    if thing.label not in _CONTAINERS:
        return
    for person in scene.persons:
        share = inside(person.box, thing.box)
        if share >= 0.9 and _behind_window(person, thing):
            yield person, "in", thing, min(0.6, thing.confidence)
        elif share >= 0.4 and person.box.y1 >= thing.box.y1 - 0.1 * height(thing.box):
            yield person, "in front of", thing, min(0.6, thing.confidence)


def _behind_window(person: Region, vehicle: Region) -> bool:
    """In the upper part of a vehicle without touching its roof line: those who stand behind it look over it."""
    tall = height(vehicle.box)
    small = height(person.box) < 0.6 * tall and person.box.area < 0.35 * vehicle.box.area
    return small and person.box.y0 > vehicle.box.y0 + 0.04 * tall and person.box.y1 < vehicle.box.y1 - 0.15 * tall


def _furniture(scene: Scene, thing: Region) -> Iterator[Claim]:
    for person in scene.persons:
        shared = person.box.intersection(thing.box) / min(person.box.area, thing.box.area)
        if thing.label in _SEATS and shared > 0.5 and person.box.y0 < thing.box.y0 + 0.2 * height(thing.box):
            yield person, "sitting on", thing, min(0.65 if _bent(scene, person) else 0.45, thing.confidence)
        if thing.label in _TABLES | {"tv"} and _is_before(thing, person):
            yield person, "behind", thing, min(0.5, thing.confidence)


def _is_before(thing: Region, person: Region) -> bool:
    """The thing covers the lower part of the person."""
    shared = person.box.intersection(thing.box) / min(person.box.area, thing.box.area)
    return shared > 0.1 and thing.box.y0 > person.box.y0 and thing.box.y1 >= person.box.y1


def _bent(scene: Scene, person: Region) -> bool:
    """The knees are hardly lower than the hips, measured by the trunk."""
    for side in ("left", "right"):
        shoulder, hip, knee = (scene.joint(person, f"{side}_{part}") for part in ("shoulder", "hip", "knee"))
        if shoulder and hip and knee and knee.y - hip.y < 0.6 * abs(hip.y - shoulder.y):
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
