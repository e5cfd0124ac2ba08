"""What a task of ``newsgraph eval`` is: reading gold documents, naming the stages to run, scoring what they gave."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

from shared.corpora.document import GoldDocument
from shared.eval.confusion import Confusion
from shared.schemas.job import StageName
from shared.stage import StageInput

ProtocolName = Literal["strict", "relaxed"]


@dataclass(frozen=True)
class Gold:
    """What was read. ``layout``: the corpus format; ``types``: labels that all of the corpus marks (before any limit)."""

    documents: tuple[GoldDocument, ...]
    layout: str
    types: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Outcome:
    """Scores in percent, counts, a row (precision, recall, f1, support) a type; ``notes``: how it was counted.

    ``confusions``: wrong, missed and surplus event types, the commonest first.
    """

    scores: dict[str, float]
    counts: dict[str, int]
    types: dict[str, dict[str, float]] = field(default_factory=dict)
    notes: tuple[str, ...] = ()
    confusions: tuple[Confusion, ...] = ()


@dataclass(frozen=True)
class Task:
    """A row of the registry.

    ``read`` raises InputError, naming ``files``, where a path holds none of its layouts. ``score`` gets a prediction a document,
    in order: the article with the outputs of ``stages`` (None where a stage failed; that counts as nothing found).
    """

    name: str
    summary: str
    files: str
    read: Callable[[Path], Gold]
    score: Callable[[Gold, Sequence[StageInput], ProtocolName], Outcome]
    stages: tuple[StageName, ...] = ("text_ie",)
