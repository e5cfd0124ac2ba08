"""Which prediction takes which gold item: one to one, as many pairs as possible."""

from collections.abc import Callable, Sequence
from typing import TypeVar

G = TypeVar("G")
P = TypeVar("P")


def match(gold: Sequence[G], predicted: Sequence[P], fits: Callable[[G, P], bool]) -> list[tuple[int, int]]:
    """Index pairs ``(gold, predicted)`` of a largest one-to-one matching (augmenting paths)."""
    edges = [[p for p, candidate in enumerate(predicted) if fits(item, candidate)] for item in gold]
    owner: dict[int, int] = {}
    for item in range(len(gold)):
        _place(item, edges, owner, set())
    return sorted((item, candidate) for candidate, item in owner.items())


def _place(item: int, edges: list[list[int]], owner: dict[int, int], tried: set[int]) -> bool:
    """Give the gold item a prediction, moving earlier owners to others where that helps."""
    for candidate in edges[item]:
        if candidate in tried:
            continue
        tried.add(candidate)
        if candidate not in owner or _place(owner[candidate], edges, owner, tried):
            owner[candidate] = item
            return True
    return False
