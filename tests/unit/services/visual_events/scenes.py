"""Builders for the tests: regions, poses and scenes without any model."""

from shared.schemas.base import Box
from shared.schemas.vision import ImageAnalysis, ImageTag, KeyPoint, Pose, Region, RegionKind

Corners = tuple[float, float, float, float]


def region(label: str, corners: Corners, kind: RegionKind = "object", text: str = "") -> Region:
    """A region whose id tells label and corner."""
    x0, y0, x1, y1 = corners
    return Region(
        id=f"{label}@{x0:g},{y0:g}",
        image_id="image",
        box=Box(x0=x0, y0=y0, x1=x1, y1=y1),
        kind=kind,
        label=label,
        text=text,
        confidence=0.9,
        model="test",
    )


def pose(person: Region, **joints: tuple[float, float]) -> Pose:
    """A pose in which only the named joints are seen."""
    points = tuple(KeyPoint(name=name, x=x, y=y, confidence=0.8) for name, (x, y) in joints.items())
    return Pose(region_id=person.id, key_points=points, confidence=0.6, model="test")


def analysis(*regions: Region, poses: tuple[Pose, ...] = (), tags: dict[str, float] | None = None) -> ImageAnalysis:
    """An image of 1000 x 600 pixels."""
    rows = tuple(ImageTag(label=label, confidence=p, model="test") for label, p in (tags or {}).items())
    return ImageAnalysis(image_id="image", width=1000, height=600, regions=regions, poses=poses, tags=rows)
