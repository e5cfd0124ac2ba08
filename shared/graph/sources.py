"""The evidence nodes: the article, its images and keyframes, and the words and boxes that refer to something."""

from collections.abc import Iterator

from shared.graph.draft import Draft
from shared.graph.times import iso
from shared.graph.video_times import VideoTimes
from shared.schemas.article import Image
from shared.schemas.graph import PropertyValue
from shared.schemas.situations import SituationFrame
from shared.schemas.text import TextMention
from shared.schemas.vision import Region
from shared.stage import StageInput

_NAME_LENGTH = 60


def add_article(draft: Draft, given: StageInput) -> None:
    """The Article node; its text stays in the blob store."""
    article, text_ie = given.article, given.text_ie
    name = article.title or article.text.strip().partition("\n")[0]
    properties: dict[str, PropertyValue] = {
        "name": shortened(name),
        "title": article.title or None,
        "language": text_ie.language.code if text_ie else article.language,
        "published_at": iso(article.published_at),
        "source_url": article.source_url,
    }
    draft.source(article.article_id, ("Article",), properties)


def add_images(draft: Draft, given: StageInput) -> None:
    """The Image nodes with what was seen in them as a whole, and their HAS_IMAGE edges."""
    for image in given.article.images:
        draft.source(image.image_id, ("Image",), _shown(given, image))
        ends = (given.article.article_id, image.image_id)
        draft.edge("HAS_IMAGE", ends, [image.image_id], {"caption": image.caption or None})


def add_keyframes(draft: Draft, given: StageInput) -> None:
    """The Image:Keyframe nodes, at their ``seconds``, and the HAS_KEYFRAME edges from their Video nodes."""
    for timeline in given.video_frames.videos if given.video_frames else ():
        for keyframe in timeline.keyframes if timeline.video_id in draft else ():
            start, end = timeline.stretch(keyframe)
            times: dict[str, PropertyValue] = {"seconds": keyframe.seconds, "start_seconds": start, "end_seconds": end}
            name = f"frame at {keyframe.seconds:.1f} s"
            place: dict[str, PropertyValue] = {"name": name, "video_id": timeline.video_id, "shot": keyframe.shot}
            image_id = keyframe.image.image_id
            draft.source(image_id, ("Image", "Keyframe"), {**_shown(given, keyframe.image), **place, **times})
            draft.edge("HAS_KEYFRAME", (timeline.video_id, image_id), [image_id], times)


def add_text_mentions(draft: Draft, given: StageInput) -> None:
    """A TextMention per mention of text_ie, IN the article."""
    for mention in given.text_ie.mentions if given.text_ie else ():
        draft.source(mention.id, ("Mention", "TextMention"), _words(draft.article_id, mention))
        draft.edge("IN", (mention.id, draft.article_id), [mention.id], {})


def add_regions(draft: Draft, given: StageInput, times: VideoTimes) -> None:
    """A Region per box that any stage found, IN its image; in a keyframe with the seconds that it stands for."""
    for region in regions_of(given):
        if region.image_id in draft:
            draft.source(region.id, ("Mention", "Region"), {**_box(draft.article_id, region), **times.of_region(region)})
            draft.edge("IN", (region.id, region.image_id), [region.id], {})


def regions_of(given: StageInput) -> Iterator[Region]:
    """The regions of all stages; one id may come more than once. Masks stay in the output of object_detection."""
    if given.object_detection:
        for image in given.object_detection.images:
            yield from image.regions
    if given.entity_linking:
        yield from (face.region for face in given.entity_linking.faces)
        yield from given.entity_linking.flags
        yield from given.entity_linking.logos
        yield from given.entity_linking.landmarks
    if given.visual_events:
        yield from given.visual_events.regions


def shortened(text: str) -> str:
    """The text, or its beginning with an ellipsis, for captions of nodes."""
    return text if len(text) <= _NAME_LENGTH else text[: _NAME_LENGTH - 1].rstrip() + "…"


def _shown(given: StageInput, image: Image) -> dict[str, PropertyValue]:
    """What is known of a picture, and what was seen in it as a whole; ``segments`` and ``segment_shares`` in the same order."""
    analyses = given.object_detection.images if given.object_detection else ()
    analysis = next((each for each in analyses if each.image_id == image.image_id), None)
    frames = given.visual_events.frames if given.visual_events else ()
    classes = sorted(analysis.segments, key=lambda segment: (-segment.share, segment.label)) if analysis else []
    return {
        "name": shortened(image.caption) or "image",
        "caption": image.caption or None,
        "credit": image.credit or None,
        "source_url": image.source_url,
        "media_type": image.media_type,
        "width": image.width,
        "height": image.height,
        "situations": sorted(_described(frame) for frame in frames if frame.image_id == image.image_id) or None,
        "tags": (sorted(tag.label for tag in analysis.tags) or None) if analysis else None,
        "segments": [segment.label for segment in classes] or None,
        "segment_shares": [segment.share for segment in classes] or None,
        "error": analysis.error if analysis else None,
    }


def _described(frame: SituationFrame) -> str:
    roles = ", ".join(f"{filler.role}: {filler.noun}" for filler in frame.roles)
    return f"{frame.verb} ({roles})" if roles else frame.verb


def _words(article_id: str, mention: TextMention) -> dict[str, PropertyValue]:
    return {
        "name": shortened(mention.text),
        "text": mention.text,
        "field": mention.span.field,
        "start": mention.span.start,
        "end": mention.span.end,
        "kind": mention.kind,
        "type": mention.type,
        "subtype": mention.subtype,
        "confidence": mention.confidence,
        "model": mention.model,
        "article_id": article_id,
    }


def _box(article_id: str, region: Region) -> dict[str, PropertyValue]:
    return {
        "name": shortened(region.text or region.label),
        "image_id": region.image_id,
        "x0": region.box.x0,
        "y0": region.box.y0,
        "x1": region.box.x1,
        "y1": region.box.y1,
        "kind": region.kind,
        "label": region.label,
        "text": region.text or None,
        "type": region.entity_type,
        "has_mask": True if region.mask else None,
        "attributes": [attribute.label for attribute in region.attributes] or None,
        "attribute_confidences": [attribute.confidence for attribute in region.attributes] or None,
        "attribute_models": [attribute.model for attribute in region.attributes] or None,
        "detections": [f"{found.model}: {found.label} {found.confidence:.2f}" for found in region.detections] or None,
        "confidence": region.confidence,
        "model": region.model,
        "article_id": article_id,
    }
