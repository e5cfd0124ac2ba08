"""How candidates are weighed: a linear score over a few readable features, its weights in knowledge/data/weights.yaml."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache

import yaml

from services.entity_linking.knowledge.facts import DATA
from services.entity_linking.knowledge.record import RecordCandidate
from services.entity_linking.name_context import NameContext, within

_AGREES: dict[str, frozenset[str]] = {
    "GPE": frozenset({"GPE", "LOC"}),
    "LOC": frozenset({"LOC", "GPE", "FAC"}),
    "FAC": frozenset({"FAC", "LOC"}),
}
_ALL_PLACES = frozenset({"GPE", "LOC", "FAC"})


@dataclass(frozen=True)
class Scored:
    """A candidate with its score and the names of the features that speak for it."""

    candidate: RecordCandidate
    score: float
    reasons: tuple[str, ...]


@cache
def weights() -> dict[str, float]:
    """The committed weights by feature."""
    values: dict[str, float] = yaml.safe_load((DATA / "weights.yaml").read_text(encoding="utf-8"))
    return values


def agrees(candidate: RecordCandidate, type_: str | None) -> bool:
    """Whether the record may be of the mention's type; a demonym means the country only where a GPE is meant."""
    if type_ is None:
        return True
    if candidate.kind == "demonym" and type_ != "GPE":
        return False
    return candidate.record.type in _AGREES.get(type_, frozenset({type_}))


def features(candidate: RecordCandidate, context: NameContext, meaning: float) -> dict[str, float]:
    """Feature values of one candidate, all in [0, 1]."""
    record = candidate.record
    place = record.type in _ALL_PLACES
    return {
        "prior": record.prior,
        "match": candidate.match,
        "name": float(candidate.kind == "name"),
        "capital": float(record.capital),
        "country": float(record.kind == "country"),
        "division": float(record.kind in {"division", "home nation"}),
        "town": float(record.kind == "town"),
        "qualified": float(any(within(record, larger) for larger in context.larger)),
        "holds": float(record.id in context.holding),
        "same_country": float(place and record.country in context.countries),
        "same_division": float(place and bool(record.admin) and (record.country, record.admin) in context.divisions),
        "siblings": float(record.kind == "division" and record.country in context.sibling_countries),
        "meaning": meaning,
    }


def rank(
    candidates: Sequence[RecordCandidate], context: NameContext, meanings: Sequence[float], weight: dict[str, float]
) -> list[Scored]:
    """Candidates by score, best first; equal ones by id."""
    scored = []
    for candidate, meaning in zip(candidates, meanings, strict=True):
        values = features(candidate, context, meaning)
        score = sum(weight[name] * value for name, value in values.items())
        scored.append(Scored(candidate, score, tuple(name for name, value in values.items() if value)))
    return sorted(scored, key=lambda s: (-s.score, s.candidate.record.id))


def share(scored: Sequence[Scored]) -> float:
    """The winner's part of the softmax over all scores, in (0, 1]."""
    return 1.0 / sum(math.exp(s.score - scored[0].score) for s in scored)
