"""Events of one article that are told again: joined by their words and fillers, or by the network's word."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from services.text_ie.findings import FoundArgument, FoundEvent, FoundMention
from services.text_ie.thresholds import LIMITS

_MAX_RECENT = int(LIMITS.max_joined_events)
Owner = Mapping[FoundMention, int]


@dataclass(frozen=True)
class EventDraft:
    """An event as one trigger states it; ``same``: indices of earlier drafts that are probably this event, with probabilities."""

    event: FoundEvent
    lemma: str
    same: tuple[tuple[int, float], ...] = ()


def join_repeated(drafts: Sequence[EventDraft], owner: Owner) -> list[FoundEvent]:
    """``owner`` numbers the entities of mentions. A later telling adds its trigger and its new arguments to the first."""
    events: list[FoundEvent] = []
    by_kind: defaultdict[tuple[str, str, str], list[int]] = defaultdict(list)
    made: list[int] = []
    for draft in drafts:
        surest = sorted(draft.event.arguments, key=lambda a: -a.confidence)
        told = replace(draft.event, arguments=tuple(a for a in surest if _entity(a, owner) is not None))
        kind = (told.type, draft.lemma, told.asserted)
        recent = reversed(by_kind[kind][-_MAX_RECENT:])
        same = next((n for n in recent if _same_event(events[n].arguments, told.arguments, owner)), None)
        same = _coreferent(draft, made, events) if same is None else same
        if same is None:
            same = len(events)
            events.append(told)
            by_kind[kind].append(same)
        else:
            first = events[same]
            events[same] = replace(first, triggers=first.triggers + told.triggers, arguments=first.arguments + told.arguments)
        made.append(same)
    return events


def _coreferent(draft: EventDraft, made: Sequence[int], events: Sequence[FoundEvent]) -> int | None:
    """The earlier event of the same type and assertion that the network most probably takes this one for."""
    alike = [(probability, made[other]) for other, probability in draft.same]
    told = draft.event
    fitting = [row for row in alike if events[row[1]].type == told.type and events[row[1]].asserted == told.asserted]
    return max(fitting)[1] if fitting else None


def _same_event(one: Sequence[FoundArgument], other: Sequence[FoundArgument], owner: Owner) -> bool:
    """They share a filler of a role other than Place, and no role of both has only different fillers."""
    a, b = _by_role(one, owner), _by_role(other, owner)
    shared = a.keys() & b.keys()
    return any(role != "Place" for role in shared) and all(a[role] & b[role] for role in shared)


def _by_role(arguments: Sequence[FoundArgument], owner: Owner) -> dict[str, set[int | FoundMention | None]]:
    roles: defaultdict[str, set[int | FoundMention | None]] = defaultdict(set)
    for argument in arguments:
        roles[argument.role].add(_entity(argument, owner))
    return roles


def _entity(argument: FoundArgument, owner: Owner) -> int | FoundMention | None:
    """What fills the role: an entity, or a value by itself; None for a pronoun that means nothing."""
    number = owner.get(argument.mention)
    return argument.mention if number is None and argument.mention.kind == "value" else number
