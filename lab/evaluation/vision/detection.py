"""``newsgraph eval detection``: boxes of things, against a folder of photographs with boxes or COCO-format annotations."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from pydantic import BaseModel, ValidationError

from lab.evaluation.task import Outcome, PictureTask, Request
from lab.evaluation.vision.average_precision import FoundBox, GoldBox, average_precision
from lab.evaluation.vision.bench import Bench
from lab.evaluation.vision.pictures import INDEX, chosen, first, read_bytes
from shared.errors import InputError
from shared.schemas.base import Box
from shared.schemas.vision import ObjectDetection

_FILES = (
    f"{INDEX} and boxes, or COCO-format annotations (a .json with the pictures beside it, in images/ or in a folder of its name)"
)
_NOTES = (
    "ap50: average precision at IoU 0.5 as COCO counts it, the mean over labels of the gold; a prediction has a label where its"
    " region is named so, or has it as an attribute",
)
Gold = dict[str, list[GoldBox]]
Found = dict[str, list[FoundBox]]


class CocoImage(BaseModel):
    """A picture of COCO annotations."""

    id: int
    file_name: str


class CocoAnnotation(BaseModel):
    """A box ``[x, y, width, height]`` in pixels."""

    image_id: int
    category_id: int
    bbox: tuple[float, float, float, float]
    iscrowd: int = 0


class CocoCategory(BaseModel):
    """A label."""

    id: int
    name: str


class Coco(BaseModel):
    """The parts of a COCO file that say where things are."""

    images: list[CocoImage]
    annotations: list[CocoAnnotation]
    categories: list[CocoCategory]


@dataclass(frozen=True)
class BoxedPicture:
    """A picture with the boxes of each label, labels in lower case."""

    path: Path
    boxes: Gold


def read(request: Request) -> tuple[BoxedPicture, ...]:
    """The pictures in file order; raises InputError."""
    if request.data.suffix == ".json":
        pictures = tuple(_coco(request.data))
        if not pictures:
            raise InputError(f"{request.data} has no pictures: give {_FILES}")
        return pictures[: request.limit]
    photographs = first([p for p in chosen(request) if p.boxes], request.limit, "boxes")
    return tuple(BoxedPicture(p.path, _by_label([(b.label, GoldBox(b.box)) for b in p.boxes])) for p in photographs)


def _coco(path: Path) -> list[BoxedPicture]:
    try:
        coco = Coco.model_validate_json(path.read_bytes())
    except (OSError, ValidationError) as error:
        raise InputError(f"{path} cannot be read as COCO annotations: {str(error)[:300]}") from error
    names = {category.id: category.name for category in coco.categories}
    boxes: defaultdict[int, list[tuple[str, GoldBox]]] = defaultdict(list)
    for row in coco.annotations:
        if row.category_id not in names:
            raise InputError(f"{path}: an annotation has category {row.category_id}, which the file does not name")
        x, y, width, height = row.bbox
        if width > 0 and height > 0:
            gold = GoldBox(Box(x0=x, y0=y, x1=x + width, y1=y + height), bool(row.iscrowd))
            boxes[row.image_id].append((names[row.category_id], gold))
    return [BoxedPicture(_beside(path, image.file_name), _by_label(boxes[image.id])) for image in coco.images]


def _beside(annotations: Path, name: str) -> Path:
    folders = (annotations.parent, annotations.parent / "images", annotations.with_suffix(""))
    return next((folder / name for folder in folders if (folder / name).is_file()), annotations.parent / name)


def _by_label(boxes: Sequence[tuple[str, GoldBox]]) -> Gold:
    labels: Gold = {}
    for label, box in boxes:
        labels.setdefault(label.casefold(), []).append(box)
    return labels


def found_boxes(seen: ObjectDetection | None) -> Found:
    """What the stage says by label: names of regions, and attributes with the region's box."""
    labels: Found = {}
    for region in (region for image in (seen.images if seen else ()) for region in image.regions):
        for name, confidence in ((region.label, region.confidence), *((a.label, a.confidence) for a in region.attributes)):
            labels.setdefault(name.casefold(), []).append(FoundBox(region.box, confidence))
    return labels


def score(gold: Sequence[Gold], found: Sequence[Found]) -> Outcome:
    """Average precision a label of the gold; ``types`` has a row a label."""
    rows: dict[str, dict[str, float]] = {}
    for label in sorted({label for boxes in gold for label in boxes}):
        wanted, given = [boxes.get(label, []) for boxes in gold], [boxes.get(label, []) for boxes in found]
        value = average_precision(wanted, given)
        if value is not None:
            counts = {"support": float(sum(map(len, wanted))), "predicted": float(sum(map(len, given)))}
            rows[label] = {"ap50": round(100 * value, 2)} | counts
    never = [label for label, row in rows.items() if not row["predicted"]]
    silent = (f"never predicted: {', '.join(never)}",) if never else ()
    mean = sum(row["ap50"] for row in rows.values()) / len(rows) if rows else 0.0
    sizes = {"pictures": len(gold), "labels": len(rows), "gold_boxes": sum(int(row["support"]) for row in rows.values())}
    return Outcome({"ap50": round(mean, 2)}, sizes, rows, (*_NOTES, *silent))


def run(request: Request, bench: Bench) -> Outcome:
    """object_detection on each picture."""
    pictures, found = read(request), []
    bench.load(("object_detection",))
    for batch in bench.batches(pictures):
        items = bench.through(("object_detection",), [read_bytes(picture.path) for picture in batch])
        found += [found_boxes(item.object_detection) for item in items]
    return score([picture.boxes for picture in pictures], found)


DETECTION = PictureTask(
    name="detection",
    summary="boxes of things",
    files=_FILES,
    run=run,
    stages=("object_detection",),
    takes=frozenset({"limit", "held_out", "split"}),
)
