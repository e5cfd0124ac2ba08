"""Windows over a text: whole sentences as long as they fit, with overlap, so that every word is read with context."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import accumulate, pairwise

LIMIT = 240


@dataclass(frozen=True)
class Window:
    """Words ``[first, last)`` of a text; the results of ``[own_first, own_last)`` are taken from here."""

    first: int
    last: int
    own_first: int
    own_last: int


def windows_of(lengths: Sequence[int], sentences: Sequence[tuple[int, int]], limit: int = LIMIT) -> list[Window]:
    """Windows of at most ``limit`` pieces; ``lengths`` are pieces a word, ``sentences`` word ranges that follow one another.

    Each word is owned by exactly one window: of two that overlap, the one in which it lies further from an edge.
    """
    before = [0, *accumulate(lengths)]
    spans = list(_pack(_parts(before, sentences, limit), before, limit))
    if not spans:
        return []
    middles = [(one[1] + other[0]) // 2 for one, other in pairwise(spans)]
    starts, ends = [spans[0][0], *middles], [*middles, spans[-1][1]]
    return [Window(first, last, own, end) for (first, last), own, end in zip(spans, starts, ends, strict=True)]


def _parts(before: Sequence[int], sentences: Sequence[tuple[int, int]], limit: int) -> Iterator[tuple[int, int]]:
    """Sentences; one that is too long as halves of a window each, which :func:`_pack` then joins with overlap."""
    for start, end in sentences:
        if before[end] - before[start] <= limit:
            yield start, end
            continue
        while start < end:
            stop = start + 1
            while stop < end and before[stop + 1] - before[start] <= limit // 2:
                stop += 1
            yield start, stop
            start = stop


def _pack(parts: Iterator[tuple[int, int]], before: Sequence[int], limit: int) -> Iterator[tuple[int, int]]:
    """Runs of parts that fit; each run starts with the last part of the run before, where there is room for a new one too."""
    run: list[tuple[int, int]] = []
    for start, end in parts:
        if run and before[end] - before[run[0][0]] > limit:
            yield run[0][0], run[-1][1]
            run = run[-1:] if before[end] - before[run[-1][0]] <= limit else []
        run.append((start, end))
    if run:
        yield run[0][0], run[-1][1]
