"""Accuracy on pairs of faces, and identification among strangers, from vectors alone."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from shared.errors import InputError

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]
Names = npt.NDArray[np.str_]
_FOLDS = 10
_SEED = 20
_REFERENCES = 3
_FALSE_ACCEPTS = 0.01


@dataclass(frozen=True)
class Verification:
    """``accuracy`` in [0, 1]: the mean of the folds."""

    accuracy: float
    pairs: int


@dataclass(frozen=True)
class Identified:
    """``rate`` in [0, 1]; ``probed``: rows of the probes, ``right``: which of those were named right."""

    rate: float
    probes: int
    strangers: int
    probed: Ints
    right: npt.NDArray[np.bool_]


def verification(names: Names, vectors: Floats) -> Verification:
    """Same or different person, for all pairs of the former and as many of the latter; a face without vector is wrong."""
    same = _same_pairs(names)
    different = _different_pairs(names, len(same))
    pairs = np.concatenate([same, different])
    is_same = np.arange(len(pairs)) < len(same)
    order = np.random.default_rng(_SEED).permutation(len(pairs))
    distances, is_same = _distances(vectors, pairs)[order], is_same[order]
    parts = np.arange(len(pairs)) * _FOLDS // len(pairs)
    rates = [_fold(distances, is_same, parts == fold) for fold in np.unique(parts)]
    return Verification(float(np.mean(rates)), len(pairs))


def _fold(distances: Floats, is_same: npt.NDArray[np.bool_], inside: npt.NDArray[np.bool_]) -> float:
    cut = _best_cut(distances[~inside], is_same[~inside])
    right = ((distances[inside] <= cut) == is_same[inside]) & ~np.isnan(distances[inside])
    return float(right.mean())


def _best_cut(distances: Floats, is_same: npt.NDArray[np.bool_]) -> float:
    """The distance up to which pairs are best called one person."""
    known = ~np.isnan(distances)
    order = np.argsort(distances[known], kind="stable")
    values, same = distances[known][order], is_same[known][order]
    if not len(values):
        return 0.0
    right = np.cumsum(np.where(same, 1, -1))
    last_of_equals = np.append(values[1:] > values[:-1], True)
    best = int(np.argmax(np.where(last_of_equals, right, np.iinfo(np.int64).min)))
    above = values[best + 1] if best + 1 < len(values) else values[best]
    return float((values[best] + above) / 2)


def _same_pairs(names: Names) -> Ints:
    """Rows [P, 2] of one person each; raises InputError where nobody has two pictures."""
    pairs = []
    for name in np.unique(names):
        rows = np.flatnonzero(names == name)
        left, right = np.triu_indices(len(rows), k=1)
        pairs.append(np.stack([rows[left], rows[right]], axis=1))
    joined = np.concatenate(pairs)
    if not len(joined):
        raise InputError("no person has two pictures: verification needs pairs of one person's pictures")
    return joined


def _different_pairs(names: Names, count: int) -> Ints:
    """Different random pairs of different people; fewer where there are fewer."""
    random, seen = np.random.default_rng(_SEED), np.empty((0, 2), np.int64)
    _, sizes = np.unique(names, return_counts=True)
    count = min(count, int((len(names) ** 2 - (sizes**2).sum()) // 2))
    while len(seen) < count:
        drawn = np.sort(random.integers(0, len(names), (2 * count + 16, 2)), axis=1)
        drawn = drawn[names[drawn[:, 0]] != names[drawn[:, 1]]]
        joined = np.concatenate([seen, drawn])
        _, places = np.unique(joined, axis=0, return_index=True)
        seen = joined[np.sort(places)]
    return seen[:count]


def _distances(vectors: Floats, pairs: Ints) -> Floats:
    parts = np.array_split(pairs, max(1, len(pairs) // 20_000))
    return np.concatenate([np.linalg.norm(vectors[part[:, 0]] - vectors[part[:, 1]], axis=1) for part in parts])


def identification(names: Names, vectors: Floats) -> Identified:
    """Named right by the nearest reference and near enough, over two halves of the people that are the gallery in turn."""
    people = np.unique(names)
    halves = [_half(names, vectors, set(people[start::2].tolist())) for start in (0, 1)]
    probed, right = np.concatenate([h.probed for h in halves]), np.concatenate([h.right for h in halves])
    return Identified(float(right.mean()), len(probed), sum(h.strangers for h in halves), probed, right)


def _half(names: Names, vectors: Floats, known: set[str]) -> Identified:
    references, probes = [], []
    for name in sorted(known):
        rows = np.flatnonzero(names == name).tolist()
        if len(rows) > _REFERENCES:
            references += rows[:_REFERENCES]
            probes += rows[_REFERENCES:]
    strangers = np.flatnonzero(~np.isin(names, sorted(known)))
    if not probes or not len(strangers):
        raise InputError(f"identification needs people with more than {_REFERENCES} pictures in both halves of the names")
    reference, probed = np.array(references), np.array(probes)
    nearest, near = _nearest(vectors, probed, reference)
    _, away = _nearest(vectors, strangers, reference)
    allowed = int(_FALSE_ACCEPTS * len(strangers))
    cut = np.sort(away)[allowed]  # strictly nearer ones are let in: at most ``allowed`` strangers
    right = (names[reference[nearest]] == names[probed]) & (near < cut) & np.isfinite(near)
    return Identified(float(right.mean()), len(probed), len(strangers), probed, right)


def _nearest(vectors: Floats, rows: Ints, references: Ints) -> tuple[Ints, Floats]:
    """The place of the nearest reference of each row, and its distance; infinity where there is no vector."""
    gallery = vectors[references]
    squares = (gallery**2).sum(1)
    distances = (vectors[rows] ** 2).sum(1)[:, None] + squares[None] - 2 * vectors[rows] @ gallery.T
    distances = np.where(np.isnan(distances), np.inf, np.maximum(distances, 0.0))
    nearest = distances.argmin(axis=1)
    return nearest, np.sqrt(distances[np.arange(len(rows)), nearest])
