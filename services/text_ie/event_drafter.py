"""Triggers and their arguments in one chunk: the network's, the rules', and how the two are joined."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache

from services.text_ie.choices import Choices
from services.text_ie.chunk import Chunk, Spot
from services.text_ie.found import Passage
from services.text_ie.lexicon import Lexicon, read_mapping
from services.text_ie.neural.arguments import RoleGuess
from services.text_ie.neural.judge import Judge
from services.text_ie.neural.labels import group_name
from services.text_ie.neural.mentioned import Mentioned
from services.text_ie.neural.model import MODEL as NETWORK
from services.text_ie.roles import fill_roles, moved
from services.text_ie.slots import slots_of
from services.text_ie.triggers import Trigger, find_triggers, frame_of

ROLE_MODEL = "rules:event-roles"


@dataclass(frozen=True)
class Argued:
    """A mention (index among the chunk's spots) in a role."""

    role: str
    mention: int
    confidence: float
    model: str


@dataclass(frozen=True)
class Proposed:
    """An event of a passage; ``same`` are indices of earlier events of the chunk that it is, with probabilities."""

    passage: int
    trigger: Trigger
    arguments: tuple[Argued, ...]
    same: tuple[tuple[int, float], ...] = ()


class EventDrafter:
    """Finds the events of chunks; without a judge by rules alone."""

    def __init__(self, lexicon: Lexicon, judge: Judge | None, choices: Choices) -> None:
        self._lexicon, self._judge, self._choices = lexicon, judge, choices

    def propose(self, chunk: Chunk, spots: Sequence[Spot], mentions: Sequence[Mentioned]) -> list[Proposed]:
        """All events of a chunk, in order; ``mentions`` are those that may fill roles, one a head word."""
        triggers = [(n, t) for n, passage in enumerate(chunk.passages) for t in self._triggers(chunk, n, passage)]
        guesses = self._guesses(chunk, triggers, mentions)
        index = {spot: at for at, spot in enumerate(spots)}
        kept: list[tuple[int, Trigger, tuple[Argued, ...]]] = []
        for at, (number, trigger) in enumerate(triggers):
            arguments = self._arguments(trigger, chunk.passages[number], guesses[at], index, number)
            if arguments or not trigger.argued:
                kept.append((number, trigger, arguments))
        same = self._same(chunk, [(number, trigger) for number, trigger, _ in kept])
        return [Proposed(*row, tuple(same[at])) for at, row in enumerate(kept)]

    def _triggers(self, chunk: Chunk, number: int, passage: Passage) -> list[Trigger]:
        found = [
            Trigger(token, g.type, frame_of(token, group_name(g.type)), slots_of(token, self._lexicon), g.confidence, NETWORK)
            for g in chunk.insight(number).triggers
            for token in (passage.document[g.word],)
        ]
        known = {trigger.token.i for trigger in found}
        if self._judge is None or self._choices.triggers != "none":
            ruled = find_triggers(passage, self._lexicon)
            found += [moved(t, passage) for t in ruled if t.token.i not in known and self._may_rule(t)]
        return sorted(found, key=lambda trigger: trigger.token.i)

    def _may_rule(self, trigger: Trigger) -> bool:
        return self._judge is None or self._choices.triggers == "all" or group_name(trigger.type) in thin_groups()

    def _guesses(
        self, chunk: Chunk, triggers: Sequence[tuple[int, Trigger]], mentions: Sequence[Mentioned]
    ) -> defaultdict[int, list[RoleGuess]]:
        by_trigger: defaultdict[int, list[RoleGuess]] = defaultdict(list)
        if self._judge is not None and chunk.reading is not None:
            for guess in self._judge.roles(chunk.reading, _words(chunk, triggers), mentions):
                by_trigger[guess.trigger].append(guess)
        return by_trigger

    def _arguments(
        self, trigger: Trigger, passage: Passage, guesses: Sequence[RoleGuess], index: dict[tuple[int, int], int], number: int
    ) -> tuple[Argued, ...]:
        """The network's guesses and the frame's fillers: first the guesses for its own triggers, first the frame for rules'."""
        guessed = [Argued(g.role, g.mention, g.confidence, NETWORK) for g in guesses]
        framed = [
            Argued(f.role, index[number, f.mention], 0.9 * passage.mentions[f.mention].confidence, ROLE_MODEL)
            for f in fill_roles(trigger, passage)
            if trigger.model != NETWORK or self._choices.frames == "all" or (self._choices.frames == "some" and f.direct)
        ]
        return _joined(guessed, framed) if trigger.model == NETWORK else _joined(framed, guessed)

    def _same(self, chunk: Chunk, triggers: Sequence[tuple[int, Trigger]]) -> defaultdict[int, list[tuple[int, float]]]:
        found: defaultdict[int, list[tuple[int, float]]] = defaultdict(list)
        if self._judge is not None and chunk.reading is not None and triggers:
            for one, other, chance in self._judge.same_events(chunk.reading, _words(chunk, triggers)):
                found[other].append((one, chance))
        return found


def _words(chunk: Chunk, triggers: Sequence[tuple[int, Trigger]]) -> list[tuple[int, str]]:
    return [(chunk.passages[number].base + t.token.i, t.type) for number, t in triggers]


def _joined(first: Sequence[Argued], then: Sequence[Argued]) -> tuple[Argued, ...]:
    """All of ``first``, and those of ``then`` whose role and mention are still free."""
    roles, mentions = {a.role for a in first}, {a.mention for a in first}
    return (*first, *(a for a in then if a.role not in roles and a.mention not in mentions))


@cache
def thin_groups() -> frozenset[str]:
    """Event groups for which rules find triggers beside the network."""
    return frozenset(str(read_mapping("thin_types.yaml")["groups"]).split())
