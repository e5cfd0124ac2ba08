"""Scene triples between persons: shaking hands, hugging, facing each other, standing beside or before each other."""

from collections.abc import Iterator
from itertools import combinations
from math import hypot

from services.visual_events.objects import objects
from services.visual_events.postures import handshake
from services.visual_events.scene import Scene, height, width
from services.visual_events.thresholds import LIMITS
from shared.schemas.vision import Region

Claim = tuple[Region, str, Region, float]
"""Subject, predicate, object, confidence."""

_LANDMARKS = 3


def between_people(scene: Scene) -> Iterator[Claim]:
    """Claims about two persons, the more telling ones first."""
    shake = None if any(r.label in objects("sport") for r in scene.objects) else handshake(scene)
    if shake:
        yield shake.persons[0], "shaking hands with", shake.persons[1], shake.confidence
    pairs = list(
        combinations(sorted(scene.persons[: int(LIMITS.max_paired_persons)], key=lambda p: (p.box.x0 + p.box.x1, p.id)), 2)
    )
    alike = [(left, right) for left, right in pairs if _like_size(left, right)]
    for left, right in alike:
        if _hug(scene, left, right):
            yield left, "hugging", right, LIMITS.hugging
    for left, right in alike:
        if _face(scene, left, right):
            yield left, "facing", right, LIMITS.facing
    for left, right in alike:
        yield from _stand(left, right)


def _like_size(left: Region, right: Region) -> bool:
    small, tall = sorted((height(left.box), height(right.box)))
    return small >= LIMITS.min_like_size * tall


def _hug(scene: Scene, left: Region, right: Region) -> bool:
    """Boxes overlap, heads are near each other, and a wrist of each lies behind the middle of the other."""
    noses = [j for p in (left, right) if (j := scene.joint(p, "nose"))]
    narrow = min(width(left.box), width(right.box))
    if left.box.iou(right.box) < LIMITS.min_hug_overlap or len(noses) < 2:
        return False
    if hypot(noses[0].x - noses[1].x, noses[0].y - noses[1].y) > LIMITS.max_hug_heads * narrow:
        return False
    middles = [(r.box.x0 + r.box.x1) / 2 for r in (left, right)]
    over = any(w > middles[1] for w in _wrists_within(scene, left, right))
    back = any(w < middles[0] for w in _wrists_within(scene, right, left))
    return over and back


def _wrists_within(scene: Scene, person: Region, other: Region) -> list[float]:
    """The x of the wrists of a person that lie in the upper two thirds of another's box."""
    joints = [j for name in ("left_wrist", "right_wrist") if (j := scene.joint(person, name))]
    box, bottom = other.box, other.box.y0 + LIMITS.hug_reach * height(other.box)
    return [j.x for j in joints if box.x0 <= j.x <= box.x1 and box.y0 <= j.y <= bottom]


def _face(scene: Scene, left: Region, right: Region) -> bool:
    """Both heads are turned to each other, near each other and with nobody between."""
    gap = right.box.x0 - left.box.x1
    narrow = min(width(left.box), width(right.box))
    if gap > LIMITS.max_facing_gap * narrow or left.box.iou(right.box) > LIMITS.max_facing_overlap:
        return False
    middles = [(r.box.x0 + r.box.x1) / 2 for r in (left, right)]
    between = any(middles[0] < (p.box.x0 + p.box.x1) / 2 < middles[1] for p in scene.persons if p not in (left, right))
    turns = head_turn(scene, left), head_turn(scene, right)
    return not between and turns[0] > LIMITS.min_turn and turns[1] < -LIMITS.min_turn


def head_turn(scene: Scene, person: Region) -> float:
    """Where a head is turned: 0 to the camera or unknown, 1 to the right edge of the picture, -1 to the left."""
    points = scene.landmarks.get(person.id, ())
    if len(points) >= _LANDMARKS:
        (left, _), (right, _), (nose, _) = points[:_LANDMARKS]
        return _clamp((nose - (left + right) / 2) / max(abs(right - left), 1.0))
    nose_point = scene.joint(person, "nose")
    ears = [j for name in ("left_ear", "right_ear") if (j := scene.joint(person, name))]
    if nose_point is None or not ears:
        return 0.0
    if len(ears) == 1:
        return 1.0 if nose_point.x > ears[0].x else -1.0
    return _clamp((nose_point.x - (ears[0].x + ears[1].x) / 2) / max(abs(ears[0].x - ears[1].x), 1.0))


def _clamp(turn: float) -> float:
    return min(1.0, max(-1.0, turn))


def _stand(left: Region, right: Region) -> Iterator[Claim]:
    """Persons whose boxes nearly touch, or one before the other."""
    tall = max(height(left.box), height(right.box))
    gap = right.box.x0 - left.box.x1
    reach = LIMITS.max_beside_gap * min(width(left.box), width(right.box))
    feet = abs(left.box.y1 - right.box.y1)
    if -reach <= gap <= reach and feet < LIMITS.max_beside_feet * tall:
        yield left, "next to", right, LIMITS.next_to
    elif gap < -reach and feet > LIMITS.min_front_feet * tall:
        front, back = (left, right) if left.box.y1 > right.box.y1 else (right, left)
        yield front, "in front of", back, LIMITS.in_front_of
