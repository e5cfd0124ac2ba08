"""Annotated photographs of a request, and their pixels."""

from collections.abc import Sequence
from pathlib import Path

from lab.corpora.held_out import is_held_out_picture
from lab.corpora.photographs import Photograph, find_index, read_photographs
from lab.evaluation.task import Request
from shared.errors import InputError, StageError
from shared.pictures import RgbArray, decode_rgb

INDEX = "a folder of photographs with index.jsonl or index.jsonl.gz, a line a picture"
WIDER = "wider_events"


def source_of(folder: Path) -> str:
    """The name of a set: ``wider_events`` for its layout, else the folder's own."""
    return WIDER if find_index(folder).name == "index.json" else folder.resolve().name


def chosen(request: Request) -> tuple[Photograph, ...]:
    """The photographs of the request's split or held-out part, all of them before any limit; raises InputError for none."""
    photographs = read_photographs(request.data)
    if request.split is not None:
        known = ", ".join(sorted({p.split for p in photographs if p.split})) or "none"
        photographs = [p for p in photographs if p.split == request.split]
        if not photographs:
            raise InputError(f"no picture of {request.data} is of split {request.split!r}; splits there: {known}")
    if request.held_out:
        source = source_of(request.data)
        photographs = [p for p in photographs if is_held_out_picture(source, p)]
    if not photographs:
        raise InputError(f"no picture of {request.data} is held out" if request.held_out else f"{request.data} has no pictures")
    return tuple(photographs)


def first(photographs: Sequence[Photograph], limit: int | None, what: str) -> tuple[Photograph, ...]:
    """The first of them; raises InputError where there is none, saying that ``what`` is missing."""
    if not photographs:
        raise InputError(f"no picture of the folder has {what}: give {INDEX}, with {what}")
    return tuple(photographs[:limit])


def read_bytes(path: Path) -> bytes:
    """The bytes of a picture; raises InputError where the index names a file that is not there."""
    try:
        return path.read_bytes()
    except OSError as error:
        raise InputError(f"{path} cannot be read ({error.strerror}): the annotations name it, so put it there") from error


def load(path: Path) -> RgbArray:
    """The pixels of a picture; raises InputError naming the file."""
    return decode(read_bytes(path), str(path))


def decode(data: bytes, name: str) -> RgbArray:
    """Pixels of bytes; raises InputError with the name."""
    try:
        return decode_rgb(data)
    except StageError as error:
        raise InputError(f"{name}: {error}") from error


def percent(part: float, whole: float) -> float:
    """Percent with two digits; 0 of nothing."""
    return round(100.0 * part / whole, 2) if whole else 0.0
