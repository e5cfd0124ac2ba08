"""Scores of GAP (Webster et al. 2018): does the pronoun mean name A, does it mean name B, as the published scorer counts it."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

from lab.evaluation.tally import Tally

Gender = Literal["feminine", "masculine"]
_GENDERS: dict[str, Gender] = {
    "she": "feminine", "her": "feminine", "hers": "feminine", "he": "masculine", "his": "masculine", "him": "masculine",
}  # fmt: skip


@dataclass(frozen=True)
class GapAnswer:
    """One example: the pronoun as written, and for A and B what is so and what the system says."""

    pronoun: str
    gold: tuple[bool, bool]
    predicted: tuple[bool, bool]


@dataclass(frozen=True)
class GapScores:
    """Counts over all names (two an example) and by the pronoun's gender."""

    overall: Tally
    feminine: Tally
    masculine: Tally

    @property
    def bias(self) -> float | None:
        """Feminine F1 divided by masculine F1; None where either is 0, as there is nothing to compare."""
        return self.feminine.f1 / self.masculine.f1 if self.feminine.f1 and self.masculine.f1 else None


def gap_scores(answers: Iterable[GapAnswer]) -> GapScores:
    """Score all examples; a pronoun of no gender (none is in GAP) counts overall only."""
    rows = list(answers)
    return GapScores(
        _tally(rows),
        _tally(row for row in rows if gender(row.pronoun) == "feminine"),
        _tally(row for row in rows if gender(row.pronoun) == "masculine"),
    )


def gender(pronoun: str) -> Gender | None:
    """The gender of one of the six forms that GAP asks about."""
    return _GENDERS.get(pronoun.lower())


def _tally(answers: Iterable[GapAnswer]) -> Tally:
    """A name is wanted if gold says that it is meant, and found if the system does."""
    pairs = [pair for answer in answers for pair in zip(answer.gold, answer.predicted, strict=True)]
    both = sum(gold and said for gold, said in pairs)
    return Tally(both, sum(said for _, said in pairs), sum(gold for gold, _ in pairs))
