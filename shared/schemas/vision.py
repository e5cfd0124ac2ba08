"""What object_detection gives: regions, tags and poses of each image."""

from typing import Literal

from shared.schemas.base import Box, Schema, Scored
from shared.schemas.text import NotAttempted

RegionKind = Literal["object", "face", "flag", "text", "image"]


class Region(Scored):
    """A part of an image that refers to something. ``text`` holds recognised words for kind ``text``."""

    id: str
    image_id: str
    box: Box
    kind: RegionKind
    label: str
    entity_type: str | None = None
    text: str = ""


class ImageTag(Scored):
    """A label of the whole image."""

    label: str


class KeyPoint(Schema):
    """A joint in pixels of the original image; names follow COCO (nose, left_wrist, ...)."""

    name: str
    x: float
    y: float
    confidence: float


class Pose(Scored):
    """The key points of one person region."""

    region_id: str
    key_points: tuple[KeyPoint, ...]


class ImageAnalysis(Schema):
    """Everything seen in one image; ``error`` says why nothing was."""

    image_id: str
    width: int
    height: int
    regions: tuple[Region, ...] = ()
    tags: tuple[ImageTag, ...] = ()
    poses: tuple[Pose, ...] = ()
    error: str | None = None


class ObjectDetection(Schema):
    """The output of object_detection."""

    article_id: str
    images: tuple[ImageAnalysis, ...] = ()
    not_attempted: tuple[NotAttempted, ...] = ()
