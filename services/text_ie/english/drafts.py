"""What was read of an article so far, without the parse: messages, and light drafts of events and relations."""

from dataclasses import dataclass, field

from services.text_ie.english.coreference.candidates import Candidate
from services.text_ie.english.time.event_times import Dating
from shared.schemas.text import Asserted, Sentence, TextMention


@dataclass(frozen=True)
class ArgumentDraft:
    """A mention, by its id, in a role."""

    role: str
    mention: str
    confidence: float
    model: str


@dataclass(frozen=True)
class EventDraft:
    """An event whose arguments are still mentions. ``time`` is the id of a time mention, and how it dates the event.

    ``same``: indices of earlier drafts that are probably this event, with probabilities.
    """

    type: str
    trigger: TextMention
    lemma: str
    arguments: tuple[ArgumentDraft, ...]
    asserted: Asserted
    time: tuple[str, Dating] | None
    confidence: float
    model: str
    same: tuple[tuple[int, float], ...] = ()


@dataclass(frozen=True)
class RelationDraft:
    """A relation whose ends are still mentions."""

    type: str
    source: str
    target: str
    confidence: float
    model: str


@dataclass
class Drafts:
    """All that was read of an article so far; ``order`` of a candidate is its index in ``candidates`` and ``candidate_ids``.

    ``linked``, ``apart``, ``ahead``: pairs of orders, as in Passage.
    ``antecedents``: by order, orders of earlier candidates with the network's probability.
    """

    sentences: list[Sentence] = field(default_factory=list)
    mentions: dict[str, TextMention] = field(default_factory=dict)
    candidates: list[Candidate] = field(default_factory=list)
    candidate_ids: list[str] = field(default_factory=list)
    linked: list[tuple[int, int]] = field(default_factory=list)
    apart: list[tuple[int, int]] = field(default_factory=list)
    ahead: list[tuple[int, int]] = field(default_factory=list)
    antecedents: dict[int, list[tuple[int, float]]] = field(default_factory=dict)
    events: list[EventDraft] = field(default_factory=list)
    relations: list[RelationDraft] = field(default_factory=list)
