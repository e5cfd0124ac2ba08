"""Spans out of IOB, IOB2 and BIOES tags."""

from collections.abc import Iterator, Sequence
from typing import NamedTuple


class Chunk(NamedTuple):
    """Words ``[first, last)`` with a label."""

    first: int
    last: int
    label: str


def chunks(tags: Sequence[str]) -> Iterator[Chunk]:
    """Chunks in order: a new one at ``B-``/``S-``/``U-`` and at ``I-`` of another label or after ``O`` (as in IOB1)."""
    first, label = 0, ""
    for index, tag in enumerate([*tags, "O"]):
        prefix, _, name = tag.partition("-")
        continues = prefix in {"I", "E", "L"} and name == label
        if label and not continues:
            yield Chunk(first, index, label)
            label = ""
        if name and not continues:
            first, label = index, name
