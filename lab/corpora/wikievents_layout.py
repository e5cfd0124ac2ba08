"""The two layouts of WikiEvents files: the published one, and a training file rebuilt from a fork (its offsets found again)."""

from pydantic import BaseModel

Token = tuple[str, int, int]


class Mention(BaseModel):
    """An entity mention: tokens ``[start, end)`` of the document."""

    id: str
    sent_idx: int
    start: int
    end: int
    entity_type: str


class Argument(BaseModel):
    """A role filled by an entity mention of any sentence."""

    entity_id: str
    role: str


class Trigger(BaseModel):
    """Tokens ``[start, end)`` of the document."""

    start: int
    end: int


class Event(BaseModel):
    """An event with a three-level KAIROS type."""

    id: str
    event_type: str
    trigger: Trigger
    arguments: list[Argument]


class Document(BaseModel):
    """A published document; a sentence is its tokens (text, start, end) and its text."""

    doc_id: str
    tokens: list[str]
    sentences: list[tuple[list[Token], str]]
    entity_mentions: list[Mention]
    event_mentions: list[Event]


class RebuiltArgument(BaseModel):
    """An argument with the place that was found for its text, and how."""

    role: str
    text: str
    how: str
    start: int | None = None
    end: int | None = None


class RebuiltEvent(BaseModel):
    """An event with a two-level type and how sure its trigger's place is."""

    event_type: str
    trigger: Trigger
    confidence: str
    arguments: list[RebuiltArgument]


class RebuiltDocument(BaseModel):
    """A rebuilt document; spans count tokens, ends exclusive."""

    doc_id: str
    tokens: list[str]
    sentence_spans: list[tuple[int, int]]
    ambiguous_trigger_spans: list[tuple[int, int]]
    event_mentions: list[RebuiltEvent]
