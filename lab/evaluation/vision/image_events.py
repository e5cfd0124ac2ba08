"""``newsgraph eval image-events``: events of news photographs and their arguments as boxes (M2E2, Li et al. 2020)."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from pydantic import BaseModel, TypeAdapter, ValidationError

from lab.evaluation.event_views import view_of
from lab.evaluation.matching import match
from lab.evaluation.tally import TypedTally
from lab.evaluation.task import Outcome, PictureTask, ProtocolName, Request
from lab.evaluation.vision.bench import Bench
from lab.evaluation.vision.detector_output import EventPicture, find_pictures, given_input
from lab.evaluation.vision.pictures import read_bytes
from lab.evaluation.vision.situations import boxes_of
from shared.errors import InputError
from shared.schemas.base import Box
from shared.schemas.job import StageName
from shared.stage import StageInput

_FILES = (
    "M2E2's folder with image_only_event.json (or image_multimedia_event.json), and the pictures in image/ or beside it, or"
    " yolov8_detections.json[.gz] with what a detector saw in them"
)
_EVENTS = ("image_only_event.json", "image_multimedia_event.json")
_OVERLAP = 0.5
_STAGES: tuple[StageName, ...] = ("object_detection", "entity_linking", "visual_events")
_PROTOCOLS = {
    "strict": "strict: all pictures, those without an event too",
    "relaxed": "relaxed: only pictures that have a gold event",
}
_NOTE = (
    "M2E2's 8 types; predicted events of other types are not counted; an argument is right if type and role are gold's and"
    f" its box has IoU {_OVERLAP} or more, each gold box once; arguments without a box are not counted"
)
_NO_PICTURES = "no pictures here: boxes of YOLOv8 stand in for object_detection, so faces, words, poses and pixels play no part"


class Row(BaseModel):
    """An event of a picture; a role's boxes are ``[mark, x0, y0, x1, y1]``."""

    event_type: str
    role: dict[str, list[tuple[str | int, float, float, float, float]]]


@dataclass(frozen=True)
class Argument:
    """A box that plays a role in an event of that type."""

    type: str
    role: str
    box: Box


@dataclass(frozen=True)
class ImageEvents:
    """The event types of a picture, in M2E2's words, and their arguments."""

    types: frozenset[str] = frozenset()
    arguments: tuple[Argument, ...] = ()


@dataclass
class _Tallies:
    event: TypedTally = field(default_factory=TypedTally)
    argument: TypedTally = field(default_factory=TypedTally)

    def add(self, gold: ImageEvents, found: ImageEvents) -> None:
        self.event.add(gold.types, found.types, gold.types & found.types)
        pairs = match(gold.arguments, found.arguments, _fits)
        right = [_name(gold.arguments[place]) for place, _ in pairs]
        self.argument.add(map(_name, gold.arguments), map(_name, found.arguments), right)


def _fits(gold: Argument, found: Argument) -> bool:
    return (gold.type, gold.role) == (found.type, found.role) and gold.box.iou(found.box) >= _OVERLAP


def _name(argument: Argument) -> str:
    return f"{argument.type}/{argument.role}"


def read(folder: Path) -> dict[str, ImageEvents]:
    """The annotated events by picture name without ending; raises InputError."""
    file = next((folder / name for name in _EVENTS if (folder / name).is_file()), None)
    if file is None:
        raise InputError(f"{folder} has no {' or '.join(_EVENTS)}: give {_FILES}")
    try:
        rows = TypeAdapter(dict[str, Row]).validate_json(file.read_bytes())
    except ValidationError as error:
        raise InputError(f"{file} cannot be read: {str(error)[:300]}") from error
    return {name: ImageEvents(frozenset({row.event_type}), tuple(_gold_arguments(row))) for name, row in rows.items()}


def _gold_arguments(row: Row) -> list[Argument]:
    boxes = [(role, box) for role, found in row.role.items() for _, *box in found]
    return [
        Argument(row.event_type, role, Box(x0=x0, y0=y0, x1=x1, y1=y1)) for role, (x0, y0, x1, y1) in boxes if x1 > x0 and y1 > y0
    ]


def found_events(item: StageInput) -> ImageEvents:
    """What the stages say of a picture, in M2E2's types; equal arguments count once."""
    if item.visual_events is None:
        return ImageEvents()
    boxes, types = boxes_of(item), set()
    arguments: dict[Argument, None] = {}
    for event in item.visual_events.events:
        kind = view_of(event.type, "m2e2")
        if kind is not None:
            types.add(kind)
            placed = ((filler.role, boxes.get(filler.region_id or "")) for filler in event.arguments)
            arguments |= {Argument(kind, role, box): None for role, box in placed if box is not None}
    return ImageEvents(frozenset(types), tuple(arguments))


def score(gold: Sequence[ImageEvents], found: Sequence[ImageEvents], protocol: ProtocolName) -> Outcome:
    """Scores of events and arguments, pictures in the same order."""
    tallies = _Tallies()
    for wanted, given in zip(gold, found, strict=True):
        if wanted.types or protocol == "strict":
            tallies.add(wanted, given)
    event, argument = tallies.event.all, tallies.argument.all
    return Outcome(
        scores=event.scores("event") | argument.scores("argument"),
        counts={
            "pictures": len(gold),
            "gold_events": event.wanted,
            "predicted_events": event.found,
            "gold_arguments": argument.wanted,
            "predicted_arguments": argument.found,
        },
        types=tallies.event.rows() | tallies.argument.rows(),
        notes=(_PROTOCOLS[protocol], _NOTE),
    )


def run(request: Request, bench: Bench) -> Outcome:
    """All pictures of the folder through the stages, or the detector's boxes through visual_events."""
    gold = read(request.data)
    pictures = find_pictures(request.data, gold)
    chosen = pictures[: request.limit]
    has_pixels = all(picture.path for picture in chosen)
    bench.load(_STAGES if has_pixels else ("visual_events",))
    found: list[ImageEvents] = []
    for batch in bench.batches(chosen):
        found += map(found_events, _seen(batch, bench) if has_pixels else bench.run(("visual_events",), given_input(batch)))
    outcome = score([gold.get(picture.name, ImageEvents()) for picture in chosen], found, request.protocol)
    notes = outcome.notes if has_pixels else (*outcome.notes, _NO_PICTURES)
    return replace(outcome, notes=notes)


def _seen(pictures: Sequence[EventPicture], bench: Bench) -> list[StageInput]:
    return bench.through(_STAGES, [read_bytes(picture.path) for picture in pictures if picture.path])


IMAGE_EVENTS = PictureTask(
    name="image-events",
    summary="events of news photographs with boxes (M2E2)",
    files=_FILES,
    run=run,
    stages=_STAGES,
    takes=frozenset({"limit", "protocol"}),
)
