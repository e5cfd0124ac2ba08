"""The trained network: an encoder over windows of words, and small heads over pairs of words (ONNX, int8).

Each window is a run of its own, two at a time on one thread each. Dynamic quantization scales activations over the whole input
of a run, so in a batch a window's result would depend on its neighbours (and on padding); alone, an article reads the same in any
company. On two cores this is also faster than batches: 240 pieces already fill the units of a core.
"""

from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from itertools import groupby
from pathlib import Path
from typing import Literal

import numpy as np
import numpy.typing as npt

from services.text_ie.english.network.labels import Labels
from services.text_ie.english.network.tokens import Pieces
from services.text_ie.english.network.windows import LIMIT, Window, windows_of
from services.text_ie.english.network.words import Word, case_of
from shared.onnx import session

MODEL = "text-ie-multitask"
_THREADS = 2
_PAIRS = 8192
Floats = npt.NDArray[np.float32]
Head = Literal["roles", "relations", "coreference", "event_coreference"]
HEADS: tuple[Head, ...] = ("roles", "relations", "coreference", "event_coreference")


@dataclass(frozen=True)
class Encoding:
    """What the encoder says of a text: per word a vector [n, 384] and the logits of tags and events; ``window`` of each word."""

    words: Sequence[Word]
    vectors: Floats
    tags: Floats
    events: Floats
    window: npt.NDArray[np.int32]


@dataclass(frozen=True)
class _Job:
    """A window of one text of the batch, with its pieces."""

    text: int
    number: int
    window: Window
    pieces: list[int]
    cases: list[int]
    firsts: list[int]


class Network:
    """The encoder and its heads, from a model folder and a ``tokenizer.json``."""

    def __init__(self, folder: Path, tokenizer: Path) -> None:
        self.labels = Labels.read(folder)
        self._pieces = Pieces(tokenizer)
        self._encoder = session(folder / "encoder.onnx", arena=False)
        self._heads = {head: session(folder / f"{head}.onnx", arena=False) for head in HEADS}
        self._cases: dict[str, int] = {}
        self._threads = ThreadPoolExecutor(_THREADS)

    def read(self, texts: Sequence[Sequence[Word]]) -> list[Encoding]:
        """Encode the windows of all texts, the longest first."""
        jobs = [job for number, words in enumerate(texts) for job in self._jobs(number, words)]
        encodings = [self._empty(words) for words in texts]
        jobs.sort(key=lambda job: -len(job.pieces))
        for _ in self._threads.map(lambda job: self._encode(job, encodings[job.text]), jobs):
            pass
        return encodings

    def score(self, head: Head, left: Floats, right: Floats, features: Floats) -> Floats:
        """Logits [N, K] of a head for pairs of word vectors, divided by the head's temperature."""
        session, parts = self._heads[head], []
        for start in range(0, len(left), _PAIRS):
            rows = slice(start, start + _PAIRS)
            feeds = {"left": left[rows], "right": right[rows], "features": features[rows]}
            parts.append(session.run(["logits"], feeds)[0])
        logits = np.concatenate(parts) if parts else np.zeros((0, 1), dtype=np.float32)
        return np.asarray(logits / self.labels.temperatures.get(head, 1.0), dtype=np.float32)

    def _empty(self, words: Sequence[Word]) -> Encoding:
        width = int(self._heads["roles"].get_inputs()[0].shape[1])
        sizes = width, len(self.labels.tags), len(self.labels.events)
        vectors, tags, events = (np.zeros((len(words), size), dtype=np.float32) for size in sizes)
        return Encoding(words, vectors, tags, events, np.zeros(len(words), dtype=np.int32))

    def _jobs(self, text: int, words: Sequence[Word]) -> Iterator[_Job]:
        pieces = self._pieces.of([word.text for word in words])
        spans = _sentences(words)
        for number, window in enumerate(windows_of([len(p) for p in pieces], spans, LIMIT)):
            ids, cases, firsts = [self._pieces.start], [0], []
            for index in range(window.first, window.last):
                firsts.append(len(ids))
                ids += pieces[index]
                cases += [self._case(words[index].text)] * len(pieces[index])
            yield _Job(text, number, window, [*ids, self._pieces.end], [*cases, 0], firsts)

    def _case(self, text: str) -> int:
        known = self._cases.get(text)
        if known is None:
            if len(self._cases) > 200_000:
                self._cases.clear()
            known = self._cases[text] = case_of(text)
        return known

    def _encode(self, job: _Job, encoding: Encoding) -> None:
        """Run one window and write what it owns into the encoding of its text."""
        ids, cases = (np.array([row], dtype=np.int64) for row in (job.pieces, job.cases))
        feeds = {"input_ids": ids, "attention_mask": np.ones_like(ids), "case_ids": cases}
        outputs = self._encoder.run(["hidden", "tag_logits", "event_logits"], feeds)
        window = job.window
        own = slice(window.own_first, window.own_last)
        at = job.firsts[window.own_first - window.first : window.own_last - window.first]
        for target, output in zip((encoding.vectors, encoding.tags, encoding.events), outputs, strict=True):
            target[own] = output[0, at]
        encoding.window[own] = job.number


def _sentences(words: Sequence[Word]) -> list[tuple[int, int]]:
    """Word ranges of the sentences."""
    runs = [[index for index, _ in run] for _, run in groupby(enumerate(words), key=lambda row: row[1].sentence)]
    return [(run[0], run[-1] + 1) for run in runs]
