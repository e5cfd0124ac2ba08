"""Drafts into the message: entities from clusters, arguments that point at entities, events that are one."""

from collections import defaultdict
from datetime import datetime

from services.text_ie.english.coreference.candidates import Candidate
from services.text_ie.english.coreference.naming import aliases, best_name
from services.text_ie.english.coreference.sieve import resolve
from services.text_ie.english.drafts import Drafts, EventDraft, RelationDraft
from services.text_ie.english.relations.nationality import with_nationality
from services.text_ie.english.time.event_times import event_time
from services.text_ie.thresholds import LIMITS
from shared.ids import make_id
from shared.schemas.article import Article
from shared.schemas.base import TextSpan
from shared.schemas.text import Argument, Entity, Event, EventTime, Language, Relation, TextExtraction, TextMention

_MAX_RECENT = int(LIMITS.max_joined_events)
COREFERENCE_MODEL = "rules:coreference"


def assemble(article: Article, language: Language, drafts: Drafts, coverage: tuple[TextSpan, ...]) -> TextExtraction:
    """Resolve coreference and build the final message.

    Pronouns that mean each other but nothing named (``I`` of a speaker) are an entity too; a pronoun alone is left out.
    """
    mentions = {m.id: m.model_copy(update={"text": article.quote(m.span)}) for m in drafts.mentions.values()}
    entities = _entities(article.article_id, drafts, mentions)
    owner = {mention_id: entity for entity in entities for mention_id in entity.mention_ids}
    events = _events(article, drafts, owner)
    for event in events:
        for argument in event.arguments:
            if argument.mention_id not in owner:
                entity = _value_entity(article.article_id, mentions[argument.mention_id])
                owner[argument.mention_id] = entity
                entities.append(entity)
    kept = [m for m in mentions.values() if m.kind in {"trigger", "value"} or m.id in owner]
    relations = tuple(_relations(article.article_id, drafts, owner))
    return TextExtraction(
        article_id=article.article_id,
        language=language,
        sentences=tuple(drafts.sentences),
        mentions=tuple(_typed(m, owner) for m in kept),
        entities=tuple(with_nationality(entities, relations, mentions)),
        relations=relations,
        events=tuple(events),
        coverage=coverage,
    )


def _typed(mention: TextMention, owner: dict[str, Entity]) -> TextMention:
    """A pronoun has the type of what it stands for."""
    return mention.model_copy(update={"type": owner[mention.id].type}) if mention.kind == "pronoun" else mention


def _entities(article_id: str, drafts: Drafts, mentions: dict[str, TextMention]) -> list[Entity]:
    clusters = resolve(drafts.candidates, drafts.linked, drafts.antecedents, drafts.apart, drafts.ahead)
    members: defaultdict[int, list[Candidate]] = defaultdict(list)
    for one in drafts.candidates:
        members[clusters.find(one.order)].append(one)
    groups = [group for group in members.values() if len(group) > 1 or group[0].kind != "pronoun"]
    return [_entity(article_id, group, drafts, mentions) for group in groups]


def _entity(article_id: str, group: list[Candidate], drafts: Drafts, mentions: dict[str, TextMention]) -> Entity:
    ids = tuple(dict.fromkeys(drafts.candidate_ids[c.order] for c in group))
    full = [c for c in group if c.kind != "pronoun"] or group
    name = best_name(full)
    attributes = {
        "title": next((c.title for c in full if c.title), ""),
        "aliases": aliases(full, name),
        "gender": next((c.gender for c in group if c.gender in {"m", "f"}), ""),
    }
    return Entity(
        id=make_id("entity", article_id, *ids[:1]),
        type=full[0].type,
        name=name,
        mention_ids=ids,
        attributes={key: value for key, value in attributes.items() if value},
        confidence=max(mentions[i].confidence for i in ids),
        model=COREFERENCE_MODEL,
    )


def _value_entity(article_id: str, mention: TextMention) -> Entity:
    identifier = make_id("entity", article_id, mention.id)
    return Entity(
        id=identifier,
        type=mention.type,
        name=mention.text,
        mention_ids=(mention.id,),
        confidence=mention.confidence,
        model=mention.model,
    )


def _events(article: Article, drafts: Drafts, owner: dict[str, Entity]) -> list[Event]:
    events: dict[str, Event] = {}
    by_kind: defaultdict[tuple[str, str, str], list[str]] = defaultdict(list)
    made: list[str] = []
    for draft in drafts.events:
        arguments = _arguments(article.article_id, draft, drafts, owner)
        kind = (draft.type, draft.lemma, draft.asserted)
        same = next((i for i in reversed(by_kind[kind][-_MAX_RECENT:]) if _same_event(events[i].arguments, arguments)), None)
        same = same or _coreferent(draft, made, events)
        if same is not None:
            events[same] = _joined(events[same], draft, arguments)
            made.append(same)
            continue
        made.append(make_id("event", article.article_id, draft.trigger.id))
        event = Event(
            id=make_id("event", article.article_id, draft.trigger.id),
            type=draft.type,
            trigger_ids=(draft.trigger.id,),
            arguments=arguments,
            time=_time(draft, article.published_at),
            asserted=draft.asserted,
            confidence=draft.confidence,
            model=draft.model,
        )
        events[event.id] = event
        by_kind[kind].append(event.id)
    return list(events.values())


def _coreferent(draft: EventDraft, made: list[str], events: dict[str, Event]) -> str | None:
    """The earlier event of the same type and assertion that the network most probably takes this one for."""
    fitting = [(chance, made[other]) for other, chance in draft.same]
    fitting = [row for row in fitting if events[row[1]].type == draft.type and events[row[1]].asserted == draft.asserted]
    return max(fitting)[1] if fitting else None


def _arguments(article_id: str, draft: EventDraft, drafts: Drafts, owner: dict[str, Entity]) -> tuple[Argument, ...]:
    found: dict[tuple[str, str], Argument] = {}
    for row in sorted(draft.arguments, key=lambda a: -a.confidence):
        mention = drafts.mentions[row.mention]
        if row.mention not in owner and mention.kind != "value":
            continue
        entity_id = owner[row.mention].id if row.mention in owner else make_id("entity", article_id, row.mention)
        argument = Argument(
            role=row.role, entity_id=entity_id, mention_id=row.mention, confidence=row.confidence, model=row.model
        )
        found.setdefault((row.role, entity_id), argument)
    return tuple(found.values())


def _same_event(one: tuple[Argument, ...], other: tuple[Argument, ...]) -> bool:
    """They share a filler of a role other than Place, and no role of both has only different fillers."""
    a, b = _by_role(one), _by_role(other)
    shared = a.keys() & b.keys()
    return any(role != "Place" for role in shared) and all(a[role] & b[role] for role in shared)


def _by_role(arguments: tuple[Argument, ...]) -> dict[str, set[str]]:
    roles: defaultdict[str, set[str]] = defaultdict(set)
    for argument in arguments:
        roles[argument.role].add(argument.entity_id)
    return roles


def _joined(event: Event, draft: EventDraft, arguments: tuple[Argument, ...]) -> Event:
    known = {(a.role, a.entity_id) for a in event.arguments}
    more = tuple(a for a in arguments if (a.role, a.entity_id) not in known)
    return event.model_copy(update={"trigger_ids": (*event.trigger_ids, draft.trigger.id), "arguments": event.arguments + more})


def _time(draft: EventDraft, published_at: datetime | None) -> EventTime | None:
    if draft.time is None:
        return None
    mention_id, dated = draft.time
    return event_time(mention_id, dated.words, dated.tense, published_at)


def _relations(article_id: str, drafts: Drafts, owner: dict[str, Entity]) -> list[Relation]:
    evidence: defaultdict[tuple[str, str, str], list[RelationDraft]] = defaultdict(list)
    for draft in drafts.relations:
        if draft.source in owner and draft.target in owner and owner[draft.source].id != owner[draft.target].id:
            evidence[draft.type, owner[draft.source].id, owner[draft.target].id].append(draft)
    return [
        Relation(
            id=make_id("relation", article_id, kind, source, target),
            type=kind,
            source_id=source,
            target_id=target,
            mention_ids=tuple(dict.fromkeys(end for row in rows for end in (row.source, row.target))),
            confidence=max(row.confidence for row in rows),
            model=max(rows, key=lambda row: row.confidence).model,
        )
        for (kind, source, target), rows in evidence.items()
    ]
