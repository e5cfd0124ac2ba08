"""Names and faces name each other (Berg et al. 2004): captions of pictures with one face vote for the name of a cluster."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from shared.faces.records import NameCount, NameEvidence
from shared.faces.thresholds import LIMITS


@dataclass(frozen=True)
class Naming:
    """A name with confidence, or None; ``reason`` counts the captions for and against."""

    name: str | None
    confidence: float
    reason: str


def key(name: str) -> str:
    """Names that differ in case and blanks only are one."""
    return " ".join(name.casefold().split())


def count(evidence: Iterable[NameEvidence]) -> list[NameCount]:
    """The weight of every name, heaviest first; a picture counts once a name, however many articles print it.

    A single word counts for the only longer name that ends with it.
    """
    best: dict[tuple[str, str], NameEvidence] = {}
    for row in evidence:
        place = (row.image_id, key(row.name))
        if place not in best or row.weight > best[place].weight:
            best[place] = row
    full = _full_names({key(row.name) for row in best.values()})
    weights: defaultdict[str, float] = defaultdict(float)
    shown: dict[str, str] = {}
    for row in best.values():
        name = full.get(key(row.name), key(row.name))
        weights[name] += row.weight
        if key(row.name) == name:
            shown.setdefault(name, row.name)
    rows = [NameCount(name=shown[name], weight=round(weight, 4)) for name, weight in weights.items()]
    return sorted(rows, key=lambda row: (-row.weight, row.name))


def _full_names(names: set[str]) -> dict[str, str]:
    found = {}
    for name in names:
        longer = [other for other in names if other != name and other.split()[-1:] == [name]]
        if len(longer) == 1:
            found[name] = longer[0]
    return found


def vote(counts: Sequence[NameCount], rivals: Mapping[str, float] | None = None) -> Naming:
    """The name of a cluster: confidence rises with agreeing captions and falls with contradicting ones.

    ``rivals``: the weight that the name has, by ``key``, in the heaviest other cluster; a name that mostly names somebody else
    is a contradiction too.
    """
    if not counts:
        return Naming(None, 0.0, "no caption of a picture with one face names this person")
    best, total = counts[0], sum(row.weight for row in counts)
    elsewhere = (rivals or {}).get(key(best.name), 0.0)
    against = total - best.weight + LIMITS.rival_share * max(0.0, elsewhere - best.weight)
    before, otherwise = LIMITS.captions_for_before, LIMITS.captions_against_before
    confidence = round((best.weight + before) / (best.weight + against + before + otherwise), 4)
    reason = f"captions of pictures with one face: weight {best.weight:g} for {best.name}"
    if total > best.weight:
        reason += f", {total - best.weight:g} for other names"
    if elsewhere > best.weight:
        reason += f"; the name fits another face better ({elsewhere:g})"
    tied = len(counts) > 1 and counts[1].weight == best.weight
    if confidence <= LIMITS.min_vote or tied:
        return Naming(None, confidence, f"{reason}: not enough to name the face")
    return Naming(best.name, confidence, reason)
