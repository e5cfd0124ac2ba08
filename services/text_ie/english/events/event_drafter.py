"""Triggers and their arguments in one chunk: the network's, the rules', and how the two are joined."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

from spacy.tokens import Token

from services.text_ie.english.events.roles import ANY_TRANSPORT, TRANSPORTS, fill_roles, moved
from services.text_ie.english.events.triggers import Trigger, find_triggers, frame_of, known_types
from services.text_ie.english.mentions.chunk import Chunk, Spot
from services.text_ie.english.mentions.passage import Passage
from services.text_ie.english.network.arguments import RoleGuess
from services.text_ie.english.network.decode import TriggerGuess
from services.text_ie.english.network.judge import Judge
from services.text_ie.english.network.labels import group_name, view_name
from services.text_ie.english.network.model import MODEL as NETWORK
from services.text_ie.english.network.word_mentions import WordMention
from services.text_ie.english.parse.slots import slots_of
from services.text_ie.lexicon import Lexicon
from services.text_ie.thresholds import LIMITS

ROLE_MODEL = "rules:event-roles"
_MIN_TRIGGER, _MIN_TRIGGER_AGAINST_RULES = LIMITS.min_trigger, LIMITS.min_trigger_against_rules
_MIN_ROLE = LIMITS.min_role


@dataclass(frozen=True)
class RoleFiller:
    """A mention (index among the chunk's spots) in a role."""

    role: str
    mention: int
    confidence: float
    model: str


@dataclass(frozen=True)
class ProposedEvent:
    """An event of a passage; ``same`` are indices of earlier events of the chunk that it is, with probabilities."""

    passage: int
    trigger: Trigger
    arguments: tuple[RoleFiller, ...]
    same: tuple[tuple[int, float], ...] = ()


class EventDrafter:
    """Finds the events of chunks; without a judge by rules alone."""

    def __init__(self, lexicon: Lexicon, judge: Judge | None) -> None:
        self._lexicon, self._judge = lexicon, judge

    def propose(self, chunk: Chunk, spots: Sequence[Spot], mentions: Sequence[WordMention]) -> list[ProposedEvent]:
        """All events of a chunk, in order; ``mentions`` are those that may fill roles, one a head word."""
        triggers = [(n, t) for n, passage in enumerate(chunk.passages) for t in self._triggers(chunk, n, passage)]
        guesses = self._guesses(chunk, triggers, mentions)
        index = {spot: at for at, spot in enumerate(spots)}
        kept: list[tuple[int, Trigger, tuple[RoleFiller, ...]]] = []
        for at, (number, trigger) in enumerate(triggers):
            arguments = self._arguments(trigger, chunk.passages[number], guesses[at], index, number)
            if arguments or not trigger.requires_argument:
                kept.append((number, trigger, arguments))
        same = self._same(chunk, [(number, trigger) for number, trigger, _ in kept])
        return [ProposedEvent(*row, tuple(same[at])) for at, row in enumerate(kept)]

    def _triggers(self, chunk: Chunk, number: int, passage: Passage) -> list[Trigger]:
        """The network's triggers of which it is sure or which a rule supports; and those that only rules find."""
        ruled = {t.token.i: t for t in find_triggers(passage, self._lexicon)}
        found = [
            moved(self._guessed(passage.document[g.word], g, ruled.get(g.word)), passage)
            for g in chunk.insight(number).triggers
            if g.confidence >= self._min_probability(passage.document[g.word], g) or _supports(ruled.get(g.word), g.type)
        ]
        known = {trigger.token.i for trigger in found}
        found += [moved(t, passage) for at, t in ruled.items() if at not in known]
        return sorted(found, key=lambda trigger: trigger.token.i)

    def _min_probability(self, token: Token, guess: TriggerGuess) -> float:
        """The probability that stands alone: more where rules know the word for such an event but miss their conditions."""
        disputed = any(view_name(kind) == view_name(guess.type) for kind in known_types(token))
        return _MIN_TRIGGER_AGAINST_RULES if disputed else _MIN_TRIGGER

    def _guessed(self, token: Token, guess: TriggerGuess, ruled: Trigger | None) -> Trigger:
        """The network's trigger, with the frame of the rule that supports it, or else that of its group."""
        frame = ruled.frame if ruled and _supports(ruled, guess.type) else frame_of(token, group_name(guess.type))
        kind = ANY_TRANSPORT if guess.type in TRANSPORTS else guess.type
        return Trigger(token, kind, frame, slots_of(token, self._lexicon), guess.confidence, NETWORK)

    def _guesses(
        self, chunk: Chunk, triggers: Sequence[tuple[int, Trigger]], mentions: Sequence[WordMention]
    ) -> defaultdict[int, list[RoleGuess]]:
        by_trigger: defaultdict[int, list[RoleGuess]] = defaultdict(list)
        if self._judge is not None and chunk.encoding is not None:
            for guess in self._judge.roles(chunk.encoding, _words(chunk, triggers), mentions):
                by_trigger[guess.trigger].append(guess)
        return by_trigger

    def _arguments(
        self, trigger: Trigger, passage: Passage, guesses: Sequence[RoleGuess], index: dict[tuple[int, int], int], number: int
    ) -> tuple[RoleFiller, ...]:
        """Fillers that grammar gives to the trigger's frame, then the network's guesses for roles and mentions still free."""
        guessed = [RoleFiller(g.role, g.mention, g.confidence, NETWORK) for g in guesses if g.confidence >= _MIN_ROLE]
        framed = [
            RoleFiller(
                f.role, index[number, f.mention], LIMITS.weight_frame_role * passage.mentions[f.mention].confidence, ROLE_MODEL
            )
            for f in fill_roles(trigger, passage)
        ]
        return _joined(framed, guessed)

    def _same(self, chunk: Chunk, triggers: Sequence[tuple[int, Trigger]]) -> defaultdict[int, list[tuple[int, float]]]:
        found: defaultdict[int, list[tuple[int, float]]] = defaultdict(list)
        if self._judge is not None and chunk.encoding is not None and triggers:
            for one, other, probability in self._judge.same_events(chunk.encoding, _words(chunk, triggers)):
                found[other].append((one, probability))
        return found


def _supports(ruled: Trigger | None, event_type: str) -> bool:
    """A rule finds an event of the same ACE type (or group) at the word."""
    return ruled is not None and view_name(ruled.type) == view_name(event_type)


def _words(chunk: Chunk, triggers: Sequence[tuple[int, Trigger]]) -> list[tuple[int, str]]:
    return [(chunk.passages[number].base + t.token.i, t.type) for number, t in triggers]


def _joined(first: Sequence[RoleFiller], then: Sequence[RoleFiller]) -> tuple[RoleFiller, ...]:
    """All of ``first``, and those of ``then`` whose role and mention are still free."""
    roles, mentions = {a.role for a in first}, {a.mention for a in first}
    return (*first, *(a for a in then if a.role not in roles and a.mention not in mentions))
