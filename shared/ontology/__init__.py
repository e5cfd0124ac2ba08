"""The ontology: entity, relation and event types as data (``*.yaml`` beside this file), read once per process.

Event types are the DARPA AIDA LDC types (dotted, up to three levels). ACE 2005 (33 types) and M2E2 (8 types) are views:
``EventType.ace`` is like ``Movement:Transport``. Role names are ACE's where a type has an ACE view, with the AIDA name beside.
"""

from functools import cache
from pathlib import Path

import yaml

from shared.errors import ConfigurationError
from shared.schemas.base import Schema

FOLDER = Path(__file__).parent


class EntityType(Schema):
    """An entity type: ``id`` as in ACE/AIDA (PER, GPE, ...), ``label`` is its graph label (Person, ...)."""

    id: str
    label: str
    definition: str
    wikidata: str | None = None
    object_labels: tuple[str, ...] = ()


class Role(Schema):
    """A role of an event or relation type; ``fillers`` are ids of entity types, ``aida`` the role's name in AIDA."""

    name: str
    fillers: tuple[str, ...]
    aida: str | None = None


class EventType(Schema):
    """An event type; ``label`` is its graph label (Attack, Transport, ...)."""

    id: str
    label: str
    definition: str
    roles: tuple[Role, ...]
    ace: str | None = None
    m2e2: str | None = None
    wikidata: str | None = None
    examples: tuple[str, ...] = ()

    def role(self, name: str) -> Role | None:
        """The role of that name, if the type has it."""
        return next((role for role in self.roles if role.name == name), None)


class RelationType(Schema):
    """A binary relation type with the entity types that its two ends may have."""

    id: str
    label: str
    definition: str
    source: tuple[str, ...]
    target: tuple[str, ...]


class SituationVerb(Schema):
    """A verb of imSitu; ``event`` is the event type it maps to, ``role_map`` imSitu role -> event role."""

    verb: str
    roles: tuple[str, ...]
    template: str = ""
    event: str | None = None
    role_map: dict[str, str] = {}


class Ontology(Schema):
    """All types by id."""

    entity_types: dict[str, EntityType]
    relation_types: dict[str, RelationType]
    event_types: dict[str, EventType]
    situation_verbs: dict[str, SituationVerb]

    def object_entity_type(self, object_label: str) -> str | None:
        """The entity type id of a COCO or Open Images label such as ``truck``."""
        wanted = object_label.lower()
        return next((t.id for t in self.entity_types.values() if wanted in t.object_labels), None)


def _rows(name: str) -> list[dict[str, object]]:
    with (FOLDER / f"{name}.yaml").open(encoding="utf-8") as file:
        rows = yaml.load(file, Loader=getattr(yaml, "CSafeLoader", yaml.SafeLoader))
    if not isinstance(rows, list):
        raise ConfigurationError(f"{name}.yaml must be a list of types")
    return rows


@cache
def load_ontology() -> Ontology:
    """Read the YAML files; raises pydantic's ValidationError where they are malformed."""
    entities = [EntityType.model_validate(row) for row in _rows("entity_types")]
    relations = [RelationType.model_validate(row) for row in _rows("relation_types")]
    events = [EventType.model_validate(row) for row in _rows("event_types")]
    verbs = [SituationVerb.model_validate(row) for row in _rows("imsitu")]
    return Ontology(
        entity_types={row.id: row for row in entities},
        relation_types={row.id: row for row in relations},
        event_types={row.id: row for row in events},
        situation_verbs={row.verb: row for row in verbs},
    )
