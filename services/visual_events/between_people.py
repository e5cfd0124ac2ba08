"""Scene triples between persons: shaking hands, hugging, facing each other, standing beside or before each other."""

from collections.abc import Iterator
from itertools import combinations
from math import hypot

from services.visual_events.postures import handshake
from services.visual_events.scene import Scene, height, width
from shared.schemas.vision import Region

Claim = tuple[Region, str, Region, float]
"""Subject, predicate, object, confidence."""

_MOST_PERSONS = 8
_SPORT = {
    *("sports ball", "baseball bat", "baseball glove", "tennis racket", "frisbee"),
    *("skateboard", "surfboard", "skis", "snowboard"),
}
_TURNED = 0.25
_LANDMARKS = 3


def between_people(scene: Scene) -> Iterator[Claim]:
    """Claims about two persons, the more telling ones first."""
    shake = None if any(r.label in _SPORT for r in scene.objects) else handshake(scene)
    if shake:
        yield shake.persons[0], "shaking hands with", shake.persons[1], shake.confidence
    pairs = list(combinations(sorted(scene.persons[:_MOST_PERSONS], key=lambda p: (p.box.x0 + p.box.x1, p.id)), 2))
    alike = [(left, right) for left, right in pairs if _like_size(left, right)]
    for left, right in alike:
        if _hug(scene, left, right):
            yield left, "hugging", right, 0.5
    for left, right in alike:
        if _face(scene, left, right):
            yield left, "facing", right, 0.55
    for left, right in alike:
        yield from _stand(left, right)


def _like_size(left: Region, right: Region) -> bool:
    small, tall = sorted((height(left.box), height(right.box)))
    return small >= 0.6 * tall


def _hug(scene: Scene, left: Region, right: Region) -> bool:
    """Boxes overlap, heads are near each other, and a wrist of each lies behind the middle of the other."""
    noses = [j for p in (left, right) if (j := scene.joint(p, "nose"))]
    narrow = min(width(left.box), width(right.box))
    if left.box.iou(right.box) < 0.25 or len(noses) < 2 or hypot(noses[0].x - noses[1].x, noses[0].y - noses[1].y) > 0.6 * narrow:
        return False
    middles = [(r.box.x0 + r.box.x1) / 2 for r in (left, right)]
    over = any(w > middles[1] for w in _wrists_within(scene, left, right))
    back = any(w < middles[0] for w in _wrists_within(scene, right, left))
    return over and back


def _wrists_within(scene: Scene, person: Region, other: Region) -> list[float]:
    """The x of the wrists of a person that lie in the upper two thirds of another's box."""
    joints = [j for name in ("left_wrist", "right_wrist") if (j := scene.joint(person, name))]
    box, bottom = other.box, other.box.y0 + 0.66 * height(other.box)
    return [j.x for j in joints if box.x0 <= j.x <= box.x1 and box.y0 <= j.y <= bottom]


def _face(scene: Scene, left: Region, right: Region) -> bool:
    """Both heads are turned to each other, near each other and with nobody between."""
    gap = right.box.x0 - left.box.x1
    if gap > 1.2 * min(width(left.box), width(right.box)) or left.box.iou(right.box) > 0.4:
        return False
    middles = [(r.box.x0 + r.box.x1) / 2 for r in (left, right)]
    between = any(middles[0] < (p.box.x0 + p.box.x1) / 2 < middles[1] for p in scene.persons if p not in (left, right))
    turns = head_turn(scene, left), head_turn(scene, right)
    return not between and turns[0] > _TURNED and turns[1] < -_TURNED


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
    reach = 0.3 * min(width(left.box), width(right.box))
    if -reach <= gap <= reach and abs(left.box.y1 - right.box.y1) < 0.25 * tall:
        yield left, "next to", right, 0.6
    elif gap < -reach and abs(left.box.y1 - right.box.y1) > 0.08 * tall:
        front, back = (left, right) if left.box.y1 > right.box.y1 else (right, left)
        yield front, "in front of", back, 0.45
