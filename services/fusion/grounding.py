"""Grounding-based fusion: every entity of the text is scored against every region of a picture; "nowhere" is an answer.

The score is a weighted sum of parts in [0, 1], kept in ``Grounding.reasons``: ``meaning`` (MiniLM likeness of the words and the
region's label), ``type`` (entity type against the region's), ``caption`` (the picture's caption mentions the entity), ``tags``
(likeness of the words and the tags of the image) and ``seen`` (how sure the detector was). Where an image-text encoder looked for
the phrase, ``attention`` tells how much of what it found lies in the region; it then makes up a part of the score.
"""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

from services.fusion.article_index import ArticleIndex
from services.fusion.thresholds import LIMITS
from shared.ids import make_id
from shared.schemas.fusion import Grounding
from shared.schemas.text import TextMention
from shared.schemas.vision import Region
from shared.sentence_vectors import MODEL_ID, MiniLM

_WEIGHTS = {
    "meaning": LIMITS.grounding_meaning,
    "type": LIMITS.grounding_type,
    "caption": LIMITS.grounding_caption,
    "tags": LIMITS.grounding_tags,
    "seen": LIMITS.grounding_seen,
}
_PERSON = "person"
_MAX_PHRASE = 60
_PLURALS = frozenset(
    ("people", "men", "women", "children", "police", "troops", "forces", "crew", "staff", "militia", "personnel")
)
_THINGS = frozenset(("VEH", "WEA", "FAC", "COM", "ORG", "PER"))


@dataclass(frozen=True)
class GroundingCandidate:
    """An entity that may be shown in a region, with the mention that fits best and the parts of the score."""

    score: float
    entity_id: str
    mention: TextMention
    region: Region
    parts: dict[str, float]
    plural: bool


def grounding(mention: TextMention, region: Region, confidence: float, model: str, reasons: dict[str, float]) -> Grounding:
    """A grounding with its deterministic id."""
    return Grounding(
        id=make_id("grounding", mention.id, region.id),
        mention_id=mention.id,
        region_id=region.id,
        confidence=round(confidence, 4),
        model=model,
        reasons={name: round(value, 4) for name, value in sorted(reasons.items())},
    )


def best_mention(index: ArticleIndex, entity_id: str, image_id: str) -> TextMention | None:
    """The mention to show for a picture: one of its caption if there is one, names before nominals."""
    in_caption = index.in_field(entity_id, f"caption:{image_id}")
    mentions = in_caption or list(index.mentions_of[entity_id])
    return mentions[0] if mentions else None


def ground(index: ArticleIndex, encoder: MiniLM, taken: frozenset[str]) -> list[GroundingCandidate]:
    """The accepted pairs, best first: a region shows one entity at most, an entity one region an image unless it is plural.

    ``taken`` are regions whose entity is already known (named faces, flags, written names). Named people are left to their
    faces and captions, and one unnamed person is not picked out of several.
    """
    regions = [
        r
        for r in index.regions.values()
        if r.kind == "object" and r.id not in taken and r.confidence >= LIMITS.min_region_confidence
    ]
    _encode(index, encoder, regions)
    pairs = [c for region in regions for entity_id in index.entities for c in _score(index, encoder, entity_id, region)]
    crowds = Counter(r.image_id for r in regions if r.entity_type == "PER")
    return _assign([c for c in pairs if c.plural or c.region.entity_type != "PER" or _singled_out(c, crowds)])


def _singled_out(candidate: GroundingCandidate, crowds: Counter[str]) -> bool:
    """The only person of the picture, or the one that the phrase points at."""
    return crowds[candidate.region.image_id] == 1 or candidate.parts.get("attention", 0.0) >= LIMITS.min_attention_person


def _encode(index: ArticleIndex, encoder: MiniLM, regions: list[Region]) -> None:
    """Encode in batches what the scores will ask for."""
    types = {entity_type for entity_type in _THINGS for r in regions if _type_agreement(entity_type, r.entity_type) is not None}
    wanted = [m for e in index.entities.values() if e.type in types for m in index.mentions_of[e.id]]
    phrases = {phrase for mention in wanted if mention.type in types for phrase in _phrases(index, mention)}
    encoder.encode(sorted(phrases | {r.label for r in regions}))


def similarity(encoder: MiniLM, left: str, right: str) -> float:
    """Cosine stretched so that unrelated words give 0 and near synonyms 1."""
    low, high = LIMITS.unrelated_cosine, LIMITS.synonym_cosine
    return min(1.0, max(0.0, (encoder.similarity(left, right) - low) / (high - low)))


def is_plural(mention: TextMention, head: str) -> bool:
    """Tell whether a nominal speaks of several things, judged by its head word."""
    word = head.lower()
    return mention.kind == "nominal" and (word in _PLURALS or (word.endswith("s") and not word.endswith("ss")))


def _phrases(index: ArticleIndex, mention: TextMention) -> list[str]:
    if mention.kind not in ("name", "nominal") or mention.type not in _THINGS:
        return []
    return list(dict.fromkeys((index.article.quote(mention.head), mention.text[:_MAX_PHRASE])))


def _score(index: ArticleIndex, encoder: MiniLM, entity_id: str, region: Region) -> Iterable[GroundingCandidate]:
    entity = index.entities[entity_id]
    agreement = _type_agreement(entity.type, region.entity_type)
    if agreement is None or (entity.type == "PER" and index.names(entity_id)):
        return
    caption = float(bool(index.in_field(entity_id, f"caption:{region.image_id}")))
    options: list[GroundingCandidate] = []
    for mention in index.mentions_of[entity_id]:
        phrases = [] if mention.kind == "name" and entity.type == "ORG" else _phrases(index, mention)
        if phrases:
            meaning = _meaning(encoder, phrases, region.label)
            parts = {"meaning": meaning, "type": agreement, "caption": caption, "seen": region.confidence}
            parts["tags"] = _tag_similarity(index, encoder, phrases[0], region.image_id)
            parts |= attention(index, mention, region)
            plural = is_plural(mention, phrases[0])
            options.append(GroundingCandidate(_weigh(parts), entity_id, mention, region, parts, plural))
    best = max(options, key=lambda c: c.score, default=None)
    unmentioned = index.caption(region.image_id).strip() and not caption
    least = LIMITS.min_grounding_unmentioned if unmentioned else LIMITS.min_grounding
    meaning = LIMITS.person_label_meaning if region.label == _PERSON else LIMITS.min_meaning
    if best and best.score >= least and best.parts["meaning"] >= meaning:
        yield best


def attention(index: ArticleIndex, mention: TextMention, region: Region) -> dict[str, float]:
    """The part ``attention``: the grounder's confidence times the overlap with what it found; empty where it did not look."""
    phrase = index.phrases.get((region.image_id, mention.text.casefold()))
    if phrase is None:
        return {}
    if phrase.region_id == region.id:
        return {"attention": phrase.confidence}
    return {"attention": phrase.confidence * phrase.box.iou(region.box) if phrase.box else 0.0}


def _meaning(encoder: MiniLM, phrases: list[str], label: str) -> float:
    """Likeness of the best phrase; the label ``person`` fits anyone a little and nobody well."""
    return LIMITS.person_label_meaning if label == _PERSON else max(similarity(encoder, phrase, label) for phrase in phrases)


def _type_agreement(entity_type: str, region_type: str | None) -> float | None:
    if entity_type not in _THINGS:
        return None
    if region_type is None:
        return 0.0 if entity_type not in ("PER", "ORG") else None
    if entity_type == region_type:
        return 1.0
    return 1 / 2 if (entity_type, region_type) == ("ORG", "PER") else None


def _tag_similarity(index: ArticleIndex, encoder: MiniLM, phrase: str, image_id: str) -> float:
    tags = index.tags.get(image_id, ())[:3]
    return max((similarity(encoder, phrase, tag.label) * tag.confidence for tag in tags), default=0.0)


def _weigh(parts: dict[str, float]) -> float:
    score = sum(weight * parts[name] for name, weight in _WEIGHTS.items())
    share = LIMITS.attention_share
    return round(score if "attention" not in parts else (1 - share) * score + share * parts["attention"], 4)


def _assign(pairs: list[GroundingCandidate]) -> list[GroundingCandidate]:
    chosen: list[GroundingCandidate] = []
    regions: set[str] = set()
    shown: set[tuple[str, str]] = set()
    for pair in sorted(pairs, key=lambda c: (-c.score, c.entity_id, c.region.id)):
        place = (pair.entity_id, pair.region.image_id)
        if pair.region.id in regions or place in shown:
            continue
        chosen.append(pair)
        regions.add(pair.region.id)
        if not pair.plural:
            shown.add(place)
    return chosen


def as_grounding(candidate: GroundingCandidate) -> Grounding:
    """The candidate as the stage's output says it."""
    return grounding(candidate.mention, candidate.region, candidate.score, MODEL_ID, candidate.parts)
