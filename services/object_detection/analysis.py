"""From one decoded picture to an ImageAnalysis: a cascade in which poses and clothing are read only where persons are."""

from dataclasses import dataclass

from services.object_detection.clothing import read_clothing
from services.object_detection.detections import Detection
from services.object_detection.engines.efficientnet import TagReader
from services.object_detection.engines.movenet import PoseReader
from services.object_detection.engines.rapidocr import TextReader
from services.object_detection.engines.ssd import SsdDetector
from shared.ids import make_id
from shared.ontology import load_ontology
from shared.pictures import RgbArray
from shared.schemas.base import Box
from shared.schemas.vision import ImageAnalysis, ImageTag, Pose, Region, RegionKind

_MOST_PERSONS = 8
_SMALLEST_PERSON = 32.0
_POSE_AT_LEAST = 0.2


@dataclass(frozen=True)
class Engines:
    """The loaded models of the embedded profile."""

    objects: SsdDetector
    tags: TagReader
    poses: PoseReader
    words: TextReader


@dataclass(frozen=True)
class _Picture:
    article_id: str
    image_id: str
    pixels: RgbArray


def analyse(article_id: str, image_id: str, pixels: RgbArray, engines: Engines) -> ImageAnalysis:
    """Everything the engines see; region ids depend on article, image, kind, box and label only."""
    picture = _Picture(article_id, image_id, pixels)
    objects = [_region(picture, d, "object", "ssd-mobilenet-v2-coco") for d in engines.objects.detect(pixels)]
    persons = _large_persons(objects)
    clothing = [d for person in persons if (d := read_clothing(pixels, person.box, engines.tags))]
    worn = [_region(picture, d, "object", "efficientnet-lite3") for d in clothing]
    tags = (ImageTag(label=name, confidence=p, model="efficientnet-lite3") for name, p in engines.tags.read(pixels))
    return ImageAnalysis(
        image_id=image_id,
        width=pixels.shape[1],
        height=pixels.shape[0],
        regions=(*objects, *worn, *_text_regions(picture, engines.words)),
        tags=tuple(tags),
        poses=tuple(pose for person in persons if (pose := _pose(picture, person, engines.poses))),
    )


def _large_persons(regions: list[Region]) -> list[Region]:
    persons = [r for r in regions if r.label == "person" and min(_size(r.box)) >= _SMALLEST_PERSON]
    return sorted(persons, key=lambda r: -r.box.area)[:_MOST_PERSONS]


def _size(box: Box) -> tuple[float, float]:
    return box.x1 - box.x0, box.y1 - box.y0


def _pose(picture: _Picture, person: Region, reader: PoseReader) -> Pose | None:
    joints = reader.read(picture.pixels, person.box)
    confidence = round(sum(j.confidence for j in joints) / len(joints), 4)
    if confidence < _POSE_AT_LEAST:
        return None
    return Pose(region_id=person.id, key_points=joints, confidence=confidence, model="movenet-lightning")


def _text_regions(picture: _Picture, reader: TextReader) -> list[Region]:
    lines = reader.read(picture.pixels)
    return [_region(picture, Detection("text", line.confidence, line.box), "text", "pp-ocr-v4", line.text) for line in lines]


def _region(picture: _Picture, detection: Detection, kind: RegionKind, model: str, text: str = "") -> Region:
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
        confidence=round(detection.confidence, 4),
        model=model,
    )
