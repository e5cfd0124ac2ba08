"""``newsgraph eval visual-events``: which event a photograph shows, on WIDER's classes and the event types they stand for."""

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from lab.corpora.photographs import Photograph
from lab.corpora.wider import wider_types
from lab.evaluation.tally import Tally
from lab.evaluation.task import Outcome, PictureTask, Request
from lab.evaluation.vision.bench import Bench
from lab.evaluation.vision.pictures import WIDER, chosen, decode, percent, read_bytes, source_of
from lab.evaluation.vision.stages import ScoresEvents, lacking
from shared.errors import InputError
from shared.schemas.job import StageName
from shared.stage import StageInput

_FILES = "a folder of photographs with index.json that names the WIDER class of each"
_BINS = 15
_BEFORE: tuple[StageName, ...] = ("object_detection", "entity_linking")
_NOTES = (
    "types: labels/wider.yaml says which event type a class stands for; a finer type counts as that type; macro F1 over all types"
    " of the gold, none among them",
    f"ece: expected calibration error of the most probable type, {_BINS} bins of equal width (Guo et al. 2017); less is better",
)
_TRAINED = (
    "the committed model was trained on four fifths of these photographs: only --held-out is a fair figure for it"
    " (cross-validated figures are in its model card)"
)


@dataclass(frozen=True)
class EventAnswer:
    """Probabilities by event type and by class; both empty where nothing was found."""

    types: Mapping[str, float]
    classes: Mapping[str, float]


def score(labels: Sequence[str], answers: Sequence[EventAnswer]) -> Outcome:
    """Scores of WIDER classes against answers in the same order."""
    kinds = wider_types()
    gold, known = [kinds[label] for label in labels], frozenset(kinds[label] for label in labels)
    guesses = [_best(_on_level(answer.types, known)) for answer in answers]
    classes = [_best({_plain(name): value for name, value in answer.classes.items()})[0] for answer in answers]
    hits = [guess == kind for (guess, _), kind in zip(guesses, gold, strict=True)]
    tallies = _tallies(gold, [guess for guess, _ in guesses])
    fine = sum(_plain(label) == found for label, found in zip(labels, classes, strict=True))
    return Outcome(
        scores={
            "accuracy": percent(sum(hits), len(hits)),
            "macro_f1": round(float(np.mean([tally.f1 for tally in tallies.values()])), 2),
            "class60_accuracy": percent(fine, len(labels)),
            "ece": round(100 * _calibration_error([p for _, p in guesses], hits), 2),
        },
        counts={"pictures": len(labels), "classes": len(set(labels)), "types": len(tallies)},
        types={kind: tally.row() for kind, tally in tallies.items()},
        notes=_NOTES,
    )


def _on_level(types: Mapping[str, float], known: frozenset[str]) -> dict[str, float]:
    """Probabilities added up on the gold's types: a type that is none of these counts for the nearest one above it, if any."""
    summed: Counter[str] = Counter()
    for kind, value in types.items():
        parts = kind.split(".")
        above = (".".join(parts[:n]) for n in range(len(parts), 0, -1))
        summed[next((name for name in above if name in known), kind)] += value  # type: ignore[assignment]
    return dict(summed)


def _best(values: Mapping[str, float]) -> tuple[str, float]:
    return max(values.items(), key=lambda row: row[1], default=("", 0.0))


def _plain(name: str) -> str:
    """``people--driving--car`` and ``People driving car`` alike."""
    return re.sub(r"[\W_]+", " ", name).strip().casefold()


def _tallies(gold: Sequence[str], found: Sequence[str]) -> dict[str, Tally]:
    given, asked = Counter(found), Counter(gold)
    right = Counter(kind for kind, guess in zip(gold, found, strict=True) if kind == guess)
    return {kind: Tally(right[kind], given[kind], asked[kind]) for kind in sorted(asked)}


def _calibration_error(probabilities: Sequence[float], hits: Sequence[bool]) -> float:
    confidence, right = np.array(probabilities), np.array(hits, float)
    bins = np.minimum((confidence * _BINS).astype(int), _BINS - 1)
    return float(sum(abs(confidence[bins == b].sum() - right[bins == b].sum()) for b in np.unique(bins)) / max(1, len(hits)))


def _read(request: Request) -> tuple[Photograph, ...]:
    photographs = chosen(request)
    unknown = sorted({label for photo in photographs for label in photo.labels or ("no label",)} - wider_types().keys())
    if unknown:
        raise InputError(f"{request.data} has labels that are no WIDER classes ({', '.join(unknown[:5])}): give {_FILES}")
    return photographs[: request.limit]


def run(request: Request, bench: Bench) -> Outcome:
    """object_detection and entity_linking (faces), then the trained model of visual_events, on each photograph."""
    photographs, answers = _read(request), []
    stage = bench.stage("visual_events")
    if not isinstance(stage, ScoresEvents):
        raise lacking(stage, VISUAL_EVENTS.name)
    bench.load(_BEFORE)
    for batch in bench.batches(photographs):
        contents = [read_bytes(photo.path) for photo in batch]
        items = bench.through(_BEFORE, contents)
        answers += [_answer(stage, data, seen) for data, seen in zip(contents, items, strict=True)]
    outcome = score([photo.labels[0] for photo in photographs], answers)
    if source_of(request.data) == WIDER and not request.held_out:
        outcome = replace(outcome, notes=(*outcome.notes, _TRAINED))
    return outcome


def _answer(stage: ScoresEvents, data: bytes, seen: StageInput) -> EventAnswer:
    """Nothing where object_detection failed (the bench has counted it)."""
    if seen.object_detection is None or not seen.object_detection.images:
        return EventAnswer({}, {})
    scores = stage.scores(decode(data, seen.article.article_id), seen)
    return EventAnswer(scores.types, scores.classes)


VISUAL_EVENTS = PictureTask(
    name="visual-events",
    summary="the event that a photograph shows",
    files=_FILES,
    run=run,
    stages=(*_BEFORE, "visual_events"),
    takes=frozenset({"limit", "held_out", "split"}),
)
