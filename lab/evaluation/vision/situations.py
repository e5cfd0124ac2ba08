"""``newsgraph eval situations``: verbs, nouns of roles and their boxes, against SWiG-format JSON (Pratt et al. 2020).

Value: the share of a verb's roles whose noun is that of one of the annotators; value-all: all of them; grounded: the box too,
with IoU 0.5 or more, or rightly none. All are counted under the first verb of the prediction and are 0 where that is wrong.
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from pydantic import BaseModel, ValidationError

from lab.evaluation.task import Outcome, PictureTask, Request
from lab.evaluation.vision.bench import Bench
from lab.evaluation.vision.pictures import percent, read_bytes
from shared.errors import InputError
from shared.schemas.base import Box
from shared.schemas.job import StageName
from shared.schemas.situations import SituationFrame
from shared.stage import StageInput

_FILES = (
    "a SWiG-format .json with the pictures beside it or in images_512/, and imsitu_space.json or noun_1gloss.tab, which names the"
    " nouns, beside it"
)
_OVERLAP = 0.5
_STAGES: tuple[StageName, ...] = ("object_detection", "entity_linking", "visual_events")
_NOTES = (
    "verb_top5: among the five surest frames; value, value_all and grounded ones: under the first verb, the mean over pictures;"
    " a noun is right if it is a word for one of the three annotators' nouns, an empty role if one of them left it empty",
)


class SwigRow(BaseModel):
    """A row of the file: ``bb`` has a box ``[x0, y0, x1, y1]`` a role (-1: not to be seen), ``frames`` a noun id a role each."""

    verb: str
    bb: dict[str, tuple[float, float, float, float]]
    frames: tuple[dict[str, str], ...]


@dataclass(frozen=True)
class GoldRole:
    """The words that fit a role (empty: nothing fits), and its box."""

    nouns: frozenset[str]
    box: Box | None


@dataclass(frozen=True)
class GoldSituation:
    """A picture's verb and roles."""

    verb: str
    roles: dict[str, GoldRole]


@dataclass(frozen=True)
class FoundRole:
    """A noun and its box."""

    noun: str
    box: Box | None


@dataclass(frozen=True)
class FoundSituation:
    """Verbs, the surest first, and the roles of the first."""

    verbs: tuple[str, ...] = ()
    roles: dict[str, FoundRole] | None = None


def read(path: Path) -> dict[str, GoldSituation]:
    """Situations by picture name; raises InputError."""
    try:
        rows = {name: SwigRow.model_validate(row) for name, row in json.loads(path.read_text(encoding="utf-8")).items()}
    except (OSError, ValueError, AttributeError, ValidationError) as error:
        raise InputError(f"{path} cannot be read ({str(error)[:200]}): give {_FILES}") from error
    words = _nouns(path.parent)
    return {name: GoldSituation(row.verb, {role: _role(row, role, words) for role in row.bb}) for name, row in rows.items()}


def _nouns(folder: Path) -> dict[str, tuple[str, ...]]:
    """WordNet id -> words."""
    space, glosses = folder / "imsitu_space.json", folder / "noun_1gloss.tab"
    if space.is_file():
        nouns = json.loads(space.read_text(encoding="utf-8"))["nouns"]
        return {ident: tuple(row["gloss"]) for ident, row in nouns.items()}
    if glosses.is_file():
        rows = (line.split("\t") for line in glosses.read_text(encoding="utf-8").splitlines() if "\t" in line)
        return {row[0]: (row[1],) for row in rows}
    raise InputError(
        f"{folder} has neither imsitu_space.json nor noun_1gloss.tab, so the ids of nouns mean nothing: put one there"
    )


def _role(row: SwigRow, role: str, words: dict[str, tuple[str, ...]]) -> GoldRole:
    ids = {frame.get(role, "") for frame in row.frames}
    nouns = frozenset(word for ident in ids for word in ((ident, *words.get(ident, ())) if ident else ("",)))
    x0, y0, x1, y1 = row.bb[role]
    return GoldRole(frozenset(map(_plain, nouns)), Box(x0=x0, y0=y0, x1=x1, y1=y1) if x1 > x0 >= 0 and y1 > y0 else None)


def _plain(noun: str) -> str:
    return noun.replace("_", " ").strip().casefold()


def score(gold: Sequence[GoldSituation], found: Sequence[FoundSituation]) -> Outcome:
    """Scores of answers in the order of the pictures."""
    sums = dict.fromkeys(("verb_top1", "verb_top5", "value", "value_all", "grounded_value", "grounded_value_all"), 0.0)
    for wanted, answer in zip(gold, found, strict=True):
        sums["verb_top5"] += wanted.verb in answer.verbs[:5]
        if answer.verbs[:1] == (wanted.verb,):
            for name, value in _values(wanted, answer.roles or {}).items():
                sums[name] += value
    scores = {name: percent(value, len(gold)) for name, value in sums.items()}
    return Outcome(scores, {"pictures": len(gold), "verbs": len({g.verb for g in gold})}, notes=_NOTES)


def _values(gold: GoldSituation, roles: dict[str, FoundRole]) -> dict[str, float]:
    nothing = FoundRole("", None)
    pairs = [(wanted, roles.get(name, nothing)) for name, wanted in gold.roles.items()]
    right = [_plain(given.noun) in wanted.nouns for wanted, given in pairs]
    placed = [hit and _same_place(wanted.box, given.box) for hit, (wanted, given) in zip(right, pairs, strict=True)]
    return {
        "verb_top1": 1.0,
        "value": _share(right),
        "value_all": float(all(right)),
        "grounded_value": _share(placed),
        "grounded_value_all": float(all(placed)),
    }


def _share(hits: Sequence[bool]) -> float:
    """Of no roles at all, every one is right."""
    return sum(hits) / len(hits) if hits else 1.0


def _same_place(wanted: Box | None, given: Box | None) -> bool:
    if wanted is None or given is None:
        return wanted is given
    return wanted.iou(given) >= _OVERLAP


def found_situation(item: StageInput) -> FoundSituation:
    """The frames of a picture by confidence; boxes are those of the regions that any stage gave."""
    frames = sorted(item.visual_events.frames if item.visual_events else (), key=lambda frame: -frame.confidence)
    verbs = tuple(dict.fromkeys(frame.verb for frame in frames))
    return FoundSituation(verbs, _roles(frames[0], boxes_of(item)) if frames else None)


def _roles(frame: SituationFrame, boxes: dict[str, Box]) -> dict[str, FoundRole]:
    return {role.role: FoundRole(role.noun, boxes.get(role.region_id or "")) for role in frame.roles}


def boxes_of(item: StageInput) -> dict[str, Box]:
    """Boxes by region id of everything that the stages found in the picture."""
    images = item.object_detection.images if item.object_detection else ()
    regions = [region for image in images for region in image.regions]
    if item.entity_linking:
        linked = item.entity_linking
        regions += [*(face.region for face in linked.faces), *linked.flags, *linked.logos, *linked.landmarks]
    regions += item.visual_events.regions if item.visual_events else ()
    return {region.id: region.box for region in regions}


def run(request: Request, bench: Bench) -> Outcome:
    """The stages of pictures in order."""
    rows = list(read(request.data).items())[: request.limit]
    if not rows:
        raise InputError(f"{request.data} has no situations: give {_FILES}")
    bench.load(_STAGES)
    found: list[FoundSituation] = []
    for batch in bench.batches(rows):
        items = bench.through(_STAGES, [read_bytes(_picture(request.data, name)) for name, _ in batch])
        found += map(found_situation, items)
    return score([row for _, row in rows], found)


def _picture(path: Path, name: str) -> Path:
    folders = (path.parent, path.parent / "images_512", path.parent / "images")
    return next((folder / name for folder in folders if (folder / name).is_file()), path.parent / name)


SITUATIONS = PictureTask("situations", "verbs of imSitu with roles, nouns and boxes", _FILES, run, stages=_STAGES)
