"""What text_ie gives: sentences, mentions, entities, relations and events of one article."""

from datetime import datetime
from typing import Literal

from shared.schemas.base import Schema, Scored, TextSpan

MentionKind = Literal["name", "nominal", "pronoun", "value", "trigger"]
Asserted = Literal["asserted", "negated", "uncertain"]


class Language(Scored):
    """The detected language, ISO 639-1."""

    code: str


class Sentence(Schema):
    """One sentence of one field."""

    id: str
    span: TextSpan


class TextMention(Scored):
    """Words that refer to an entity or (kind ``trigger``) an event; ``text`` quotes the span exactly."""

    id: str
    span: TextSpan
    head: TextSpan
    text: str
    kind: MentionKind
    type: str
    subtype: str | None = None


class Entity(Scored):
    """Coreferent mentions of one article. ``type`` is an entity type of the ontology (PER, ORG, GPE, ...)."""

    id: str
    type: str
    name: str
    mention_ids: tuple[str, ...]
    attributes: dict[str, str] = {}


class Argument(Scored):
    """An entity in a role of an event, as stated by one mention."""

    role: str
    entity_id: str
    mention_id: str


class EventTime(Schema):
    """When an event happened, as far as the text says; ``mention_id`` points at the time expression, None if published_at."""

    mention_id: str | None
    earliest: datetime | None
    latest: datetime | None


class Event(Scored):
    """An event of the text; ``type`` is a dotted type of the ontology, ``trigger_ids`` are its trigger mentions."""

    id: str
    type: str
    trigger_ids: tuple[str, ...]
    arguments: tuple[Argument, ...] = ()
    time: EventTime | None = None
    asserted: Asserted = "asserted"


class Relation(Scored):
    """A binary relation between two entities, with the mentions that state it."""

    id: str
    type: str
    source_id: str
    target_id: str
    mention_ids: tuple[str, ...]


class NotAttempted(Schema):
    """A part that this profile does not do for this input, and why."""

    part: str
    reason: str


class TextExtraction(Schema):
    """The output of text_ie. ``coverage`` lists the characters that were read."""

    article_id: str
    language: Language
    sentences: tuple[Sentence, ...] = ()
    mentions: tuple[TextMention, ...] = ()
    entities: tuple[Entity, ...] = ()
    relations: tuple[Relation, ...] = ()
    events: tuple[Event, ...] = ()
    coverage: tuple[TextSpan, ...] = ()
    not_attempted: tuple[NotAttempted, ...] = ()
