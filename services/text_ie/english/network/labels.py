"""The label spaces of the network; ``labels.json`` beside the weights keeps the lists that they were trained with."""

from functools import cache
from pathlib import Path

from shared.ontology import load_ontology
from shared.schemas.base import Schema

NAME_TYPES = ("PER", "ORG", "GPE", "LOC", "FAC", "VEH", "WEA")
VALUE_TYPES = ("TIME", "MONEY", "VALUE")
NOMINAL_TYPES = (*NAME_TYPES, "CRIME", "TITLE")
COREFERENCE_SIZE = 1


class Labels(Schema):
    """Everything that turns the network's numbers into names; index 0 of every head is "none".

    ``groups`` are the two-level event types, numbered as the role head's features number them. ``temperatures`` divide the logits
    of a head; ``thresholds`` are least probabilities, of an event group by its name and of the other heads by theirs.
    """

    tags: tuple[str, ...]
    events: tuple[str, ...]
    groups: tuple[str, ...]
    roles: tuple[str, ...]
    relations: tuple[str, ...]
    role_paths: tuple[str, ...]
    relation_paths: tuple[str, ...]
    temperatures: dict[str, float] = {}
    thresholds: dict[str, float] = {}
    trained_on: tuple[str, ...] = ()

    def group_of(self, event_type: str) -> int:
        """The number of the group of an event type."""
        return self.groups.index(group_name(event_type))

    @classmethod
    def read(cls, folder: Path) -> "Labels":
        """The labels of a model folder."""
        return cls.model_validate_json((folder / "labels.json").read_text(encoding="utf-8"))


def group_name(event_type: str) -> str:
    """The first two levels of a dotted type."""
    return ".".join(event_type.split(".")[:2])


@cache
def view_name(event_type: str) -> str:
    """The ACE type of an event type, or its group where ACE has none."""
    return load_ontology().event_types[event_type].ace or group_name(event_type)


@cache
def tag_names() -> tuple[str, ...]:
    """``O``, begin and inside of names and values, heads of nominals, pronouns."""
    spans = [f"{part}-{kind}" for kind in (*NAME_TYPES, *VALUE_TYPES) for part in "BI"]
    return ("O", *spans, *(f"N-{kind}" for kind in NOMINAL_TYPES), *(f"P-{kind}" for kind in NAME_TYPES))


@cache
def event_names() -> tuple[str, ...]:
    """None and all event types of the ontology, in its order."""
    return ("none", *load_ontology().event_types)


@cache
def group_names() -> tuple[str, ...]:
    """The two-level event types, sorted."""
    return tuple(sorted({group_name(kind) for kind in load_ontology().event_types}))


@cache
def role_names() -> tuple[str, ...]:
    """None and all roles of events, sorted."""
    return ("none", *sorted({role.name for kind in load_ontology().event_types.values() for role in kind.roles}))


@cache
def relation_names() -> tuple[str, ...]:
    """None and the two-level relation types, sorted."""
    return ("none", *sorted({group_name(kind) for kind in load_ontology().relation_types}))


@cache
def roles_of_group(group: str) -> frozenset[str]:
    """The roles that any type of the group has."""
    return frozenset(
        role.name for kind in load_ontology().event_types.values() if group_name(kind.id) == group for role in kind.roles
    )
