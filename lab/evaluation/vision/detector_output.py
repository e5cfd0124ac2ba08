"""The pictures of M2E2, or, as most people have no pictures of it, what YOLOv8 saw in them as an input of visual_events."""

import gzip
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from pathlib import Path

from pydantic import BaseModel, Field, TypeAdapter, ValidationError

from shared.errors import InputError
from shared.ids import make_id
from shared.ontology import load_ontology
from shared.schemas.article import Article, Image
from shared.schemas.base import Box
from shared.schemas.vision import ImageAnalysis, ObjectDetection, Region
from shared.stage import StageInput

MODEL = "rules:given-boxes"
_FOLDERS = ("", "image", "images", "image/image")
_ENDINGS = (".jpg", ".jpeg", ".png")
_DETECTIONS = ("yolov8_detections.json", "yolov8_detections.json.gz")


class StoredDetection(BaseModel):
    """A box ``[x0, y0, x1, y1]`` with its COCO class."""

    bbox: tuple[float, float, float, float]
    label: str = Field(alias="class")
    conf: float


@dataclass(frozen=True)
class EventPicture:
    """A picture by name without ending: its file, or else the boxes of a detector."""

    name: str
    path: Path | None = None
    detections: tuple[StoredDetection, ...] = ()


def find_pictures(folder: Path, annotated: Collection[str]) -> list[EventPicture]:
    """All pictures of the folder, by name; else all of the detector's file. Raises InputError where annotated ones lack."""
    files = {f.stem: f for part in _FOLDERS for f in (folder / part).glob("*") if f.suffix.lower() in _ENDINGS}
    found = [EventPicture(name, path) for name, path in sorted(files.items())] or _detected(folder)
    missing = sorted(set(annotated) - {picture.name for picture in found})
    if missing:
        raise InputError(
            f"{len(missing)} annotated pictures are missing, the first is {missing[0]}: put all into {folder / 'image'}"
        )
    return found


def _detected(folder: Path) -> list[EventPicture]:
    file = next((folder / name for name in _DETECTIONS if (folder / name).is_file()), None)
    if file is None:
        raise InputError(f"{folder} has neither pictures nor {_DETECTIONS[0]}")
    try:
        data = gzip.decompress(file.read_bytes()) if file.suffix == ".gz" else file.read_bytes()
        rows = TypeAdapter(dict[str, tuple[StoredDetection, ...]]).validate_json(data)
    except (OSError, EOFError, ValidationError) as error:
        raise InputError(f"{file} cannot be read: {str(error)[:300]}") from error
    return [EventPicture(Path(name).stem, detections=boxes) for name, boxes in sorted(rows.items())]


def given_input(pictures: Sequence[EventPicture]) -> list[StageInput]:
    """An article a picture, with the detector's boxes as the output of object_detection and no bytes anywhere."""
    return [_input(picture) for picture in pictures]


def _input(picture: EventPicture) -> StageInput:
    image_id = make_id("image", picture.name)
    right = max((d.bbox[2] for d in picture.detections), default=1.0)
    bottom = max((d.bbox[3] for d in picture.detections), default=1.0)
    width, height = max(1, round(right)), max(1, round(bottom))
    image = Image(image_id=image_id, media_type="image/jpeg", width=width, height=height)
    regions = tuple(
        _region(image_id, n, d) for n, d in enumerate(picture.detections) if d.bbox[2] > d.bbox[0] and d.bbox[3] > d.bbox[1]
    )
    analysis = ImageAnalysis(image_id=image_id, width=width, height=height, regions=regions)
    article = Article(article_id=picture.name, text="", images=(image,))
    return StageInput(article=article, object_detection=ObjectDetection(article_id=picture.name, images=(analysis,)))


def _region(image_id: str, number: int, detection: StoredDetection) -> Region:
    x0, y0, x1, y1 = detection.bbox
    return Region(
        id=make_id("region", image_id, str(number)),
        image_id=image_id,
        box=Box(x0=x0, y0=y0, x1=x1, y1=y1),
        kind="object",
        label=detection.label,
        entity_type=load_ontology().object_entity_type(detection.label),
        confidence=min(1.0, max(0.0, detection.conf)),
        model=MODEL,
    )
