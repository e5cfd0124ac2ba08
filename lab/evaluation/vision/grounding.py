"""``newsgraph eval grounding``: where in a photograph a phrase is (Plummer et al. 2015; pointing as in Zhang et al. 2016)."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from lab.corpora.photographs import Photograph
from lab.evaluation.tally import Tally
from lab.evaluation.task import Outcome, PictureTask, Request
from lab.evaluation.vision.bench import Bench
from lab.evaluation.vision.pictures import INDEX, chosen, decode, first, percent, read_bytes
from lab.evaluation.vision.stages import Pointed, Points, lacking
from shared.schemas.base import Box

_OVERLAP = 0.5
_NOTES = (
    "each different phrase of a picture once; pointing: the point lies in one of the phrase's gold boxes; recall_at_1: the box"
    f" has IoU {_OVERLAP} or more with one of them; an answer 'nowhere' is wrong, for all phrases have boxes",
)


@dataclass(frozen=True)
class GoldPhrase:
    """A phrase of a picture with all its boxes; ``kind``: people, clothing, ..."""

    text: str
    boxes: tuple[Box, ...]
    kind: str = ""


def phrases(photograph: Photograph) -> tuple[GoldPhrase, ...]:
    """The phrases of a photograph, each with all boxes that carry it."""
    boxes: dict[str, list[Box]] = {}
    kinds: dict[str, str] = {}
    for box in photograph.boxes:
        for text in dict.fromkeys((box.label, *box.phrases)):
            boxes.setdefault(text, []).append(box.box)
            kinds.setdefault(text, box.kind)
    return tuple(GoldPhrase(text, tuple(places), kinds[text]) for text, places in boxes.items())


def score(gold: Sequence[GoldPhrase], found: Sequence[Pointed | None]) -> Outcome:
    """Scores of answers in the order of the phrases; ``types`` has pointing and recall a kind of phrase."""
    points = [bool(answer) and _points(asked, answer) for asked, answer in zip(gold, found, strict=True)]
    boxes = [bool(answer) and _overlaps(asked, answer) for asked, answer in zip(gold, found, strict=True)]
    return Outcome(
        scores={
            "pointing_accuracy": percent(sum(points), len(gold)),
            "recall_at_1": percent(sum(boxes), len(gold)),
        },
        counts={"phrases": len(gold), "nowhere": sum(answer is None for answer in found)},
        types=_by_kind(gold, points, boxes),
        notes=_NOTES,
    )


def _points(asked: GoldPhrase, answer: Pointed | None) -> bool:
    return answer is not None and any(b.x0 <= answer[0] <= b.x1 and b.y0 <= answer[1] <= b.y1 for b in asked.boxes)


def _overlaps(asked: GoldPhrase, answer: Pointed | None) -> bool:
    if answer is None or answer[2] is None:
        return False
    x0, y0, x1, y1 = answer[2]
    found = Box(x0=x0, y0=y0, x1=x1, y1=y1) if x1 > x0 and y1 > y0 else None
    return found is not None and any(found.iou(gold) >= _OVERLAP for gold in asked.boxes)


def _by_kind(gold: Sequence[GoldPhrase], points: Sequence[bool], boxes: Sequence[bool]) -> dict[str, dict[str, float]]:
    rows: dict[str, tuple[Tally, Tally]] = {}
    for asked, point, box in zip(gold, points, boxes, strict=True):
        pointing, recall = rows.setdefault(asked.kind or "any", (Tally(), Tally()))
        pointing.add(point, 1, 1)
        recall.add(box, 1, 1)
    return {
        kind: {"pointing": round(p.recall, 2), "recall_at_1": round(r.recall, 2), "support": p.wanted}
        for kind, (p, r) in sorted(rows.items())
    }


def run(request: Request, bench: Bench) -> Outcome:
    """object_detection, then the pointing of visual_events with its regions, picture by picture."""
    photographs = first([p for p in chosen(request) if p.boxes], request.limit, "boxes of phrases")
    stage = bench.stage("visual_events")
    if not isinstance(stage, Points):
        raise lacking(stage, GROUNDING.name)
    bench.load(("object_detection",))
    gold: list[GoldPhrase] = []
    found: list[Pointed | None] = []
    for batch in bench.batches(photographs):
        contents = [read_bytes(photograph.path) for photograph in batch]
        for photograph, data, seen in zip(batch, contents, bench.through(("object_detection",), contents), strict=True):
            asked = phrases(photograph)
            regions = [
                region for image in (seen.object_detection.images if seen.object_detection else ()) for region in image.regions
            ]
            gold += asked
            found += stage.point(decode(data, str(photograph.path)), [phrase.text for phrase in asked], regions)
    outcome = score(gold, found)
    return replace(outcome, counts={"pictures": len(photographs)} | outcome.counts)


GROUNDING = PictureTask(
    name="grounding",
    summary="where a phrase is in a photograph",
    files=f"{INDEX} and phrase boxes",
    run=run,
    stages=("object_detection", "visual_events"),
    takes=frozenset({"limit", "held_out", "split"}),
)
