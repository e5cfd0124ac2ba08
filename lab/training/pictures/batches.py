"""Batches of tensors out of the caches."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from lab.training.pictures.examples import PLACES, SCENES, Example
from lab.training.pictures.views import VIEWS

_LONGEST = 32
_PHRASES = 2
_NOTHING = -1.0


class TextStates:
    """The cached token states of all texts."""

    def __init__(self, work: Path) -> None:
        self._states = np.load(work / "states.npy", mmap_mode="r")
        self._starts = np.load(work / "starts.npy")

    def __call__(self, rows: Sequence[int]) -> tuple[Tensor, Tensor]:
        """States [N,T,384] and mask [N,T] of texts."""
        parts = [self._states[self._starts[r] : min(self._starts[r + 1], self._starts[r] + _LONGEST)] for r in rows]
        longest = max(len(part) for part in parts)
        states = np.zeros((len(rows), longest, parts[0].shape[1]), np.float32)
        mask = np.zeros((len(rows), longest), bool)
        for row, part in enumerate(parts):
            states[row, : len(part)], mask[row, : len(part)] = part, True
        return torch.from_numpy(states), torch.from_numpy(mask)


@dataclass(frozen=True)
class Batch:
    """Pictures [B,120,17,17]; texts with ``positive`` [B,T]; phrases with their picture and boxes by cell; labels of heads."""

    lower: Tensor
    texts: list[int]
    positive: Tensor
    phrases: list[int]
    owner: Tensor
    cover: Tensor
    labels: dict[str, tuple[Tensor, Tensor]]
    scenes: tuple[Tensor, Tensor]
    places: Tensor


def make_batch(lower: NDArray[np.float16], chosen: Sequence[Example], random: np.random.Generator) -> Batch:
    """One random view of each example with two texts and at most two phrases."""
    views = random.integers(0, VIEWS, len(chosen))
    pixels = np.stack([lower[e.row, view] for e, view in zip(chosen, views, strict=True)]).astype(np.float32)
    phrases, owner, cover = _phrases(chosen, views, random)
    texts, positive = _texts(chosen, random)
    labels = {
        head: _labels([(number, e.label[1]) for number, e in enumerate(chosen) if e.label and e.label[0] == head])
        for head in {e.label[0] for e in chosen if e.label}
    }
    scened = [(number, e.scene) for number, e in enumerate(chosen) if e.scene is not None]
    scenes = np.stack([scene for _, scene in scened]) if scened else np.zeros((0, len(SCENES)), np.float32)
    return Batch(
        torch.from_numpy(pixels).contiguous(memory_format=torch.channels_last),
        texts,
        torch.from_numpy(positive),
        phrases,
        torch.tensor(owner, dtype=torch.long),
        torch.from_numpy(np.stack(cover) if cover else np.zeros((0, 81), np.float32)),
        labels,
        (torch.tensor([number for number, _ in scened], dtype=torch.long), torch.from_numpy(scenes)),
        torch.from_numpy(np.stack([_places(e, view) for e, view in zip(chosen, views, strict=True)])),
    )


def _labels(pairs: list[tuple[int, int]]) -> tuple[Tensor, Tensor]:
    return torch.tensor([row for row, _ in pairs]), torch.tensor([label for _, label in pairs])


def _texts(chosen: Sequence[Example], random: np.random.Generator) -> tuple[list[int], NDArray[np.float32]]:
    """Two texts of each picture; a picture is positive for every text of its own, whoever it was drawn for."""
    picked = {int(t) for e in chosen if e.texts for t in random.permutation(e.texts)[:2]}
    texts = sorted(picked)
    column = {text: number for number, text in enumerate(texts)}
    positive = np.zeros((len(chosen), len(texts)), np.float32)
    for row, example in enumerate(chosen):
        for text in example.texts:
            if text in column:
                positive[row, column[text]] = 1.0
    return texts, positive


def _phrases(
    chosen: Sequence[Example], views: NDArray[np.int64], random: np.random.Generator
) -> tuple[list[int], list[int], list[NDArray[np.float32]]]:
    phrases: list[int] = []
    owner: list[int] = []
    cover: list[NDArray[np.float32]] = []
    for number, (example, view) in enumerate(zip(chosen, views, strict=True)):
        for at in random.permutation(len(example.phrases))[:_PHRASES]:
            (row,), boxes = example.phrases[at]
            covered = example.cover(boxes, int(view))
            if covered.sum() > 0.25:
                phrases.append(row)
                owner.append(number)
                cover.append(covered)
    return phrases, owner, cover


def _places(example: Example, view: int) -> NDArray[np.float32]:
    target = np.full((81, len(PLACES)), _NOTHING, np.float32)
    for place, boxes in example.places.items():
        target[:, place] = example.cover(boxes, view) if boxes else 0.0
    return target
