"""Events that an article tells twice are one; others stay two."""

from services.text_ie.english.events.within_document import EventDraft, join_repeated
from services.text_ie.findings import FoundArgument, FoundEvent, FoundMention
from shared.schemas.base import TextSpan
from shared.schemas.text import Asserted


def _mention(at: int) -> FoundMention:
    return FoundMention(TextSpan(start=at, end=at + 1), "PER", "name", 0.8, "rules:test")


def _draft(
    at: int, *fillers: tuple[str, int], lemma: str = "kill", asserted: Asserted = "asserted", same: tuple[int, ...] = ()
) -> EventDraft:
    arguments = tuple(FoundArgument(role, _mention(place), 0.7, "rules:test") for role, place in fillers)
    trigger = FoundMention(TextSpan(start=at, end=at + 1), "Life.Die", "trigger", 0.6, "rules:test")
    event = FoundEvent("Life.Die", (trigger,), 0.6, "rules:test", arguments, asserted)
    return EventDraft(event, lemma, tuple((other, 0.9) for other in same))


def _triggers(*drafts: EventDraft) -> list[list[int]]:
    """Starts of the triggers of each event; mentions at 0 and 1 are one entity, those at 2, 3, ... one each."""
    owner = {_mention(at): max(1, at) for at in range(6)}
    return [[trigger.span.start for trigger in event.triggers] for event in join_repeated(drafts, owner)]


def test_one_victim_killed_twice_was_killed_once() -> None:
    assert _triggers(_draft(10, ("Victim", 0)), _draft(20, ("Victim", 1), ("Place", 2))) == [[10, 20]]


def test_two_victims_and_a_shared_place_are_two_events() -> None:
    assert _triggers(_draft(10, ("Victim", 0)), _draft(20, ("Victim", 2))) == [[10], [20]]
    assert _triggers(_draft(10, ("Place", 0)), _draft(20, ("Place", 1))) == [[10], [20]]


def test_what_is_denied_is_another_event_than_what_is_told() -> None:
    assert _triggers(_draft(10, ("Victim", 0)), _draft(20, ("Victim", 0), asserted="negated")) == [[10], [20]]
    assert _triggers(_draft(10), _draft(20, lemma="death", asserted="negated", same=(0,))) == [[10], [20]]


def test_the_network_joins_other_words_for_the_same_event() -> None:
    assert _triggers(_draft(10), _draft(20, lemma="death", same=(0,)), _draft(30, lemma="loss", same=(1,))) == [[10, 20, 30]]


def test_a_later_telling_adds_its_fillers() -> None:
    owner = {_mention(at): at for at in range(6)}
    (event,) = join_repeated([_draft(10, ("Victim", 0)), _draft(20, ("Victim", 0), ("Agent", 3))], owner)
    assert {(a.role, a.mention.span.start) for a in event.arguments} == {("Victim", 0), ("Agent", 3)}


def test_a_filler_that_means_nothing_is_no_argument() -> None:
    (event,) = join_repeated([_draft(10, ("Victim", 9))], {})
    assert event.arguments == ()
