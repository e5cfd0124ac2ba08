"""What detectors found in a picture, as numbers that the event model reads beside the picture's own features."""

from functools import cache
from math import sqrt
from pathlib import Path

import numpy as np
import numpy.typing as npt

from services.visual_events.scene import Scene, height, width
from services.visual_events.thresholds import LIMITS
from shared.schemas.vision import KeyPoint, Pose, Region

LABELS = Path(__file__).parent / "data" / "feature_labels.txt"
LAYOUT = 8
POSTURES = 3


@cache
def labels() -> tuple[tuple[str, ...], tuple[str, ...]]:
    """The object labels (before the empty line) and the tags (after it) that are counted, in order."""
    objects, tags = LABELS.read_text(encoding="utf-8").strip().split("\n\n")
    return tuple(objects.splitlines()), tuple(tags.splitlines())


def size() -> int:
    """How many numbers there are."""
    objects, tags = labels()
    return len(objects) + LAYOUT + POSTURES + len(tags)


def picture_features(scene: Scene) -> npt.NDArray[np.float32]:
    """Counts of objects (log), layout of persons and faces, postures, and the probability of each tag (square root)."""
    objects, tags = labels()
    counts = dict.fromkeys(objects, 0)
    for region in scene.objects:
        if region.label in counts and region.confidence >= LIMITS.min_counted:
            counts[region.label] += 1
    numbers = [
        *(float(np.log1p(count)) for count in counts.values()),
        *_layout(scene),
        *_postures(scene),
        *(sqrt(scene.tags.get(tag, 0.0)) for tag in tags),
    ]
    return np.asarray(numbers, np.float32)


def _layout(scene: Scene) -> tuple[float, ...]:
    """Number, share of the picture and spread of persons; number, size and spread of faces."""
    persons = [p for p in scene.persons if p.confidence >= LIMITS.min_counted]
    return (*_spread(scene, persons), *_spread(scene, list(scene.faces)))


def _spread(scene: Scene, regions: list[Region]) -> tuple[float, float, float, float]:
    if not regions:
        return 0.0, 0.0, 0.0, 0.0
    shares = [region.box.area / scene.area for region in regions]
    middles = [(region.box.x0 + region.box.x1) / 2 / scene.analysis.width for region in regions]
    return float(np.log1p(len(regions))), sqrt(max(shares)), sqrt(sum(shares) / len(shares)), float(np.std(middles))


def _postures(scene: Scene) -> tuple[float, float, float]:
    """Shares of the persons with a hand above the shoulder, lying, and with both hands near each other."""
    poses = list(scene.poses.values())
    if not poses:
        return 0.0, 0.0, 0.0
    told = [_posture(scene, pose) for pose in poses]
    raised, lying, joined = (sum(values) / len(told) for values in zip(*told, strict=True))
    return raised, lying, joined


def _posture(scene: Scene, pose: Pose) -> tuple[float, float, float]:
    joints = {k.name: k for k in pose.key_points}
    raised = any(_above(joints, f"{side}_wrist", f"{side}_shoulder") for side in ("left", "right"))
    box = scene.regions[pose.region_id].box
    wrists = joints.get("left_wrist"), joints.get("right_wrist")
    joined = bool(wrists[0] and wrists[1] and abs(wrists[0].x - wrists[1].x) < LIMITS.joined_hands * width(box))
    return float(raised), float(width(box) > LIMITS.lying * height(box)), float(joined)


def _above(joints: dict[str, KeyPoint], upper: str, lower: str) -> bool:
    return upper in joints and lower in joints and joints[upper].y < joints[lower].y
