"""The extraction that a perfect system would give for a gold document: every task must score it 100 (tests prove it)."""

from collections import defaultdict
from itertools import chain

from lab.corpora.document import GoldArgument, GoldDocument, GoldEvent, GoldMention
from lab.evaluation.gold_relations import cluster_keys, entity_relations
from lab.evaluation.spans import Page
from shared.ids import make_id
from shared.schemas.base import TextSpan
from shared.schemas.text import (
    Argument,
    Entity,
    Event,
    Language,
    MentionKind,
    Relation,
    Sentence,
    TextExtraction,
    TextMention,
)

MODEL = "rules:oracle"


def oracle(document: GoldDocument) -> TextExtraction:
    """Gold as a TextExtraction: clusters as entities and events, the first allowed type (or the corpus's label) as type."""
    page = Page(document)
    mentions = {m.id: _mention(page, m) for m in document.mentions}
    clusters = _clusters(document)
    owner = {m.id: entity.id for entity, group in clusters for m in group}
    triggers = {event.id: _trigger(document, event) for event in document.events}
    return TextExtraction(
        article_id=document.id,
        language=Language(code="en", confidence=1.0, model=MODEL),
        sentences=tuple(
            Sentence(id=make_id("sentence", document.id, str(start)), span=TextSpan(start=start, end=end))
            for start, end in document.sentences
        ),
        mentions=(*mentions.values(), *triggers.values()),
        entities=tuple(entity for entity, _ in clusters),
        relations=tuple(_relations(document, owner)),
        events=tuple(_events(document, triggers, owner)),
        coverage=(TextSpan(start=0, end=len(document.text)),),
    )


def _mention(page: Page, mention: GoldMention) -> TextMention:
    head = page.head(mention)
    kind: MentionKind = mention.kind or "nominal"
    return TextMention(
        id=mention.id,
        span=TextSpan(start=mention.start, end=mention.end),
        head=TextSpan(start=head[0], end=head[1]),
        text=page.document.text[mention.start : mention.end],
        kind=kind,
        type=_type(mention.types, mention.label),
        confidence=1.0,
        model=MODEL,
    )


def _type(types: tuple[str, ...], label: str) -> str:
    return types[0] if types else label or "unknown"


def _clusters(document: GoldDocument) -> list[tuple[Entity, list[GoldMention]]]:
    groups: defaultdict[str, list[GoldMention]] = defaultdict(list)
    keys = cluster_keys(document)
    for mention in document.mentions:
        groups[keys[mention.id]].append(mention)
    return [(_entity(document, key, group), group) for key, group in groups.items()]


def _entity(document: GoldDocument, key: str, group: list[GoldMention]) -> Entity:
    first = next((m for m in group if m.kind == "name"), group[0])
    return Entity(
        id=make_id("entity", document.id, key),
        type=_type(first.types, first.label),
        name=document.text[first.start : first.end],
        mention_ids=tuple(m.id for m in group),
        confidence=1.0,
        model=MODEL,
    )


def _trigger(document: GoldDocument, event: GoldEvent) -> TextMention:
    span = TextSpan(start=event.start, end=event.end)
    return TextMention(
        id=make_id("trigger", document.id, event.id),
        span=span,
        head=span,
        text=document.text[event.start : event.end],
        kind="trigger",
        type=_type(event.types, event.label),
        confidence=1.0,
        model=MODEL,
    )


def _events(document: GoldDocument, triggers: dict[str, TextMention], owner: dict[str, str]) -> list[Event]:
    groups: defaultdict[tuple[str, str], list[GoldEvent]] = defaultdict(list)
    for event in document.events:
        groups[event.cluster or f"event {event.id}", _type(event.types, event.label)].append(event)
    return [
        Event(
            id=make_id("event", document.id, *key),
            type=key[1],
            trigger_ids=tuple(triggers[event.id].id for event in group),
            arguments=tuple(_arguments(dict.fromkeys(chain.from_iterable(e.arguments for e in group)), owner)),
            asserted=group[0].asserted or "asserted",
            confidence=1.0,
            model=MODEL,
        )
        for key, group in groups.items()
    ]


def _arguments(gold: dict[GoldArgument, None], owner: dict[str, str]) -> list[Argument]:
    """Arguments that are mentions; those that are events themselves have no place in the message."""
    return [
        Argument(role=a.role, entity_id=owner[a.mention_id], mention_id=a.mention_id, confidence=1.0, model=MODEL)
        for a in gold
        if a.mention_id in owner
    ]


def _relations(document: GoldDocument, owner: dict[str, str]) -> list[Relation]:
    return [
        Relation(
            id=make_id("relation", document.id, str(number)),
            type=one.relation.types[0],
            source_id=owner[one.relation.source_id],
            target_id=owner[one.relation.target_id],
            mention_ids=(one.relation.source_id, one.relation.target_id),
            confidence=1.0,
            model=MODEL,
        )
        for number, one in enumerate(entity_relations(document))
    ]
