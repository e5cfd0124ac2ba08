"""From detections, words and joints to the regions and poses of an ImageAnalysis."""

from collections.abc import Sequence
from dataclasses import dataclass

from services.object_detection.detections import Detection
from services.object_detection.engines.movenet import PoseReader
from services.object_detection.engines.rapidocr import TextReader
from services.object_detection.merging import RULES
from services.object_detection.thresholds import LIMITS
from shared.ids import make_id
from shared.ontology import load_ontology
from shared.pictures import RgbArray
from shared.schemas.base import Box
from shared.schemas.vision import Pose, Region, RegionKind


@dataclass(frozen=True)
class Picture:
    """One decoded picture of an article."""

    article_id: str
    image_id: str
    pixels: RgbArray


def object_regions(picture: Picture, detections: Sequence[Detection], model: str) -> list[Region]:
    """Regions of what ``model`` found, or of what several engines said together; ids depend on picture, box and label only."""
    return [_region(picture, d, "object", _speaker(d, model)) for d in detections]


def text_regions(picture: Picture, reader: TextReader) -> list[Region]:
    """Lines of print."""
    lines = reader.read(picture.pixels)
    return [_region(picture, Detection("text", line.confidence, line.box), "text", "pp-ocr-v4", line.text) for line in lines]


def large_persons(regions: Sequence[Region], smallest: float, most: int) -> list[Region]:
    """The largest persons whose shorter side has at least so many pixels."""
    persons = [r for r in regions if r.label == "person" and min(_sides(r.box)) >= smallest]
    return sorted(persons, key=lambda r: (-r.box.area, r.id))[:most]


def read_pose(picture: Picture, person: Region, reader: PoseReader) -> Pose | None:
    """The person's joints, None where they are not seen clearly."""
    joints = reader.read(picture.pixels, person.box)
    confidence = round(sum(j.confidence for j in joints) / len(joints), 4)
    if confidence < LIMITS.min_pose:
        return None
    return Pose(region_id=person.id, key_points=joints, confidence=confidence, model="movenet-lightning")


def _sides(box: Box) -> tuple[float, float]:
    return box.x1 - box.x0, box.y1 - box.y0


def _speaker(detection: Detection, model: str) -> str:
    if len(detection.said) > 1:
        return RULES
    return detection.said[0].model if detection.said else model


def _region(picture: Picture, detection: Detection, kind: RegionKind, model: str, text: str = "") -> Region:
    box = detection.box
    corners = (box.x0, box.y0, box.x1, box.y1)
    return Region(
        id=make_id("region", picture.article_id, picture.image_id, kind, *corners, detection.label),
        image_id=picture.image_id,
        box=box,
        kind=kind,
        label=detection.label,
        entity_type=load_ontology().object_entity_type(detection.label) if kind == "object" else None,
        text=text,
        mask=detection.mask,
        confidence=round(detection.confidence, 4),
        model=model,
        detections=detection.said if len(detection.said) > 1 else (),
    )
