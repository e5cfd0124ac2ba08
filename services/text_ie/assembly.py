"""The one assembler: findings of any reader into the message, with ids, and every fact pointing at its mentions."""

from collections import defaultdict
from collections.abc import Iterator, Sequence

from services.text_ie.findings import Findings, FoundArgument, FoundEntity, FoundEvent, FoundMention, FoundRelation, FoundTime
from shared.ids import make_id
from shared.schemas.article import Article
from shared.schemas.base import TextSpan
from shared.schemas.text import (
    Argument,
    Entity,
    Event,
    EventTime,
    Language,
    NotAttempted,
    Relation,
    Sentence,
    TextExtraction,
    TextMention,
    Usage,
)


def assemble(
    article: Article,
    language: Language,
    findings: Findings,
    coverage: Sequence[TextSpan],
    not_attempted: Sequence[NotAttempted] = (),
    usage: Usage | None = None,
) -> TextExtraction:
    """Build the message.

    A value is an entity only where it fills a role or an end of a relation; a mention that no entity has is left out, unless it
    is a value or a trigger. Arguments are told once a role and entity, relations once a type and pair of entities.
    """
    assembly = _Assembly(article, findings)
    events = tuple(assembly.event(found) for found in findings.events)
    relations = tuple(assembly.relations(findings.relations))
    used = {a.mention_id for e in events for a in e.arguments} | {i for r in relations for i in r.mention_ids}
    entities = tuple(entity for entity in assembly.entities if assembly.stands(entity, used))
    return TextExtraction(
        article_id=article.article_id,
        language=language,
        sentences=tuple(assembly.sentence(span) for span in findings.sentences),
        mentions=tuple(assembly.kept(entities)),
        entities=entities,
        relations=relations,
        events=events,
        coverage=tuple(coverage),
        not_attempted=tuple(not_attempted),
        usage=usage,
    )


def whole_text(article: Article) -> Iterator[TextSpan]:
    """The coverage of a reader that leaves nothing out: every field without the white space around it."""
    for name, text in article.fields().items():
        yield TextSpan(field=name, start=len(text) - len(text.lstrip()), end=len(text.rstrip()))


class _Assembly:
    def __init__(self, article: Article, findings: Findings) -> None:
        self._article, self._article_id = article, article.article_id
        self._ids: dict[FoundMention, str] = {}
        self._mentions: dict[str, TextMention] = {}
        for found in findings.mentions:
            self._mentions.setdefault(self._id(found), self._mention(found))
        self.entities = [self._entity(found) for found in findings.entities]
        self._owner = {mention_id: entity for entity in self.entities for mention_id in entity.mention_ids}

    def sentence(self, span: TextSpan) -> Sentence:
        return Sentence(id=make_id("sentence", self._article_id, span.field, span.start, span.end), span=span)

    def stands(self, entity: Entity, used: set[str]) -> bool:
        """No lone value that nothing uses."""
        return self._mentions[entity.mention_ids[0]].kind != "value" or not used.isdisjoint(entity.mention_ids)

    def kept(self, entities: Sequence[Entity]) -> Iterator[TextMention]:
        """Mentions of entities, values and triggers; a pronoun has the type of what it stands for."""
        types = {mention_id: entity.type for entity in entities for mention_id in entity.mention_ids}
        for mention in self._mentions.values():
            if mention.kind == "pronoun" and mention.id in types:
                yield mention.model_copy(update={"type": types[mention.id]})
            elif mention.kind in {"trigger", "value"} or mention.id in types:
                yield mention

    def event(self, found: FoundEvent) -> Event:
        triggers = tuple(self._id(trigger) for trigger in found.triggers)
        return Event(
            id=make_id("event", self._article_id, triggers[0]),
            type=found.type,
            trigger_ids=triggers,
            arguments=tuple(self._arguments(found.arguments)),
            time=self._time(found.time) if found.time else None,
            asserted=found.asserted,
            confidence=found.confidence,
            model=found.model,
        )

    def relations(self, rows: Sequence[FoundRelation]) -> Iterator[Relation]:
        """One a type and pair of entities, with all its mentions; the surest tells confidence and model."""
        grouped: defaultdict[tuple[str, str, str], list[FoundRelation]] = defaultdict(list)
        for found in rows:
            source, target = (self._owner.get(self._id(end)) for end in (found.source, found.target))
            if source is not None and target is not None and source.id != target.id:
                grouped[found.type, source.id, target.id].append(found)
        for (kind, first, second), group in grouped.items():
            surest = max(group, key=lambda row: row.confidence)
            yield Relation(
                id=make_id("relation", self._article_id, kind, first, second),
                type=kind,
                source_id=first,
                target_id=second,
                mention_ids=tuple(dict.fromkeys(self._id(end) for row in group for end in (row.source, row.target))),
                confidence=surest.confidence,
                model=surest.model,
            )

    def _arguments(self, rows: Sequence[FoundArgument]) -> Iterator[Argument]:
        done: set[tuple[str, str]] = set()
        for row in rows:
            mention_id = self._id(row.mention)
            entity = self._owner.get(mention_id)
            if entity is not None and (row.role, entity.id) not in done:
                done.add((row.role, entity.id))
                yield Argument(
                    role=row.role, entity_id=entity.id, mention_id=mention_id, confidence=row.confidence, model=row.model
                )

    def _time(self, time: FoundTime) -> EventTime:
        bounds = time.bounds
        return EventTime(
            mention_id=self._id(time.mention),
            earliest_start=bounds.earliest_start,
            latest_start=bounds.latest_start,
            earliest_end=bounds.earliest_end,
            latest_end=bounds.latest_end,
        )

    def _entity(self, found: FoundEntity) -> Entity:
        ids = tuple(dict.fromkeys(self._id(mention) for mention in found.mentions))
        return Entity(
            id=make_id("entity", self._article_id, self._id(found.anchor or found.mentions[0])),
            type=found.type,
            name=found.name or self._mentions[ids[0]].text,
            mention_ids=ids,
            attributes={key: value for key, value in found.attributes.items() if value},
            confidence=max(self._mentions[i].confidence for i in ids),
            model=found.model,
        )

    def _mention(self, found: FoundMention) -> TextMention:
        return TextMention(
            id=self._id(found),
            span=found.span,
            head=found.head or found.span,
            text=self._article.quote(found.span),
            kind=found.kind,
            type=found.type,
            subtype=found.subtype,
            confidence=found.confidence,
            model=found.model,
        )

    def _id(self, found: FoundMention) -> str:
        known = self._ids.get(found)
        if known is None:
            known = self._ids[found] = found.id(self._article_id)
        return known
