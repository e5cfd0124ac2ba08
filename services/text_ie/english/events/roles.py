"""Fill the roles of an event from the slots around its trigger, as ``roles.yaml`` and the ontology's fillers allow."""

from dataclasses import dataclass, replace
from functools import cache

from services.text_ie.english.events.triggers import Trigger, parse_slot
from services.text_ie.english.mentions.passage import Passage
from services.text_ie.lexicon import read_mapping
from shared.ontology import EventType, load_ontology

ANY_TRANSPORT, _THING_MOVES = "Movement.TransportPerson", "Movement.TransportArtifact"
TRANSPORTS = frozenset({ANY_TRANSPORT, _THING_MOVES})
_THINGS = frozenset({"VEH", "WEA", "COM"})
_Slot = tuple[str, frozenset[str]]


@dataclass(frozen=True)
class FrameFiller:
    """A mention (its number in the passage) in a role."""

    role: str
    mention: int


def moved(trigger: Trigger, passage: Passage) -> Trigger:
    """The trigger with its type put right: whether people or things move is decided by what moves."""
    if trigger.type == ANY_TRANSPORT and _moves_thing(trigger, load_frames().get(trigger.frame, {}), passage):
        return replace(trigger, type=_THING_MOVES)
    return trigger


def fill_roles(trigger: Trigger, passage: Passage) -> list[FrameFiller]:
    """The arguments that the trigger's frame finds; none without a frame."""
    frame = load_frames().get(trigger.frame, {})
    event_type = load_ontology().event_types[trigger.type]
    fillers: list[FrameFiller] = []
    used = {passage.at(trigger.token)} - {None}
    for role, slots in frame.items():
        for number in _fillers(trigger, slots, passage):
            if number not in used and _may_fill(event_type, role, passage.mentions[number].type):
                fillers.append(FrameFiller(role, number))
                used.add(number)
    return fillers


def _fillers(trigger: Trigger, slots: tuple[_Slot, ...], passage: Passage) -> list[int]:
    """The numbers of the mentions in the slots."""
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
    numbers = _fillers(trigger, frame.get("Artifact", ()), passage)
    return bool(numbers) and passage.mentions[numbers[0]].type in _THINGS


@cache
def load_frames() -> dict[str, dict[str, tuple[_Slot, ...]]]:
    """Frames by name, with PLACE spelt out."""
    rows = read_mapping("en/roles.yaml")
    places = str(rows.pop("_PLACE"))
    return {name: {role: _slots(str(slots), places) for role, slots in dict(frame).items()} for name, frame in rows.items()}  # type: ignore[call-overload]


def _slots(text: str, places: str) -> tuple[_Slot, ...]:
    return tuple(parse_slot(slot) for slot in text.replace("PLACE", places).split())
