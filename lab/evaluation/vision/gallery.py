"""``newsgraph eval gallery``: recognising a logo or a landmark by reference pictures, and knowing that one is unknown."""

from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

from lab.corpora.held_out import fold_of
from lab.corpora.photographs import Photograph, read_photographs
from lab.evaluation.task import Outcome, PictureTask, Request
from lab.evaluation.vision.bench import Bench
from lab.evaluation.vision.pictures import INDEX, decode, load, percent, read_bytes
from services.entity_linking import catalogue
from services.entity_linking.enrolment import reference_of
from services.entity_linking.gallery_reader import GalleryReader
from shared.engines import EngineRegistry
from shared.errors import InputError
from shared.gallery import Enrolment, GalleryKind, Reference
from shared.pictures import RgbArray
from shared.stage import StageInput

_KINDS: tuple[GalleryKind, ...] = ("logo", "landmark")
_REFERENCES = 5
_MARGIN = 0.1  # of the box, on each side of a reference picture that is cropped to it
_NOTES = (
    f"references: the first {_REFERENCES} pictures a name in file order, logos cropped to their boxes; of the split train where"
    " the index has splits (the other pictures ask), else half of the pictures by a hash of their names where one folder is both",
    "top1: all names are in the gallery, 'unknown' is wrong; unknown_rejected: every second name is left out, those of the"
    " left-out names must be unknown, both halves in turn",
)


@dataclass(frozen=True)
class GalleryQuery:
    """A picture that asks; ``name`` None where it shows nothing of the kind."""

    name: str | None
    photograph: Photograph


@dataclass(frozen=True)
class GalleryAnswer:
    """What a picture was recognised as, None for unknown, with all names in the gallery and without its own half of them."""

    full: str | None
    without: str | None


def split(request: Request) -> tuple[dict[str, list[Photograph]], list[GalleryQuery]]:
    """Reference pictures by name, and the pictures that ask; raises InputError where either is missing."""
    folder = request.references or request.data
    same = folder.resolve() == request.data.resolve()
    givers, askers = read_photographs(folder), read_photographs(request.data)
    if same:
        givers = [p for p in givers if _gives(p)]
        askers = [p for p in askers if not _gives(p)]
    references: defaultdict[str, list[Photograph]] = defaultdict(list)
    for photograph in givers:
        for name in photograph.labels[:1]:
            references[name].append(photograph)
    chosen = {name: found[:_REFERENCES] for name, found in sorted(references.items())}
    queries = [GalleryQuery(next(iter(p.labels), None), p) for p in askers]
    queries = [query for query in queries if query.name is None or query.name in chosen][: request.limit]
    if len(chosen) < 2 or not any(query.name for query in queries):
        raise InputError(
            f"{folder} and {request.data} have too few labelled pictures: give {INDEX} and labels, with two names or more"
        )
    return chosen, queries


def _gives(photograph: Photograph) -> bool:
    return photograph.split == "train" if photograph.split else fold_of(photograph.path.name) % 2 == 0


def score(queries: Sequence[GalleryQuery], found: Sequence[GalleryAnswer]) -> Outcome:
    """Scores of answers in the order of the pictures; ``types`` has a row a name."""
    named = [(query.name, answer) for query, answer in zip(queries, found, strict=True) if query.name is not None]
    empty = [answer for query, answer in zip(queries, found, strict=True) if query.name is None]
    right = Counter(name for name, answer in named if answer.full == name)
    asked = Counter(name for name, _ in named)
    scores = {
        "top1": percent(right.total(), len(named)),
        "unknown_rejected": percent(sum(answer.without is None for _, answer in named), len(named)),
    }
    if empty:
        scores["nothing_rejected"] = percent(sum(answer.full is None for answer in empty), len(empty))
    return Outcome(
        scores=scores,
        counts={"pictures": len(queries), "names": len(asked), "pictures_of_nothing": len(empty)},
        types={name: {"top1": percent(right[name], count), "support": count} for name, count in sorted(asked.items())},
        notes=_NOTES,
    )


def run(request: Request, bench: Bench) -> Outcome:
    """Describe the references, then recognise each picture with all of them and without its half of the names."""
    kind = next((kind for kind in _KINDS if kind == request.kind), None)
    if kind is None:
        raise InputError(f"say with --kind what the pictures show: {' or '.join(_KINDS)}, not {request.kind!r}")
    references, queries = split(request)
    reader = EngineRegistry(catalogue.ENGINES, bench.settings).one(catalogue.GALLERY)
    if kind == "logo":
        bench.load(("object_detection",))
    entries = [
        reference_of(Enrolment(kind=kind, name=name, image_ids=()), [_reference(p, kind) for p in found], reader.embedder(kind))
        for name, found in references.items()
    ]
    halves = entries[::2], entries[1::2]
    answers: list[GalleryAnswer] = []
    for batch in bench.batches(queries):
        answers += _answers(batch, kind, reader, halves, bench)
    return score(queries, answers)


def _answers(
    queries: Sequence[GalleryQuery],
    kind: GalleryKind,
    reader: GalleryReader,
    halves: tuple[list[Reference], list[Reference]],
    bench: Bench,
) -> list[GalleryAnswer]:
    contents = [read_bytes(query.photograph.path) for query in queries]
    pictures = [decode(data, str(q.photograph.path)) for data, q in zip(contents, queries, strict=True)]
    texts = [_words(seen) for seen in bench.through(("object_detection",), contents)] if kind == "logo" else []

    def names(references: Sequence[Reference]) -> list[str | None]:
        return [found.name if found else None for found in reader.recognise(kind, pictures, references, texts)]

    every, first, second = names([*halves[0], *halves[1]]), names(halves[0]), names(halves[1])
    known = {entry.name for entry in halves[0]}
    return [
        GalleryAnswer(full, second[n] if query.name in known else first[n])
        for n, (query, full) in enumerate(zip(queries, every, strict=True))
    ]


def _words(seen: StageInput) -> list[str]:
    images = seen.object_detection.images if seen.object_detection else ()
    return [region.text for image in images for region in image.regions if region.kind == "text"]


def _reference(photograph: Photograph, kind: GalleryKind) -> RgbArray:
    """The picture, cropped to its first box where it is a logo."""
    picture = load(photograph.path)
    if kind != "logo" or not photograph.boxes:
        return picture
    box = photograph.boxes[0].box
    wide, high = _MARGIN * (box.x1 - box.x0), _MARGIN * (box.y1 - box.y0)
    rows = slice(max(0, int(box.y0 - high)), int(box.y1 + high) + 1)
    return picture[rows, max(0, int(box.x0 - wide)) : int(box.x1 + wide) + 1]


GALLERY = PictureTask(
    name="gallery",
    summary="a logo or landmark by reference pictures",
    files=f"{INDEX} and labels",
    run=run,
    stages=("object_detection", "entity_linking"),
    takes=frozenset({"limit", "kind", "references"}),
)
