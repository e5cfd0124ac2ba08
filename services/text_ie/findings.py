"""What any reader hands over of an article: mentions, entities, events and relations, before they become the message."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from shared.ids import make_id
from shared.schemas.base import TextSpan
from shared.schemas.text import Asserted, MentionKind

VALUES = frozenset({"TIME", "VALUE", "MONEY", "TITLE"})


@dataclass(frozen=True)
class FoundMention:
    """Words that refer to something; ``head`` is the word that carries the meaning, None for all of them.

    ``cluster`` is a key of the reader's own: mentions that share it are one entity; empty for none.
    """

    span: TextSpan
    type: str
    kind: MentionKind
    confidence: float
    model: str
    head: TextSpan | None = None
    subtype: str | None = None
    cluster: str = ""

    def id(self, article_id: str) -> str:
        """Two mentions of one span, kind and type are one in the message."""
        return make_id("mention", article_id, self.span.field, self.span.start, self.span.end, self.kind, self.type)


@dataclass(frozen=True)
class FoundEntity:
    """Mentions of one thing, in order; without a ``name``, named by the words of the first.

    ``anchor`` is the mention that gives the entity its id; without one, the first.
    """

    type: str
    name: str
    mentions: tuple[FoundMention, ...]
    model: str
    attributes: Mapping[str, str] = field(default_factory=dict)
    anchor: FoundMention | None = None


@dataclass(frozen=True)
class FoundArgument:
    """A mention in a role."""

    role: str
    mention: FoundMention
    confidence: float
    model: str


@dataclass(frozen=True)
class TimeBounds:
    """Each between two moments, None where the words do not tell; all None for what cannot be told at all."""

    earliest_start: datetime | None = None
    latest_start: datetime | None = None
    earliest_end: datetime | None = None
    latest_end: datetime | None = None


@dataclass(frozen=True)
class FoundTime:
    """The mention that dates an event, and what it says."""

    mention: FoundMention
    bounds: TimeBounds


@dataclass(frozen=True)
class FoundEvent:
    """One happening with all words that state it; arguments and time are among the mentions found."""

    type: str
    triggers: tuple[FoundMention, ...]
    confidence: float
    model: str
    arguments: tuple[FoundArgument, ...] = ()
    asserted: Asserted = "asserted"
    time: FoundTime | None = None


@dataclass(frozen=True)
class FoundRelation:
    """A relation between two of the mentions found."""

    type: str
    source: FoundMention
    target: FoundMention
    confidence: float
    model: str


@dataclass
class Findings:
    """All that was found in an article; ``mentions`` hold triggers and values too."""

    sentences: list[TextSpan] = field(default_factory=list)
    mentions: list[FoundMention] = field(default_factory=list)
    entities: list[FoundEntity] = field(default_factory=list)
    events: list[FoundEvent] = field(default_factory=list)
    relations: list[FoundRelation] = field(default_factory=list)
