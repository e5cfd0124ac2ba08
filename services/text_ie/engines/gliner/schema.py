"""The ontology as GLiNER2's labels: plain English names with definitions, in groups that fit beside the text in one pass."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TypeVar

from services.text_ie.engines.gliner.model import Extractor, SchemaBuilder
from services.text_ie.engines.wording import meaning, plain
from services.text_ie.thresholds import LIMITS
from shared.ontology import EventType, Ontology, RelationType

TRIGGER, TIME = "trigger", "time"
_MAX_LABELS, _MAX_RECORDS = int(LIMITS.max_gliner_labels), int(LIMITS.max_gliner_records)
_Row = TypeVar("_Row")


@dataclass(frozen=True)
class Label:
    """A type's name for the model."""

    name: str
    id: str
    definition: str


def entity_labels(ontology: Ontology) -> list[Label]:
    """Entity types without subtypes."""
    rows = (t for t in ontology.entity_types.values() if "." not in t.id)
    return [Label(plain(t.label), t.id, meaning(t.definition)) for t in rows]


def event_labels(ontology: Ontology) -> list[Label]:
    """Event types of two levels, each as its trigger word; the 116 types of the third level are not told apart."""
    rows = (e for e in ontology.event_types.values() if e.id.count(".") == 1)
    return [Label(f"{plain(e.id.split('.')[1])} event", e.id, f"word that states: {meaning(e.definition)}") for e in rows]


def relation_labels(ontology: Ontology, present: set[str]) -> list[Label]:
    """Relations of two levels whose ends can be among the entity types present."""
    rows = (r for r in ontology.relation_types.values() if r.id.count(".") == 1 and _fits(r, present))
    return [Label(plain(r.id.split(".")[1]), r.id, meaning(r.definition)) for r in rows]


def _fits(relation: RelationType, present: set[str]) -> bool:
    return bool(present & set(relation.source)) and bool(present & set(relation.target))


def label_passes(extractor: Extractor, labels: Sequence[Label]) -> list[SchemaBuilder]:
    """Schemas that together ask for all the labels as entities."""
    return [extractor.create_schema().entities({x.name: x.definition for x in part}) for part in _parts(labels, _MAX_LABELS)]


def relation_passes(extractor: Extractor, labels: Sequence[Label]) -> list[SchemaBuilder]:
    """Schemas that together ask for all the relations."""
    return [extractor.create_schema().relations({x.name: x.definition for x in part}) for part in _parts(labels, _MAX_LABELS)]


def event_passes(extractor: Extractor, events: Sequence[EventType]) -> list[SchemaBuilder]:
    """Schemas of records, named by event type, one record a trigger, with the roles as fields."""
    return [_records(extractor.create_schema(), part) for part in _parts(events, _MAX_RECORDS)]


def _records(schema: SchemaBuilder, events: Iterable[EventType]) -> SchemaBuilder:
    for event in events:
        record = schema.structure(event.id, mode="natural", anchor=TRIGGER)
        record.field(TRIGGER, dtype="str", description=f"word that states: {meaning(event.definition)}")
        record.field(TIME, dtype="str", description="when it happened")
        for role in event.roles:
            record.field(role.name, dtype="list", description=f"{plain(role.name)} of the event")
    return schema


def _parts(rows: Sequence[_Row], size: int) -> Iterable[Sequence[_Row]]:
    return (rows[at : at + size] for at in range(0, len(rows), size))
