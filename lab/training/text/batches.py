"""Batches of windows: whole sentences packed up to the window's size, documents drawn corpus by corpus by their share."""

import random
from collections.abc import Sequence
from dataclasses import dataclass, field

import torch
from torch import Tensor

from lab.training.text.example import Example, Prepared, TopicPairs

WINDOW = 240
_CLS, _SEP = 101, 102
_TOPIC_DOCUMENTS = 16


@dataclass
class Member:
    """A document in a batch; ``places`` gives row and column of the first piece of each word that the batch holds."""

    example: Example
    places: dict[int, tuple[int, int]]


@dataclass
class Batch:
    """Word pieces [B, T] and the documents they come from; ``pairs`` only for batches of a topic."""

    input_ids: Tensor
    attention_mask: Tensor
    case_ids: Tensor
    members: list[Member] = field(default_factory=list)
    pairs: TopicPairs | None = None


def windows(example: Example) -> list[tuple[int, int]]:
    """Runs of words ``[first, last)``: whole sentences of at most ``WINDOW`` pieces, longer sentences cut."""
    found, first, size = [], 0, 0
    for number, pieces in enumerate(example.pieces):
        starts = number > 0 and example.sentences[number] != example.sentences[number - 1]
        if (starts and size + _sentence_size(example, number) > WINDOW) or size + len(pieces) > WINDOW:
            found.append((first, number))
            first, size = number, 0
        size += len(pieces)
    return [*found, (first, len(example.pieces))] if example.pieces else []


def _sentence_size(example: Example, start: int) -> int:
    size, sentence = 0, example.sentences[start]
    for number in range(start, len(example.pieces)):
        if example.sentences[number] != sentence:
            break
        size += len(example.pieces[number])
    return size


def collate(chosen: Sequence[tuple[Example, Sequence[tuple[int, int]]]]) -> Batch:
    """Put windows of documents into one batch."""
    rows: list[list[int]] = []
    cases: list[list[int]] = []
    members = []
    for example, spans in chosen:
        member = Member(example, {})
        for first, last in spans:
            row, case = [_CLS], [0]
            for word in range(first, last):
                member.places[word] = (len(rows), len(row))
                row += example.pieces[word]
                case += [example.cases[word]] * len(example.pieces[word])
            rows.append([*row, _SEP])
            cases.append([*case, 0])
        members.append(member)
    width = max(map(len, rows))
    ids = torch.tensor([row + [0] * (width - len(row)) for row in rows])
    mask = torch.tensor([[1] * len(row) + [0] * (width - len(row)) for row in rows])
    return Batch(ids, mask, torch.tensor([row + [0] * (width - len(row)) for row in cases]), members)


class Sampler:
    """Draws batches without end; the same seed draws the same batches, and ``skip`` goes on where a run stopped."""

    def __init__(self, corpora: Sequence[Prepared], budget: int, seed: int) -> None:
        """``budget``: word pieces a batch, padding included."""
        self._corpora = list(corpora)
        self._budget = budget
        self._dice = random.Random(seed)
        self._queues: dict[str, list[int]] = {corpus.corpus: [] for corpus in corpora}

    def skip(self, batches: int) -> None:
        """Draw and throw away."""
        for _ in range(batches):
            self._draw()

    def next(self) -> Batch:
        """The next batch, of one corpus."""
        chosen, pairs = self._draw()
        batch = collate(chosen)
        batch.pairs = pairs
        return batch

    def _draw(self) -> tuple[list[tuple[Example, list[tuple[int, int]]]], TopicPairs | None]:
        corpus = self._dice.choices(self._corpora, [c.share for c in self._corpora])[0]
        if corpus.topics:
            return self._topic(corpus)
        chosen: list[tuple[Example, list[tuple[int, int]]]] = []
        rows, width = 0, 0
        while rows * width < self._budget:
            example = self._document(corpus)
            spans = self._part(windows(example), self._budget - rows * width)
            if spans:
                chosen.append((example, spans))
                rows += len(spans)
                width = max(width, *(sum(map(len, example.pieces[first:last])) for first, last in spans))
        return chosen, None

    def _document(self, corpus: Prepared) -> Example:
        queue = self._queues[corpus.corpus]
        if not queue:
            queue += self._dice.sample(range(len(corpus.examples)), len(corpus.examples))
        return corpus.examples[queue.pop()]

    def _part(self, spans: list[tuple[int, int]], room: int) -> list[tuple[int, int]]:
        """Consecutive windows that fit the room, from a random start."""
        count = max(1, room // WINDOW)
        if len(spans) <= count:
            return spans
        start = self._dice.randrange(len(spans) - count + 1)
        return spans[start : start + count]

    def _topic(self, corpus: Prepared) -> tuple[list[tuple[Example, list[tuple[int, int]]]], TopicPairs]:
        name = self._dice.choice(sorted(corpus.topics))
        documents = [example for example in corpus.examples if example.topic == name]
        kept = sorted(self._dice.sample(range(len(documents)), min(_TOPIC_DOCUMENTS, len(documents))))
        chosen = [(documents[number], windows(documents[number])[:2]) for number in kept]
        return chosen, _among(corpus.topics[name], {number: at for at, number in enumerate(kept)})


def _among(pairs: TopicPairs, kept: dict[int, int]) -> TopicPairs:
    """The pairs whose documents are in the batch, with the numbers that the documents have there."""
    found = TopicPairs()
    for left, right, same, features in zip(pairs.left, pairs.right, pairs.same, pairs.features, strict=True):
        if left[0] in kept and right[0] in kept:
            found.left.append((kept[left[0]], left[1]))
            found.right.append((kept[right[0]], right[1]))
            found.same.append(same)
            found.features.append(features)
    return found
