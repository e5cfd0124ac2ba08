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
    """When an event starts and ends, each between two moments (LDC's four-tuple), None where the text does not bound it.

    ``mention_id`` is the time expression, None if it is ``published_at``.
    """

    mention_id: str | None
    earliest_start: datetime | None = None
    latest_start: datetime | None = None
    earliest_end: datetime | None = None
    latest_end: datetime | None = None


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


class Usage(Schema):
    """What an engine over an API used. ``cost`` is in the currency of the configured prices, None without prices.

    ``dropped_quotes`` were not found in the text, ``dropped_labels`` are not in the ontology or not allowed where they stood.
    """

    requests: int = 0
    prompt_tokens: int = 0
    completion_tokens: int = 0
    cost: float | None = None
    retries: int = 0
    dropped_quotes: int = 0
    dropped_labels: int = 0


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
    usage: Usage | None = None
