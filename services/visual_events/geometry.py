"""Scene triples from boxes and joints: who wears, holds, rides, sits on or stands beside what."""

from collections.abc import Iterator
from itertools import combinations

from services.visual_events.scene import Scene, height, inside, near, width
from shared.ids import make_id
from shared.schemas.situations import SceneTriple
from shared.schemas.vision import Region

MODEL = "rules:scene-triples"
_WORN = {"tie", "suit", "military uniform", "uniform or protective gear", "gown", "backpack"}
_HELD = {
    *("cell phone", "handbag", "umbrella", "bottle", "cup", "wine glass", "book", "knife", "suitcase", "remote", "scissors"),
    *("baseball bat", "baseball glove", "tennis racket", "frisbee", "sports ball", "teddy bear", "banana", "hot dog", "sandwich"),
}
_RIDDEN = {"bicycle", "motorcycle", "horse", "elephant", "skateboard", "surfboard", "snowboard", "skis"}
_CONTAINERS = {"car", "bus", "truck", "train", "boat", "airplane"}
_SEATS = {"chair", "couch", "bench", "bed", "toilet"}
_TABLES = {"dining table"}


def scene_triples(scene: Scene) -> tuple[SceneTriple, ...]:
    """All triples of an image; at most one predicate between two regions, the more telling one first."""
    found: dict[tuple[str, str], SceneTriple] = {}
    for subject, predicate, target, confidence in _claims(scene):
        key = (subject.id, target.id)
        if key not in found and (target.id, subject.id) not in found:
            found[key] = _triple(scene, subject, predicate, target, confidence)
    return tuple(found.values())


_Claim = tuple[Region, str, Region, float]


def _claims(scene: Scene) -> Iterator[_Claim]:
    things = [r for r in scene.objects if r.label != "person"]
    for thing in things:
        yield from _worn(scene, thing)
        yield from _held(scene, thing)
        yield from _ridden(scene, thing)
        yield from _contained(scene, thing)
        yield from _furniture(scene, thing)
    for table in (t for t in things if t.label in _TABLES):
        yield from ((thing, "on", table, 0.5) for thing in things if thing.label in _HELD and inside(thing.box, table.box) > 0.5)
    yield from _beside(scene)


def _worn(scene: Scene, thing: Region) -> Iterator[_Claim]:
    wearers = [p for p in scene.persons if thing.label in _WORN and inside(thing.box, p.box) >= 0.8]
    if wearers:
        wearer = min(wearers, key=lambda p: p.box.area)
        yield wearer, "wearing", thing, min(0.85, thing.confidence)


def _held(scene: Scene, thing: Region) -> Iterator[_Claim]:
    if thing.label not in _HELD:
        return
    for person in scene.persons:
        margin = 0.06 * height(person.box)
        joints = (scene.joint(person, name) for name in ("left_wrist", "right_wrist"))
        if any(near(thing.box, j.x, j.y, margin) for j in joints if j) and thing.box.area < 0.6 * person.box.area:
            yield person, "holding", thing, min(0.7, thing.confidence)


def _ridden(scene: Scene, thing: Region) -> Iterator[_Claim]:
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


def _contained(scene: Scene, thing: Region) -> Iterator[_Claim]:
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


def _furniture(scene: Scene, thing: Region) -> Iterator[_Claim]:
    for person in scene.persons:
        shared = person.box.intersection(thing.box) / min(person.box.area, thing.box.area)
        if thing.label in _SEATS and shared > 0.5 and person.box.y0 < thing.box.y0 + 0.2 * height(thing.box):
            yield person, "on", thing, min(0.5, thing.confidence)
        if (
            thing.label in _TABLES | {"laptop", "tv"}
            and shared > 0.1
            and thing.box.y0 > person.box.y0
            and thing.box.y1 >= person.box.y1
        ):
            yield person, "behind", thing, min(0.5, thing.confidence)


def _beside(scene: Scene) -> Iterator[_Claim]:
    """Persons of like height whose boxes nearly touch, or one before the other."""
    for left, right in combinations(sorted(scene.persons[:8], key=lambda p: p.box.x0), 2):
        tall = max(height(left.box), height(right.box))
        if min(height(left.box), height(right.box)) < 0.6 * tall:
            continue
        gap = right.box.x0 - left.box.x1
        reach = 0.3 * min(width(left.box), width(right.box))
        if -reach <= gap <= reach and abs(left.box.y1 - right.box.y1) < 0.25 * tall:
            yield left, "next to", right, 0.6
        elif gap < -reach and abs(left.box.y1 - right.box.y1) > 0.08 * tall:
            front, back = (left, right) if left.box.y1 > right.box.y1 else (right, left)
            yield front, "in front of", back, 0.45


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
