"""Counts of right, found and wanted things, and precision, recall and F1 in percent."""

from collections.abc import Iterable
from dataclasses import dataclass


@dataclass
class Tally:
    """``right`` of ``found`` predictions hit one of the ``wanted`` gold items."""

    right: int = 0
    found: int = 0
    wanted: int = 0

    def add(self, right: int, found: int, wanted: int) -> None:
        """Count one more document."""
        self.right += right
        self.found += found
        self.wanted += wanted

    @property
    def precision(self) -> float:
        """Percent of the predictions that are right; 0 where nothing was predicted."""
        return 100.0 * self.right / self.found if self.found else 0.0

    @property
    def recall(self) -> float:
        """Percent of the gold items that were found; 0 where there is none."""
        return 100.0 * self.right / self.wanted if self.wanted else 0.0

    @property
    def f1(self) -> float:
        """The harmonic mean of both: 2 right / (found + wanted)."""
        total = self.found + self.wanted
        return 200.0 * self.right / total if total else 0.0

    def scores(self, name: str) -> dict[str, float]:
        """``{name}_f1``, ``{name}_precision``, ``{name}_recall``, rounded to two digits."""
        return {
            f"{name}_f1": round(self.f1, 2),
            f"{name}_precision": round(self.precision, 2),
            f"{name}_recall": round(self.recall, 2),
        }

    def row(self) -> dict[str, float]:
        """A row of the table of types; ``support`` is the number of gold items, ``predicted`` of predictions."""
        return {
            "precision": round(self.precision, 2),
            "recall": round(self.recall, 2),
            "f1": round(self.f1, 2),
            "support": self.wanted,
            "predicted": self.found,
        }


class TypedTally:
    """One tally over all types and one a type."""

    def __init__(self) -> None:
        self.all = Tally()
        self.by_type: dict[str, Tally] = {}

    def add(self, wanted: Iterable[str], found: Iterable[str], right: Iterable[str]) -> None:
        """Count the types of a document's gold items, predictions and hits."""
        for types, name in ((wanted, "wanted"), (found, "found"), (right, "right")):
            for kind in types:
                for tally in (self.all, self.by_type.setdefault(kind, Tally())):
                    setattr(tally, name, getattr(tally, name) + 1)

    def rows(self) -> dict[str, dict[str, float]]:
        """Scores a type, in the order of the names."""
        return {kind: self.by_type[kind].row() for kind in sorted(self.by_type)}
