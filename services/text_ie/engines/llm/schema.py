"""The answer's JSON schema, generated from the ontology, and the same answer as typed objects."""

from collections.abc import Iterable

from pydantic import BaseModel, ConfigDict

from services.text_ie.engines.llm.client import JsonSchema
from shared.chat import json_of
from shared.errors import ConfigurationError
from shared.ontology import EventType, Ontology, RelationType
from shared.schemas.text import Asserted


class _Part(BaseModel):
    model_config = ConfigDict(frozen=True, extra="ignore")


class Quote(_Part):
    """Words copied from the numbered sentence."""

    sentence: int
    text: str


class AnswerMention(Quote):
    """One mention of an entity; ``kind`` is name, nominal, pronoun or value."""

    kind: str


class AnswerEntity(_Part):
    """All mentions of one thing."""

    id: str
    type: str
    mentions: tuple[AnswerMention, ...]


class AnswerArgument(_Part):
    """The entity in a role, as the quoted words state it."""

    role: str
    entity: str
    quote: Quote


class AnswerEvent(_Part):
    """An event with its trigger word."""

    type: str
    trigger: Quote
    asserted: Asserted
    arguments: tuple[AnswerArgument, ...]
    time: Quote | None = None


class AnswerRelation(_Part):
    """A relation between two entities of the answer."""

    type: str
    source: str
    target: str


class Answer(_Part):
    """What the model says of one window. Labels are plain strings here: not every server enforces the schema."""

    entities: tuple[AnswerEntity, ...]
    events: tuple[AnswerEvent, ...]
    relations: tuple[AnswerRelation, ...]


def parse_answer(text: str) -> Answer:
    """Read the model's text, also from a Markdown fence; raises a ValueError that says what is wrong."""
    return Answer.model_validate_json(json_of(text))


def coarse_entities(ontology: Ontology) -> list[str]:
    """Entity types without subtypes (``PER``, not ``PER.Police``)."""
    return [name for name in ontology.entity_types if "." not in name]


def asked_events(ontology: Ontology, types: str) -> list[EventType]:
    """The event types of ``NEWSGRAPH_LLM_TYPES``, each before its subtypes; raises ConfigurationError for unknown ids."""
    events = sorted(ontology.event_types.values(), key=lambda e: e.id)
    if types == "all":
        return events
    if types == "ace":
        return [e for e in events if e.ace and e.id.count(".") == 1]
    wanted = {name.strip() for name in types.split(",")}
    if unknown := sorted(wanted - ontology.event_types.keys()):
        raise ConfigurationError(
            f"NEWSGRAPH_LLM_TYPES names {', '.join(unknown)}, which the ontology does not have; use all or ace"
        )
    return [e for e in events if e.id in wanted]


def asked_relations(ontology: Ontology) -> list[RelationType]:
    """Relations of two levels whose ends are entities, not events."""
    rows = (r for r in ontology.relation_types.values() if r.id.count(".") == 1)
    return [r for r in rows if "EVENT" not in (*r.source, *r.target)]


def answer_schema(ontology: Ontology, events: list[EventType], most: int) -> JsonSchema:
    """JSON schema in the subset that strict servers take: closed objects, everything required, enums of the ontology's names.

    No list is longer than ``most`` and ids are e1, e2, ..., so that a weak model cannot repeat itself for ever. Which role
    goes with which event type is not in it (grammars would explode): ``verify`` checks that.
    """
    quote = _object(sentence={"type": "integer"}, text={"type": "string"})
    kinds = ["name", "nominal", "pronoun", "value"]
    identifier = _enum(f"e{number}" for number in range(1, most + 1))
    mention = _object(sentence={"type": "integer"}, text={"type": "string"}, kind=_enum(kinds))
    entity = _object(id=identifier, type=_enum(coarse_entities(ontology)), mentions=_array(mention, most))
    roles = sorted({role.name for event in events for role in event.roles})
    argument = _object(role=_enum(roles), entity=identifier, quote=quote)
    event = _object(
        type=_enum(e.id for e in events),
        trigger=quote,
        asserted=_enum(["asserted", "negated", "uncertain"]),
        arguments=_array(argument, most),
        time={"anyOf": [quote, {"type": "null"}]},
    )
    relation = _object(type=_enum(r.id for r in asked_relations(ontology)), source=identifier, target=identifier)
    return _object(entities=_array(entity, most), events=_array(event, most), relations=_array(relation, most))


def _object(**properties: JsonSchema) -> JsonSchema:
    return {"type": "object", "properties": properties, "required": list(properties), "additionalProperties": False}


def _array(items: JsonSchema, most: int) -> JsonSchema:
    return {"type": "array", "items": items, "maxItems": most}


def _enum(names: Iterable[str]) -> JsonSchema:
    return {"type": "string", "enum": list(names)}
