"""One image as the rules see it: its regions by label, tags, words and the poses of its persons."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property

from services.visual_events.thresholds import LIMITS
from shared.schemas.base import Box
from shared.schemas.situations import SceneTriple
from shared.schemas.vision import ImageAnalysis, KeyPoint, Pose, Region


@dataclass(frozen=True)
class Scene:
    """An analysed image; ``faces`` are the face regions of entity_linking, ``triples`` those of geometry.

    ``landmarks``: eyes, nose and corners of the mouth of the face of a person, by the id of the person region.
    """

    article_id: str
    analysis: ImageAnalysis
    faces: tuple[Region, ...] = ()
    triples: tuple[SceneTriple, ...] = ()
    landmarks: Mapping[str, tuple[tuple[float, float], ...]] = field(default_factory=dict)

    @cached_property
    def regions(self) -> dict[str, Region]:
        """All regions of the image by id."""
        return {region.id: region for region in (*self.analysis.regions, *self.faces)}

    @cached_property
    def objects(self) -> tuple[Region, ...]:
        """Object regions (boxes and clothing), most confident first."""
        return tuple(r for r in self.analysis.regions if r.kind == "object")

    @cached_property
    def persons(self) -> tuple[Region, ...]:
        """Person regions, largest first."""
        return tuple(sorted((r for r in self.objects if r.label == "person"), key=lambda r: (-r.box.area, r.id)))

    @cached_property
    def tags(self) -> dict[str, float]:
        """Confidence of each image tag."""
        return {tag.label: tag.confidence for tag in self.analysis.tags}

    @cached_property
    def poses(self) -> dict[str, Pose]:
        """Poses by person region id."""
        return {pose.region_id: pose for pose in self.analysis.poses}

    @property
    def area(self) -> float:
        """Pixels of the image."""
        return float(self.analysis.width * self.analysis.height)

    def joint(self, person: Region, name: str) -> KeyPoint | None:
        """A joint of a person, if the pose shows it."""
        pose = self.poses.get(person.id)
        found = next((k for k in pose.key_points if k.name == name), None) if pose else None
        return found if found and found.confidence >= LIMITS.min_joint else None


def width(box: Box) -> float:
    """Width in pixels."""
    return box.x1 - box.x0


def height(box: Box) -> float:
    """Height in pixels."""
    return box.y1 - box.y0


def inside(inner: Box, outer: Box) -> float:
    """The share of ``inner`` that lies in ``outer``."""
    return inner.intersection(outer) / inner.area


def near(box: Box, x: float, y: float, margin: float) -> bool:
    """Tell whether a point lies in the box grown by ``margin`` pixels."""
    return box.x0 - margin <= x <= box.x1 + margin and box.y0 - margin <= y <= box.y1 + margin
