"""Seventeen joints of one person: MoveNet Lightning, run on the crop of a person box."""

from pathlib import Path

import cv2
import numpy as np

from services.object_detection.engines.tflite import TfliteGraph
from services.object_detection.thresholds import LIMITS
from shared.pictures import RgbArray
from shared.schemas.base import Box
from shared.schemas.vision import KeyPoint

JOINTS = (
    *("nose", "left_eye", "right_eye", "left_ear", "right_ear", "left_shoulder", "right_shoulder", "left_elbow", "right_elbow"),
    *("left_wrist", "right_wrist", "left_hip", "right_hip", "left_knee", "right_knee", "left_ankle", "right_ankle"),
)


class PoseReader:
    """Reads the pose of the person in a box."""

    def __init__(self, graph: Path, threads: int) -> None:
        self._graph = TfliteGraph(graph, threads)

    def read(self, picture: RgbArray, person: Box) -> tuple[KeyPoint, ...]:
        """The 17 joints in COCO's order, in pixels of the picture; a joint that is not seen has a low confidence."""
        x0, y0, side = _square(person)
        joints = self._graph.run(_crop(picture, x0, y0, side))[0, 0]
        return tuple(
            KeyPoint(
                name=name,
                x=round(x0 + float(x) * side, 1),
                y=round(y0 + float(y) * side, 1),
                confidence=round(min(max(float(confidence), 0.0), 1.0), 3),
            )
            for name, (y, x, confidence) in zip(JOINTS, joints, strict=True)
        )


def _square(person: Box) -> tuple[int, int, int]:
    width, height = person.x1 - person.x0, person.y1 - person.y0
    side = round(max(width, height) * (1 + 2 * LIMITS.pose_margin))
    return round((person.x0 + person.x1 - side) / 2), round((person.y0 + person.y1 - side) / 2), side


def _crop(picture: RgbArray, x0: int, y0: int, side: int) -> RgbArray:
    """The square window, black where it leaves the picture."""
    height, width = picture.shape[:2]
    inside = picture[max(y0, 0) : min(y0 + side, height), max(x0, 0) : min(x0 + side, width)]
    top, left = max(-y0, 0), max(-x0, 0)
    bottom, right = side - top - inside.shape[0], side - left - inside.shape[1]
    padded: RgbArray = np.asarray(cv2.copyMakeBorder(inside, top, bottom, left, right, cv2.BORDER_CONSTANT), dtype=np.uint8)
    return padded
