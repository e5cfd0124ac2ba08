"""From decoded pictures to ImageAnalyses: a cascade in which the costly engines look only where a cheap one saw a reason."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from services.object_detection.attributes import PictureAttributes
from services.object_detection.clothing import read_clothing
from services.object_detection.detections import Detection
from services.object_detection.engine import ObjectDetector, PhraseDetector, Segmenter
from services.object_detection.engines.efficientnet import TagReader
from services.object_detection.engines.movenet import PoseReader
from services.object_detection.engines.rapidocr import TextReader
from services.object_detection.merging import fuse
from services.object_detection.regions import Picture, large_persons, object_regions, read_pose, text_regions
from services.object_detection.thresholds import LIMITS
from shared.image_text.small import PICTURES_ID
from shared.pictures import RgbArray
from shared.schemas.vision import ImageAnalysis, ImageTag, Region

_TAGS = "efficientnet-lite3"


class AttributeSource(Protocol):
    """Adds what a detector of fixed classes does not know: professions, uniforms, fire, smoke (attributes.py)."""

    def read(self, picture: RgbArray, regions: Sequence[Region]) -> PictureAttributes:
        """Attributes by region id, and things with boxes of their own."""
        ...


@dataclass(frozen=True)
class Engines:
    """The loaded models; several detectors are joined, the rest is optional but for tags, poses and words."""

    detectors: tuple[ObjectDetector, ...]
    tags: TagReader
    poses: PoseReader
    words: TextReader
    phrases: PhraseDetector | None = None
    segmenter: Segmenter | None = None
    attributes: AttributeSource | None = None


def analyse(pictures: Sequence[Picture], engines: Engines, phrases: Sequence[str] = ()) -> list[ImageAnalysis]:
    """Everything the engines see in each picture, in order; ``phrases`` are looked for where an engine can."""
    pixels = [picture.pixels for picture in pictures]
    model, found = _detect(pixels, engines, phrases)
    segments = engines.segmenter.segment(pixels) if engines.segmenter else [[] for _ in pictures]
    return [
        _describe(picture, object_regions(picture, seen, model), engines).model_copy(update={"segments": tuple(classes)})
        for picture, seen, classes in zip(pictures, found, segments, strict=True)
    ]


def _detect(pixels: Sequence[RgbArray], engines: Engines, phrases: Sequence[str]) -> tuple[str, list[list[Detection]]]:
    """The detections of each picture, and the model that speaks where a detection does not say."""
    said = [(detector.model_id, detector.detect(pixels)) for detector in engines.detectors]
    if engines.phrases is not None and phrases:
        said.append((engines.phrases.model_id, engines.phrases.find(pixels, phrases)))
    if len(said) == 1:
        return said[0]
    return said[0][0], [fuse([(model, found[n]) for model, found in said]) for n in range(len(pixels))]


def _describe(picture: Picture, objects: list[Region], engines: Engines) -> ImageAnalysis:
    dressed = large_persons(objects, LIMITS.min_dressed_side, int(LIMITS.max_dressed_persons))
    clothing = [d for person in dressed if (d := read_clothing(picture.pixels, person.box, engines.tags))]
    told, things = _attributes(picture, objects, engines)
    persons = large_persons(objects, LIMITS.min_posed_side, int(LIMITS.max_posed_persons))
    tags = (ImageTag(label=name, confidence=p, model=_TAGS) for name, p in engines.tags.read(picture.pixels))
    return ImageAnalysis(
        image_id=picture.image_id,
        width=picture.pixels.shape[1],
        height=picture.pixels.shape[0],
        regions=(*told, *things, *object_regions(picture, clothing, _TAGS), *text_regions(picture, engines.words)),
        tags=tuple(tags),
        poses=tuple(pose for person in persons if (pose := read_pose(picture, person, engines.poses))),
    )


def _attributes(picture: Picture, objects: list[Region], engines: Engines) -> tuple[list[Region], list[Region]]:
    """The regions with what they got in addition, and things that only the attribute reader knows."""
    if engines.attributes is None:
        return objects, []
    seen = engines.attributes.read(picture.pixels, objects)
    told = [region.model_copy(update={"attributes": seen.of_regions.get(region.id, ())}) for region in objects]
    return told, object_regions(picture, seen.things, PICTURES_ID)
