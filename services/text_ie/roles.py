"""Fill the roles of an event from the slots around its trigger, as ``roles.yaml`` and the ontology's fillers allow."""

from dataclasses import dataclass
from functools import cache

from services.text_ie.found import Passage
from services.text_ie.lexicon import read_mapping
from services.text_ie.triggers import Trigger, parse_slot
from shared.ontology import EventType, load_ontology

_PERSON_MOVES, _THING_MOVES = "Movement.TransportPerson", "Movement.TransportArtifact"
_THINGS = frozenset({"VEH", "WEA", "COM"})
_Slot = tuple[str, frozenset[str]]


@dataclass(frozen=True)
class Filler:
    """A mention (its number in the passage) in a role."""

    role: str
    mention: int


def fill_roles(trigger: Trigger, passage: Passage) -> tuple[str, list[Filler]]:
    """The event type (people or things moving is decided by what moves) and its arguments."""
    kind, frame = trigger.rule.type, load_frames()[trigger.rule.frame]
    if kind == _PERSON_MOVES and _moves_thing(trigger, frame, passage):
        kind = _THING_MOVES
    event_type = load_ontology().event_types[kind]
    fillers: list[Filler] = []
    used = {passage.at(trigger.token)} - {None}
    for role, slots in frame.items():
        for number in _candidates(trigger, slots, passage):
            if number not in used and _may_fill(event_type, role, passage.mentions[number].type):
                fillers.append(Filler(role, number))
                used.add(number)
    return kind, fillers


def _candidates(trigger: Trigger, slots: tuple[_Slot, ...], passage: Passage) -> list[int]:
    numbers: list[int] = []
    for name, types in slots:
        for token in trigger.slots.tokens.get(name, []):
            number = passage.at(token)
            if number is not None and (not types or passage.mentions[number].type in types):
                numbers.append(number)
    return numbers


def _may_fill(event_type: EventType, role: str, entity_type: str) -> bool:
    declared = event_type.role(role)
    return declared is not None and entity_type in declared.fillers


def _moves_thing(trigger: Trigger, frame: dict[str, tuple[_Slot, ...]], passage: Passage) -> bool:
    numbers = _candidates(trigger, frame.get("Artifact", ()), passage)
    return bool(numbers) and passage.mentions[numbers[0]].type in _THINGS


@cache
def load_frames() -> dict[str, dict[str, tuple[_Slot, ...]]]:
    """Frames by name, with PLACE spelt out."""
    rows = read_mapping("roles.yaml")
    places = str(rows.pop("_PLACE"))
    return {name: {role: _slots(str(slots), places) for role, slots in dict(frame).items()} for name, frame in rows.items()}  # type: ignore[call-overload]


def _slots(text: str, places: str) -> tuple[_Slot, ...]:
    return tuple(parse_slot(slot) for slot in text.replace("PLACE", places).split())
