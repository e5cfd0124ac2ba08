"""What poses show: handshakes, raised arms, arms stretched out to aim. Distances are measured in shoulder or body lengths."""

from collections.abc import Callable
from dataclasses import dataclass
from itertools import combinations
from math import hypot

from services.visual_events.scene import Scene, height
from services.visual_events.thresholds import LIMITS
from shared.schemas.vision import KeyPoint, Region


@dataclass(frozen=True)
class Posture:
    """Persons who take a posture, most telling first, and how clearly."""

    persons: tuple[Region, ...]
    confidence: float


def handshake(scene: Scene) -> Posture | None:
    """Two persons of like size who both reach towards each other, with a wrist of each at one point between them."""
    best: Posture | None = None
    for left, right in combinations(
        sorted(scene.persons[: int(LIMITS.max_handshake_persons)], key=lambda p: p.box.x0 + p.box.x1), 2
    ):
        confidence = _clasp(scene, left, right)
        if confidence and (best is None or confidence > best.confidence):
            best = Posture((left, right), confidence)
    return best


def _clasp(scene: Scene, left: Region, right: Region) -> float:
    small, tall = sorted((height(left.box), height(right.box)))
    if small < LIMITS.min_like_size * tall or left.box.iou(right.box) > LIMITS.max_shaking_overlap:
        return 0.0
    pairs = [(a, b) for a in _reaching(scene, left, 1.0) for b in _reaching(scene, right, -1.0)]
    if not pairs:
        return 0.0
    a, b = min(pairs, key=lambda pair: _distance(*pair))
    distance = _distance(a, b) / small
    if distance > LIMITS.max_clasp:
        return 0.0
    seen = (a.confidence + b.confidence) / 2 + LIMITS.handshake_bonus
    return round(min(LIMITS.max_handshake, seen) * (1 - 2 * distance), 3)


def _distance(a: KeyPoint, b: KeyPoint) -> float:
    return hypot(a.x - b.x, a.y - b.y)


def _reaching(scene: Scene, person: Region, direction: float) -> list[KeyPoint]:
    """Wrists held out to one side (1 right, -1 left in the image) in front of the trunk, neither hanging nor raised.

    The unit is the height of the nose over the shoulders: a hanging arm ends about one unit aside and three below.
    """
    nose, shoulders = scene.joint(person, "nose"), [scene.joint(person, f"{side}_shoulder") for side in ("left", "right")]
    seen = [s for s in shoulders if s]
    if nose is None or len(seen) < 2:
        return []
    level, middle = (seen[0].y + seen[1].y) / 2, (seen[0].x + seen[1].x) / 2
    unit = level - nose.y
    wrists = (scene.joint(person, name) for name in ("left_wrist", "right_wrist"))
    return [w for w in wrists if w and _held_out((w.x - middle) * direction, w.y - level, unit)]


def _held_out(aside: float, below: float, unit: float) -> bool:
    level = -LIMITS.max_reach_up * unit < below < LIMITS.max_reach_down * unit
    return unit > 0 and aside > LIMITS.min_reach_aside * unit and level


def arms_raised(scene: Scene) -> Posture | None:
    """Persons with a wrist clearly above the nose."""
    raised = tuple(p for p in scene.persons if _wrist_over_nose(scene, p))
    return Posture(raised, LIMITS.arms_raised) if raised else None


def _wrist_over_nose(scene: Scene, person: Region) -> bool:
    nose = scene.joint(person, "nose")
    wrists = [j for name in ("left_wrist", "right_wrist") if (j := scene.joint(person, name))]
    return nose is not None and any(w.y < nose.y - LIMITS.min_raised * height(person.box) for w in wrists)


def aiming(scene: Scene) -> Posture | None:
    """Persons with both wrists at the height of the shoulders and to one side of the chest, as with a gun at the cheek."""
    aimers = tuple(p for p in scene.persons if _aims(scene, p))
    return Posture(aimers, LIMITS.aiming) if aimers else None


def _aims(scene: Scene, person: Region) -> bool:
    names = ("left_shoulder", "right_shoulder", "left_wrist", "right_wrist")
    joints = [j for name in names if (j := scene.joint(person, name))]
    if len(joints) < 4:
        return False
    shoulders, wrists = joints[:2], joints[2:]
    tall, level = height(person.box), sum(s.y for s in shoulders) / 2
    leaning = min(abs(w.x - sum(s.x for s in shoulders) / 2) for w in wrists) > LIMITS.min_leaning * tall
    same_side = (wrists[0].x - shoulders[0].x) * (wrists[1].x - shoulders[1].x) > 0
    return all(abs(w.y - level) < LIMITS.max_aim_height * tall for w in wrists) and leaning and same_side


def hand_at_ear(scene: Scene) -> Posture | None:
    """Persons with a wrist beside an ear, as on the telephone."""
    callers = tuple(p for p in scene.persons if _hand_at_ear(scene, p))
    return Posture(callers, LIMITS.hand_at_ear) if callers else None


def _hand_at_ear(scene: Scene, person: Region) -> bool:
    pairs = (("left_wrist", "left_ear"), ("right_wrist", "right_ear"))
    joints = [(scene.joint(person, w), scene.joint(person, e)) for w, e in pairs]
    return any(w and e and hypot(w.x - e.x, w.y - e.y) < LIMITS.max_hand_to_ear * height(person.box) for w, e in joints)


POSTURES: dict[str, Callable[[Scene], Posture | None]] = {
    "handshake": handshake,
    "arms_raised": arms_raised,
    "aiming": aiming,
    "hand_at_ear": hand_at_ear,
}
