"""What fusion concluded: entities, events with their arguments, relations and knowledge-base records."""

from collections.abc import Mapping
from types import MappingProxyType

from shared.graph.draft import Draft
from shared.graph.labels import type_label
from shared.graph.sources import shortened
from shared.graph.times import iso
from shared.ontology import EntityType, EventType, Ontology
from shared.schemas.base import Scored
from shared.schemas.fusion import FusedEntity, FusedEvent, FusedRelation
from shared.schemas.graph import PropertyValue
from shared.schemas.linking import KBRecord, Link
from shared.schemas.text import EventTime
from shared.stage import StageInput

Properties = Mapping[str, PropertyValue]


def add_entity(draft: Draft, given: StageInput, entity: FusedEntity, ontology: Ontology) -> None:
    """The Entity node, REFERS_TO edges from its mentions, and SAME_AS edges to its records."""
    labels = ("Entity", *_labels(entity.type, ontology.entity_types, "Thing"))
    properties: dict[str, PropertyValue] = {
        "name": shortened(entity.name),
        "full_name": entity.name if shortened(entity.name) != entity.name else None,
        "type": entity.type,
        "aliases": _aliases(given, entity),
        "kb_ids": sorted(record.id for record in entity.records) or None,
        "member_ids": sorted(entity.member_ids),
        "reasons": list(entity.reasons) or None,
        **_claimed(entity),
    }
    draft.fact(entity.id, labels, entity.evidence_ids, properties)
    _refer(draft, entity.evidence_ids, entity)
    for record in entity.records:
        _add_record(draft, given, entity, record)


def add_event(draft: Draft, event: FusedEvent, ontology: Ontology, seen: Properties = MappingProxyType({})) -> None:
    """The Event node, REFERS_TO edges from triggers and regions, one edge per argument, AT_TIME to the words that date it.

    ``seen``: the video and the seconds in which it is seen, if any.
    """
    known, time = ontology.event_types.get(event.type), event.time
    properties: dict[str, PropertyValue] = {
        "name": shortened(event.name),
        "type": event.type,
        "ace_type": known.ace if known else None,
        "m2e2_type": known.m2e2 if known else None,
        "asserted": event.asserted,
        **_dated(time),
        **seen,
        "media": [str(medium) for medium in event.media],
        "member_ids": sorted(event.member_ids),
        **_claimed(event),
    }
    draft.fact(event.id, ("Event", *_labels(event.type, ontology.event_types, "Happening")), event.evidence_ids, properties)
    _refer(draft, event.evidence_ids, event)
    for argument in event.arguments:
        properties = {"role": argument.role, **_claimed(argument)}
        draft.edge(argument.role, (event.id, argument.entity_id), argument.evidence_ids, properties)
    if time and time.mention_id:
        draft.edge("AT_TIME", (event.id, time.mention_id), [time.mention_id], {})


def _dated(time: EventTime | None) -> dict[str, PropertyValue]:
    """``earliest`` and ``latest`` enclose the whole event; the four others bound its start and its end."""
    return {
        "earliest": iso(time.earliest_start) if time else None,
        "latest": iso(time.latest_end) if time else None,
        "start_earliest": iso(time.earliest_start) if time else None,
        "start_latest": iso(time.latest_start) if time else None,
        "end_earliest": iso(time.earliest_end) if time else None,
        "end_latest": iso(time.latest_end) if time else None,
    }


def add_relation(draft: Draft, relation: FusedRelation, ontology: Ontology) -> None:
    """The edge between the two entities, named by the label of its type."""
    known = ontology.relation_types.get(relation.type)
    properties: dict[str, PropertyValue] = {"relation": relation.type, "statement_id": relation.id, **_claimed(relation)}
    name = known.label if known else relation.type
    draft.edge(name, (relation.source_id, relation.target_id), relation.evidence_ids, properties)


def _add_record(draft: Draft, given: StageInput, entity: FusedEntity, record: KBRecord) -> None:
    properties: dict[str, PropertyValue] = {
        "name": record.name,
        "type": record.type,
        "description": record.description or None,
        "country_code": record.country_code,
        "latitude": record.latitude,
        "longitude": record.longitude,
    }
    draft.fact(record.id, ("KBRecord",), entity.evidence_ids, properties)
    link = _link(given, entity, record)
    stated: dict[str, PropertyValue] = {**_claimed(link or entity), "reason": link.reason if link and link.reason else None}
    draft.edge("SAME_AS", (entity.id, record.id), entity.evidence_ids, stated)


def _link(given: StageInput, entity: FusedEntity, record: KBRecord) -> Link | None:
    members = {entity.id, *entity.member_ids, *entity.evidence_ids}
    links = given.entity_linking.links if given.entity_linking else ()
    found = [link for link in links if link.record.id == record.id and link.subject_id in members]
    return max(found, key=lambda link: (link.confidence, link.model), default=None)


def _refer(draft: Draft, evidence: tuple[str, ...], thing: FusedEntity | FusedEvent) -> None:
    for mention in evidence:
        draft.edge("REFERS_TO", (mention, thing.id), [mention], _claimed(thing))


def _aliases(given: StageInput, entity: FusedEntity) -> list[str]:
    mentions = given.text_ie.mentions if given.text_ie else ()
    wanted = set(entity.evidence_ids)
    names = {mention.text for mention in mentions if mention.id in wanted and mention.kind in ("name", "nominal", "value")}
    return sorted({*names, entity.name})


def _labels(type: str, types: Mapping[str, EntityType] | Mapping[str, EventType], fallback: str) -> list[str]:
    """The labels of the type and of the wider types that the ontology knows, so that ``(:Attack)`` finds all attacks."""
    parts = type.split(".")
    wider = [".".join(parts[:end]) for end in range(1, len(parts) + 1)]
    known = {type_label(types[name].label, fallback) for name in wider if name in types}
    return sorted(known) if type in types else sorted({*known, type_label(parts[-1], fallback)})


def _claimed(scored: Scored) -> dict[str, PropertyValue]:
    return {"confidence": scored.confidence, "model": scored.model}
