"""What training reads: prepared documents, free of parser and corpus; and the folder in which preparation leaves them."""

import pickle
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path

Allowed = tuple[int, ...]


@dataclass(frozen=True)
class WordTargets:
    """Allowed tag and event numbers: ``tags`` and ``events`` of single words, the defaults of all others."""

    tags: dict[int, Allowed]
    tag_default: Allowed
    events: dict[int, Allowed]
    event_default: Allowed


@dataclass
class Rows:
    """Pairs of one document: word numbers, allowed labels and feature indices, one entry a pair."""

    left: list[int] = field(default_factory=list)
    right: list[int] = field(default_factory=list)
    allowed: list[Allowed] = field(default_factory=list)
    features: list[list[int]] = field(default_factory=list)

    def add(self, left: int, right: int, allowed: Allowed, features: list[int]) -> None:
        """Append a pair."""
        self.left.append(left)
        self.right.append(right)
        self.allowed.append(allowed)
        self.features.append(features)


@dataclass
class Antecedents:
    """Coreference rows: ``group`` numbers the anaphor of each pair; ``gold`` marks true antecedents."""

    left: list[int] = field(default_factory=list)
    right: list[int] = field(default_factory=list)
    group: list[int] = field(default_factory=list)
    gold: list[bool] = field(default_factory=list)
    features: list[list[int]] = field(default_factory=list)


@dataclass
class Example:
    """A prepared document: ``pieces`` (word-piece ids), ``cases`` and ``sentences`` have one entry a word."""

    corpus: str
    id: str
    weight: float
    pieces: list[list[int]]
    cases: list[int]
    sentences: list[int]
    targets: WordTargets
    roles: Rows = field(default_factory=Rows)
    relations: Rows = field(default_factory=Rows)
    coreference: Antecedents = field(default_factory=Antecedents)
    topic: str = ""


@dataclass
class TopicPairs:
    """Pairs of events of a topic: (example number within the topic, word) twice, whether they corefer, features."""

    left: list[tuple[int, int]] = field(default_factory=list)
    right: list[tuple[int, int]] = field(default_factory=list)
    same: list[bool] = field(default_factory=list)
    features: list[list[int]] = field(default_factory=list)


@dataclass
class Prepared:
    """One corpus, prepared; ``topics`` only where events corefer across documents."""

    corpus: str
    share: float
    examples: list[Example]
    topics: dict[str, TopicPairs] = field(default_factory=dict)


def save(folder: Path, name: str, value: object) -> None:
    """Write a file of the working folder in one step."""
    folder.mkdir(parents=True, exist_ok=True)
    partial = folder / f"{name}.partial"
    with partial.open("wb") as file:
        pickle.dump(value, file, protocol=pickle.HIGHEST_PROTOCOL)
    partial.replace(folder / f"{name}.pickle")


def load(folder: Path, name: str) -> object:
    """Read a file that :func:`save` wrote (only ever from the own working folder: pickle runs code)."""
    with (folder / f"{name}.pickle").open("rb") as file:
        return pickle.load(file)


def load_prepared(folder: Path, names: Iterable[str]) -> list[Prepared]:
    """The prepared corpora, in the order of the names."""
    found = [load(folder, f"prepared-{name}") for name in names]
    return [value for value in found if isinstance(value, Prepared)]
