"""``newsgraph eval flags``: whose flag is it, is it found in the photograph, and how often is one seen where none is."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

import numpy as np

from lab.corpora.photographs import find_index
from lab.evaluation.task import Outcome, PictureTask, Request
from lab.evaluation.vision.bench import Bench
from lab.evaluation.vision.pictures import chosen, load, percent
from lab.evaluation.vision.warp import paste
from services.entity_linking import catalogue
from services.entity_linking.engines.flags import FlagFinder
from services.entity_linking.knowledge.store import KnowledgeBase
from shared.engines import EngineRegistry
from shared.errors import InputError
from shared.pictures import RgbArray
from shared.schemas.base import Box

PHOTOGRAPHS = "photographs"
_FILES = (
    "a folder of photographs with index.jsonl, whose boxes have the ISO code or name of a country as label (pictures without"
    " boxes show no flag), or a folder of drawings named by ISO code (fr.png, us.png), with photographs without flags in a folder"
    f" {PHOTOGRAPHS!r} beside them"
)
_PICTURES = frozenset({".jpg", ".jpeg", ".png", ".webp", ".avif"})
_VARIANTS = 3
_IN_PLACE = 0.4
_GREY = np.full((480, 640, 3), 128, dtype=np.uint8)
_FLIES = {
    **dict.fromkeys(("BL", "GF", "GP", "MF", "MQ", "PM", "RE", "WF", "YT"), "FR"),
    "BV": "NO",
    "SJ": "NO",
    "HM": "AU",
    "UM": "US",
}
"""Territories with the flag of another country, for which either is right."""
_NOTES = (
    "top1: the country of a flag whose box is given; found: the flag is found in its photograph (IoU 0.4) and has the right"
    " country, with no country mentioned; false alarms: flags found in photographs without flags, likewise",
    "drawings are cropped to at least 80% of each side, waved, seen in perspective, pasted near the middle of a photograph, dim"
    f" or bright, blurred and noisy (fixed seed, {_VARIANTS} of each); territories with the flag of another country count as it",
)


class ReadsFlags(Protocol):
    """What the task measures."""

    def flag_in(self, picture: RgbArray, box: Box) -> tuple[str, str]:
        """ISO code and name of the country whose flag a box most likely shows, given that it shows one."""
        ...

    def flags_of(self, picture: RgbArray) -> Sequence[tuple[Box, str, str]]:
        """Box, ISO code and name of each flag that is found in a picture of which nothing else is known."""
        ...


@dataclass(frozen=True)
class NamedFlags:
    """The flag finder of production, with the names of countries from its knowledge base."""

    finder: FlagFinder
    kb: KnowledgeBase

    def flag_in(self, picture: RgbArray, box: Box) -> tuple[str, str]:
        """ISO code and name of the likeliest country."""
        code = self.finder.recognise(picture, box)[0][0]
        return code, self.kb.country_name(code)

    def flags_of(self, picture: RgbArray) -> list[tuple[Box, str, str]]:
        """The flags that are found with no country mentioned."""
        return [(flag.box, flag.code, self.kb.country_name(flag.code)) for flag in self.finder.find(picture, ())]


@dataclass(frozen=True)
class Case:
    """A photograph, and the flags in it with their labels; of a drawing, what it is to be pasted into and the seed."""

    path: Path
    flags: tuple[tuple[str, Box], ...] = ()
    drawing: tuple[str, Path] | None = None
    seed: int = 0


@dataclass(frozen=True)
class FlagResult:
    """What was made of a case: a row (label, named right, found right) a flag, and how many flags were found beside them."""

    flags: tuple[tuple[str, bool, bool], ...]
    beside: int


def read(request: Request) -> list[Case]:
    """All cases; raises InputError."""
    if not request.data.is_dir():
        raise InputError(f"{request.data} is no folder: give {_FILES}")
    drawings = sorted(path for path in request.data.iterdir() if path.suffix.lower() in _PICTURES and len(path.stem) == 2)
    if drawings:
        photographs = _photographs(request.data / PHOTOGRAPHS)
        return [*_pasted(drawings[: request.limit], photographs), *(Case(path) for path in photographs[: request.limit])]
    find_index(request.data)
    cases = [Case(photo.path, tuple((box.label, box.box) for box in photo.boxes)) for photo in chosen(request)]
    if not any(case.flags for case in cases):
        raise InputError(f"no picture of {request.data} has a box: give {_FILES}")
    return cases[: request.limit]


def _photographs(folder: Path) -> list[Path]:
    return sorted(path for path in folder.rglob("*") if path.suffix.lower() in _PICTURES) if folder.is_dir() else []


def _pasted(drawings: Sequence[Path], photographs: Sequence[Path]) -> list[Case]:
    cases = []
    for number in range(_VARIANTS * len(drawings)):
        drawing = drawings[number % len(drawings)]
        behind = photographs[number % len(photographs)] if photographs else Path()
        cases.append(Case(behind, drawing=(drawing.stem, drawing), seed=number))
    return cases


def look(case: Case, reader: ReadsFlags) -> FlagResult:
    """Ask about one case; raises InputError naming a file that cannot be read."""
    if case.drawing is None:
        picture, flags = load(case.path), case.flags
    else:
        label, drawing = case.drawing
        behind = load(case.path) if case.path.suffix else _GREY
        pasted = paste(load(drawing), behind, np.random.default_rng(case.seed))
        picture, flags = pasted.picture, ((label, pasted.box),)
    found = reader.flags_of(picture)
    rows = tuple(
        (
            label,
            is_country(label, *reader.flag_in(picture, box)),
            any(place.iou(box) >= _IN_PLACE and is_country(label, code, name) for place, code, name in found),
        )
        for label, box in flags
    )
    return FlagResult(rows, sum(all(place.iou(box) < _IN_PLACE for _, box in flags) for place, _, _ in found))


def is_country(label: str, code: str, name: str) -> bool:
    """Whether a label, an ISO code or a name, means that country or a territory with its flag."""
    label = label.strip()
    same = _FLIES.get(label.upper(), label.upper()) == _FLIES.get(code, code)
    return same or label.casefold() == name.casefold()


def score(seen: Sequence[FlagResult]) -> Outcome:
    """Percent, and false alarms a photograph without flags (0.02 is one in fifty photographs)."""
    rows = [row for one in seen for row in one.flags]
    empty = [one.beside for one in seen if not one.flags]
    scores = {"top1": percent(sum(row[1] for row in rows), len(rows)), "found": percent(sum(row[2] for row in rows), len(rows))}
    notes: tuple[str, ...] = _NOTES
    if empty:
        scores["false_alarms_per_photo"] = round(sum(empty) / len(empty), 4)
    else:
        notes = (*_NOTES, f"no photograph without flags: false alarms were not counted (put some into {PHOTOGRAPHS!r})")
    counts = {"pictures": len(seen), "flags": len(rows), "photographs_without_flags": len(empty), "false_alarms": sum(empty)}
    return Outcome(scores=scores, counts=counts, types=_countries(rows), notes=notes)


def _countries(rows: Sequence[tuple[str, bool, bool]]) -> dict[str, dict[str, float]]:
    """The countries that are not always named right, the worst first."""
    asked = Counter(label for label, _, _ in rows)
    right, found = Counter(row[0] for row in rows if row[1]), Counter(row[0] for row in rows if row[2])
    table = {
        label: {"top1": percent(right[label], count), "found": percent(found[label], count), "support": count}
        for label, count in asked.items()
        if right[label] < count
    }
    return dict(sorted(table.items(), key=lambda row: (row[1]["top1"], row[0])))


def run(request: Request, bench: Bench) -> Outcome:
    """All cases by the production stage."""
    cases = read(request)
    registry = EngineRegistry(catalogue.ENGINES, bench.settings)
    flags = NamedFlags(registry.one(catalogue.FLAGS), registry.one(catalogue.LINKER).kb)
    return score([look(case, flags) for batch in bench.batches(cases) for case in batch])


FLAGS = PictureTask(
    "flags",
    "whose flag is seen, and where none is",
    _FILES,
    run,
    stages=("entity_linking",),
    takes=frozenset({"limit", "split", "held_out"}),
)
