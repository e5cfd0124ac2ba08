"""What a person wears, from the tags of the upper body: groups of ImageNet labels that name one kind of clothing."""

from collections.abc import Sequence

from services.object_detection.detections import Detection, clip
from services.object_detection.engines.efficientnet import TagReader
from services.object_detection.thresholds import LIMITS
from shared.pictures import RgbArray
from shared.schemas.base import Box

GROUPS: dict[str, frozenset[str]] = {
    "suit": frozenset({"suit", "Windsor tie", "bow tie", "groom", "bolo tie"}),
    "military uniform": frozenset({"military uniform", "bearskin", "pickelhaube", "assault rifle", "bulletproof vest"}),
    "uniform or protective gear": frozenset(
        {"oxygen mask", "crash helmet", "football helmet", "gasmask", "ski mask", "breastplate", "lab coat"}
    ),
    "gown": frozenset({"gown", "academic gown", "vestment"}),
}


def read_clothing(picture: RgbArray, person: Box, reader: TagReader) -> Detection | None:
    """The clothing of one person, boxed by the upper body; None when the tags name none clearly or the person is small.

    One view decides whether the other three are looked at.
    """
    height, width = picture.shape[:2]
    bodies = [clip(_below(person, start), width, height) for start in (LIMITS.chin_start, LIMITS.chest_start)]
    seen = [body for body in bodies if body and min(body.x1 - body.x0, body.y1 - body.y0) >= LIMITS.min_dressed_side]
    if not seen:
        return None
    crops = [picture[round(b.y0) : round(b.y1), round(b.x0) : round(b.x1)] for b in seen]
    if _best_group(reader, crops[:1])[1] < LIMITS.min_hint_of_clothing:
        return None
    label, score = _best_group(reader, [*crops, *(crop[:, ::-1] for crop in crops)])
    return Detection(label, score, seen[0]) if score >= LIMITS.min_clothing else None


def _best_group(reader: TagReader, views: Sequence[RgbArray]) -> tuple[str, float]:
    tags = reader.read_views(views, LIMITS.min_clothing_tag, int(LIMITS.max_clothing_tags))
    scores = {name: min(1.0, sum(p for label, p in tags if label in labels)) for name, labels in GROUPS.items()}
    return max(scores.items(), key=lambda item: item[1])


def _below(person: Box, start: float) -> tuple[float, float, float, float]:
    """The part of a person from ``start`` box widths below the top, at most ``upper_body_aspect`` widths tall."""
    tall, wide = person.y1 - person.y0, person.x1 - person.x0
    top = person.y0 + start * min(tall, wide)
    return person.x0, top, person.x1, min(person.y1, top + LIMITS.upper_body_aspect * wide)
