"""What annotators said of one text, in one form for all corpora: spans are characters of ``text``, ``end`` exclusive.

A corpus rarely marks everything: ``layers`` says which kinds of annotation are complete, so that training masks the rest and
evaluation does not count what nobody looked for. Labels of other schemes become *sets* of our types: ``LOC`` of CoNLL may be a
GPE, a LOC or a FAC, and an ACE ``Movement:Transport`` any AIDA type below it.
"""

from dataclasses import dataclass, field
from typing import Literal

Layer = Literal["names", "nominals", "pronouns", "events", "arguments", "relations", "coreference", "links"]
Kind = Literal["name", "nominal", "pronoun", "value", ""]


@dataclass(frozen=True)
class GoldMention:
    """A marked span. ``types``: the entity types of ours it may have (empty: none); ``label``: the corpus's own."""

    id: str
    start: int
    end: int
    types: tuple[str, ...] = ()
    label: str = ""
    kind: Kind = ""
    head: tuple[int, int] | None = None
    cluster: str | None = None
    kb_id: str | None = None


@dataclass(frozen=True)
class GoldArgument:
    """A mention in a role; ``role`` is the ontology's (ACE) name, ``label`` the corpus's own."""

    role: str
    mention_id: str
    label: str = ""


@dataclass(frozen=True)
class GoldEvent:
    """A trigger. ``types``: the AIDA type ids it may have (empty: none of ours); ``cluster`` joins coreferent events."""

    id: str
    start: int
    end: int
    types: tuple[str, ...]
    label: str = ""
    arguments: tuple[GoldArgument, ...] = ()
    cluster: str | None = None
    asserted: Literal["asserted", "negated", "uncertain", ""] = ""


@dataclass(frozen=True)
class GoldRelation:
    """A relation between two mentions; ``types``: the relation types of our ontology that it may be (empty: none of ours)."""

    types: tuple[str, ...]
    source_id: str
    target_id: str
    label: str = ""


@dataclass(frozen=True)
class GoldDocument:
    """One document (or lone sentence). ``words`` and ``sentences`` are character spans; ignore ``masked`` spans."""

    id: str
    text: str
    words: tuple[tuple[int, int], ...] = ()
    sentences: tuple[tuple[int, int], ...] = ()
    mentions: tuple[GoldMention, ...] = ()
    events: tuple[GoldEvent, ...] = ()
    relations: tuple[GoldRelation, ...] = ()
    layers: frozenset[Layer] = frozenset()
    masked: tuple[tuple[int, int], ...] = ()
    weight: float = 1.0
    topic: str = ""
    notes: dict[str, str] = field(default_factory=dict)
