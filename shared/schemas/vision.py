"""What object_detection gives: regions, tags and poses of each image."""

from typing import Literal

from shared.schemas.base import Box, Mask, Schema, Scored
from shared.schemas.text import NotAttempted

RegionKind = Literal["object", "face", "flag", "logo", "landmark", "text", "image"]


class Label(Scored):
    """A name that a model gives to something."""

    label: str


class Region(Scored):
    """A part of an image that refers to something. ``text`` holds recognised words for kind ``text``.

    ``attributes``: what else is seen in it (profession, uniform, fire, smoke); ``detections``: what each engine said, where
    several found it and their boxes were joined.
    """

    id: str
    image_id: str
    box: Box
    kind: RegionKind
    label: str
    entity_type: str | None = None
    text: str = ""
    mask: Mask | None = None
    attributes: tuple[Label, ...] = ()
    detections: tuple[Label, ...] = ()


class ImageTag(Label):
    """A label of the whole image."""


class Segment(Label):
    """All pixels of one class in an image (semantic segmentation); ``share`` of the image in [0, 1]."""

    mask: Mask
    share: float


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
    segments: tuple[Segment, ...] = ()
    error: str | None = None


class ObjectDetection(Schema):
    """The output of object_detection."""

    article_id: str
    images: tuple[ImageAnalysis, ...] = ()
    not_attempted: tuple[NotAttempted, ...] = ()
