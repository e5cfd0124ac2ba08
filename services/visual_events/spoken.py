"""What the text says of pictures, looked for in them: phrases in their cells, event sentences against their vectors."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from services.visual_events.phrases import Corners, Pointed, Proposal, locate
from services.visual_events.thresholds import LIMITS
from shared.image_text.encoder import Floats, ImageCodes, ImageTextEncoder
from shared.schemas.article import Article
from shared.schemas.base import Box
from shared.schemas.situations import EventFit, PhraseGrounding
from shared.schemas.text import TextExtraction, TextMention
from shared.schemas.vision import ImageAnalysis, Region

_KINDS = ("nominal",)
_TYPES = frozenset(("PER", "ORG", "VEH", "WEA", "FAC", "COM", "LOC"))
_LANGUAGE = "en"


@dataclass(frozen=True)
class Shown:
    """An image with its codes (N = 1) and the detectors' regions."""

    analysis: ImageAnalysis
    codes: ImageCodes


def proposals(regions: Sequence[Region]) -> list[Region]:
    """The object regions that a phrase can mean."""
    return [r for r in regions if r.kind == "object" and r.confidence >= LIMITS.min_proposal]


def point(shown: Shown, phrases: Sequence[str], encoder: ImageTextEncoder) -> list[Pointed]:
    """Ground phrases in an image, in order."""
    regions = proposals(shown.analysis.regions)
    vectors = encoder.phrases([*phrases, *(r.label for r in regions)])
    labels = vectors[len(phrases) :]
    corners = [_shares(r.box, shown.analysis) for r in regions]
    found: list[Pointed] = []
    for vector in vectors[: len(phrases)]:
        likeness = labels @ vector
        boxes = [Proposal(c, float(fit)) for c, fit in zip(corners, likeness, strict=True)]
        found.append(locate(shown.codes.cells[0], vector, boxes))
    return found


def ground_phrases(
    article: Article, text: TextExtraction, shown: Sequence[Shown], encoder: ImageTextEncoder
) -> tuple[PhraseGrounding, ...]:
    """What nominal mentions of an English text speak of in each image: those of its caption first, then of the article."""
    if text.language.code != _LANGUAGE:
        return ()
    found: list[PhraseGrounding] = []
    for image in shown:
        mentions = _mentions(article, text, image.analysis.image_id)
        pointed = point(image, [m.text for m in mentions], encoder) if mentions else []
        found += [_message(image, m, p, encoder.model_id) for m, p in zip(mentions, pointed, strict=True)]
    return tuple(found)


def _mentions(article: Article, text: TextExtraction, image_id: str) -> list[TextMention]:
    """The first mentions, one of each wording; a caption of another image does not speak of this one."""
    fields = {f"caption:{image_id}": 0, "title": 1, "text": 1}
    fit = [m for m in text.mentions if m.kind in _KINDS and m.type in _TYPES and m.span.field in fields]
    short = [m for m in fit if len(m.text) <= LIMITS.max_phrase]
    ordered = sorted(short, key=lambda m: (fields[m.span.field], m.span.field, m.span.start, m.id))
    return list({m.text.casefold(): m for m in reversed(ordered)}.values())[::-1][: int(LIMITS.max_spoken_phrases)]


def _message(image: Shown, mention: TextMention, pointed: Pointed, model: str) -> PhraseGrounding:
    analysis, regions = image.analysis, proposals(image.analysis.regions)
    if not pointed.present:
        return PhraseGrounding(
            image_id=analysis.image_id, mention_id=mention.id, confidence=round(1 - pointed.confidence, 3), model=model
        )
    region = regions[pointed.proposal] if pointed.proposal is not None else None
    return PhraseGrounding(
        image_id=analysis.image_id,
        mention_id=mention.id,
        region_id=region.id if region else None,
        box=region.box if region else pixels(pointed.corners, analysis),
        confidence=pointed.confidence,
        model=model,
    )


def pixels(corners: Corners, analysis: ImageAnalysis) -> Box:
    """Shares of width and height as a box of the image."""
    x0, y0, x1, y1 = corners
    width, height = analysis.width, analysis.height
    return Box(x0=round(x0 * width, 1), y0=round(y0 * height, 1), x1=round(x1 * width, 1), y1=round(y1 * height, 1))


def _shares(box: Box, analysis: ImageAnalysis) -> Corners:
    return box.x0 / analysis.width, box.y0 / analysis.height, box.x1 / analysis.width, box.y1 / analysis.height


def event_fits(article: Article, text: TextExtraction, shown: Sequence[Shown], encoder: ImageTextEncoder) -> tuple[EventFit, ...]:
    """How well each event's sentence fits each image: its odds against the mean of all sentences, 0.5 where they are alike."""
    told = _sentences(article, text)
    if not shown or len(set(told.values())) < 2 or text.language.code != _LANGUAGE:
        return ()
    sentences = sorted(set(told.values()))
    vectors = encoder.texts(sentences)
    found: list[EventFit] = []
    for image in shown:
        fits = dict(zip(sentences, _fits(vectors, image.codes.vectors[0], encoder.scale), strict=True))
        found += [
            EventFit(image_id=image.analysis.image_id, event_id=e, confidence=round(fits[s], 3), model=encoder.model_id)
            for e, s in told.items()
        ]
    return tuple(found)


def _fits(vectors: Floats, image: Floats, scale: float) -> list[float]:
    """Odds of each sentence against the mean of all, as a probability."""
    logits = scale * (vectors @ image)
    weights = np.exp(logits - logits.max())
    return [float(w / (w + weights.mean())) for w in weights]


def _sentences(article: Article, text: TextExtraction) -> dict[str, str]:
    """The sentence of the first trigger of each event."""
    triggers = {m.id: m for m in text.mentions if m.kind == "trigger"}
    found: dict[str, str] = {}
    for event in text.events:
        trigger = next((triggers[t] for t in event.trigger_ids if t in triggers), None)
        sentence = next((s for s in text.sentences if trigger and s.span.contains(trigger.span)), None)
        if sentence:
            found[event.id] = article.quote(sentence.span)
    return found
