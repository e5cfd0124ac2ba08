"""What a task of ``newsgraph eval`` is: one over gold documents, or one over pictures."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from lab.corpora.document import GoldDocument
from lab.evaluation.confusion import Confusion
from shared.schemas.job import StageName
from shared.stage import StageInput

if TYPE_CHECKING:
    from lab.evaluation.vision.bench import Bench

ProtocolName = Literal["strict", "relaxed"]
Option = Literal["protocol", "limit", "topics", "held_out", "split", "kind", "references"]


@dataclass(frozen=True)
class Request:
    """What to evaluate; ``topics`` keeps documents of these topics or genres (empty: all), ``limit`` the first of them.

    ``held_out`` keeps those that training leaves out, of corpora that it takes the others of; ``split`` those that the index of a
    folder of pictures names so. ``kind`` and ``references`` are those of the task ``gallery``.
    """

    task: str
    data: Path
    protocol: ProtocolName = "strict"
    limit: int | None = None
    topics: tuple[str, ...] = ()
    held_out: bool = False
    split: str | None = None
    kind: str | None = None
    references: Path | None = None

    def given(self) -> frozenset[Option]:
        """The options that are not left as they are by default."""
        plain = Request(self.task, self.data)
        names: tuple[Option, ...] = ("protocol", "limit", "topics", "held_out", "split", "kind", "references")
        return frozenset(name for name in names if getattr(self, name) != getattr(plain, name))


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
    """A row of the registry: a task over documents.

    ``read`` raises InputError, naming ``files``, where a path holds none of its layouts. ``score`` gets a prediction a document,
    in order: the article with the outputs of ``stages`` (None where a stage failed; that counts as nothing found).
    """

    name: str
    summary: str
    files: str
    read: Callable[[Path], Gold]
    score: Callable[[Gold, Sequence[StageInput], ProtocolName], Outcome]
    stages: tuple[StageName, ...] = ("text_ie",)
    takes: frozenset[Option] = frozenset({"protocol", "limit", "topics", "held_out"})


@dataclass(frozen=True)
class PictureTask:
    """A row of the registry: a task over pictures, which asks the stages itself.

    ``run`` raises InputError, naming ``files``, where the path of the request holds nothing it can read; ``stages`` are those
    whose manifest the result carries; ``takes`` the options that mean something to it.
    """

    name: str
    summary: str
    files: str
    run: Callable[[Request, "Bench"], Outcome]
    stages: tuple[StageName, ...]
    takes: frozenset[Option] = frozenset({"limit"})
