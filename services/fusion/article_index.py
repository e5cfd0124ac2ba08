"""Everything the earlier stages found in one article, sorted and indexed, so that no result depends on their order."""

from dataclasses import dataclass
from functools import cached_property

from shared.schemas.article import Article, Image
from shared.schemas.base import TextSpan
from shared.schemas.linking import EntityLinking, Face, FaceCluster, Link
from shared.schemas.situations import PhraseGrounding, SceneTriple, VisualEvent, VisualEvents
from shared.schemas.text import Entity, Event, Relation, TextExtraction, TextMention
from shared.schemas.vision import ImageTag, Region
from shared.stage import StageInput

_KIND_ORDER = {"name": 0, "nominal": 1, "value": 2, "pronoun": 3, "trigger": 4}


@dataclass(frozen=True)
class ArticleIndex:
    """The index of one article; mentions stand in reading order, all else by id.

    ``phrases`` by image and folded words, ``fits`` by text event and image: what an image-text encoder made of them.
    """

    article: Article
    pictures: tuple[Image, ...]
    sentences: tuple[TextSpan, ...]
    mentions: dict[str, TextMention]
    entities: dict[str, Entity]
    events: tuple[Event, ...]
    relations: tuple[Relation, ...]
    regions: dict[str, Region]
    tags: dict[str, tuple[ImageTag, ...]]
    faces: dict[str, Face]
    clusters: dict[str, FaceCluster]
    marks: tuple[str, ...]
    links: tuple[Link, ...]
    triples: tuple[SceneTriple, ...]
    visual_events: tuple[VisualEvent, ...]
    verbs: dict[str, str]
    phrases: dict[tuple[str, str], PhraseGrounding]
    fits: dict[tuple[str, str], float]

    @cached_property
    def mentions_of(self) -> dict[str, tuple[TextMention, ...]]:
        """The mentions of each entity: names first, then nominals, then the rest, each in reading order."""
        return {e.id: self._sorted_mentions(e) for e in self.entities.values()}

    def names(self, entity_id: str) -> list[str]:
        """The different name strings of an entity, in reading order."""
        return list(dict.fromkeys(m.text for m in self.mentions_of[entity_id] if m.kind == "name"))

    def in_field(self, entity_id: str, field: str) -> list[TextMention]:
        """The mentions of an entity in one field of the article."""
        return [m for m in self.mentions_of[entity_id] if m.span.field == field]

    def caption(self, image_id: str) -> str:
        """The caption of an image, empty where it has none."""
        return next((i.caption for i in self.pictures if i.image_id == image_id), "")

    @cached_property
    def image_ids(self) -> tuple[str, ...]:
        """The images in which anything was seen, in order of id."""
        return tuple(sorted({r.image_id for r in self.regions.values()}))

    def _sorted_mentions(self, entity: Entity) -> tuple[TextMention, ...]:
        order = {mention_id: n for n, mention_id in enumerate(self.mentions)}
        known = [self.mentions[m] for m in dict.fromkeys(entity.mention_ids) if m in self.mentions]
        return tuple(sorted(known, key=lambda m: (_KIND_ORDER[m.kind], order[m.id])))


def collect(given: StageInput) -> ArticleIndex:
    """Index the outputs of the earlier stages; a missing stage counts as having found nothing."""
    text, vision, linking, seen = given.text_ie, given.object_detection, given.entity_linking, given.visual_events
    entities = _told(text) if text else {}
    images = sorted(vision.images, key=lambda i: i.image_id) if vision else []
    return ArticleIndex(
        article=given.article,
        pictures=given.pictures,
        sentences=tuple(s.span for s in text.sentences) if text else (),
        mentions={m.id: m for m in sorted(text.mentions, key=_place)} if text else {},
        entities=entities,
        events=tuple(sorted(text.events, key=lambda e: e.id)) if text else (),
        relations=tuple(r for r in _by_id(text) if {r.source_id, r.target_id} <= entities.keys()) if text else (),
        regions=_regions(given),
        tags={i.image_id: tuple(sorted(i.tags, key=lambda t: (-t.confidence, t.label))) for i in images},
        faces={f.region.id: f for f in sorted(linking.faces, key=lambda f: f.region.id)} if linking else {},
        clusters={c.id: c for c in sorted(linking.clusters, key=lambda c: c.id)} if linking else {},
        marks=tuple(sorted(r.id for r in _marks(linking))) if linking else (),
        links=tuple(sorted(linking.links, key=_link_order)) if linking else (),
        triples=tuple(sorted(seen.triples, key=lambda t: t.id)) if seen else (),
        visual_events=tuple(sorted(seen.events, key=lambda e: e.id)) if seen else (),
        verbs={f.id: f.verb for f in seen.frames} if seen else {},
        phrases=_phrases(text, seen) if text and seen else {},
        fits={(f.event_id, f.image_id): f.confidence for f in seen.fits} if seen else {},
    )


def _phrases(text: TextExtraction, seen: VisualEvents) -> dict[tuple[str, str], PhraseGrounding]:
    words = {m.id: m.text.casefold() for m in text.mentions}
    known = sorted((p for p in seen.phrases if p.mention_id in words), key=lambda p: p.mention_id)
    return {(phrase.image_id, words[phrase.mention_id]): phrase for phrase in known}


def _told(text: TextExtraction) -> dict[str, Entity]:
    """The entities that are named or described somewhere; pronouns alone (``I``, ``we``) tell a reader nothing."""
    pronouns = {m.id for m in text.mentions if m.kind == "pronoun"}
    return {e.id: e for e in sorted(text.entities, key=lambda e: e.id) if not pronouns.issuperset(e.mention_ids)}


def _by_id(text: TextExtraction) -> list[Relation]:
    return sorted(text.relations, key=lambda r: r.id)


def _place(mention: TextMention) -> tuple[bool, str, int, int, str]:
    span = mention.span
    return span.field != "title", span.field, span.start, span.end, mention.id


def _link_order(link: Link) -> tuple[str, float, str]:
    return link.subject_id, -link.confidence, link.record.id


def _marks(linking: EntityLinking) -> list[Region]:
    """Flags, logos and landmarks: regions that stand for something by themselves."""
    return [*linking.flags, *linking.logos, *linking.landmarks]


def _regions(given: StageInput) -> dict[str, Region]:
    found: list[Region] = []
    if given.object_detection:
        found += [r for image in given.object_detection.images for r in image.regions]
    if given.entity_linking:
        found += [face.region for face in given.entity_linking.faces] + _marks(given.entity_linking)
    if given.visual_events:
        found += given.visual_events.regions
    return {r.id: r for r in sorted(found, key=lambda r: r.id)}
