"""What the linker is asked: names with the places where they stand and, where known, their entity type."""

from collections.abc import Sequence
from dataclasses import dataclass

from shared.schemas.text import Entity, TextExtraction, TextMention

LINKED_TYPES = frozenset({"GPE", "LOC", "FAC", "ORG", "PER", "WEA", "VEH"})


@dataclass(frozen=True)
class FieldSpan:
    """A stretch of one field of the article."""

    field: str
    start: int
    end: int


@dataclass(frozen=True)
class Query:
    """One entity to link. ``names`` are tried in order; ``type`` is None where nobody said it."""

    names: tuple[str, ...]
    places: tuple[FieldSpan, ...]
    type: str | None = None


def entity_query(entity: Entity, mentions: dict[str, TextMention]) -> Query:
    """The question that an entity of text_ie asks: its own name first, then its longer names before shorter ones."""
    named = [mentions[i] for i in entity.mention_ids if mentions[i].kind == "name"]
    names = [entity.name, *sorted((m.text for m in named), key=lambda name: (-len(name), name))] if named else []
    places = tuple(FieldSpan(m.span.field, m.span.start, m.span.end) for m in named)
    return Query(tuple(dict.fromkeys(names)), places, entity.type)


def entity_queries(text: TextExtraction) -> tuple[list[Entity], list[Query]]:
    """Entities that can be linked, and their questions, in the same order."""
    mentions = {mention.id: mention for mention in text.mentions}
    entities = [entity for entity in text.entities if entity.type in LINKED_TYPES]
    return entities, [entity_query(entity, mentions) for entity in entities]


def span_queries(text: str, spans: Sequence[tuple[int, int]]) -> list[Query]:
    """Questions for bare spans of one text (field ``text``), whose types are unknown."""
    return [Query((text[start:end],), (FieldSpan("text", start, end),)) for start, end in spans]
