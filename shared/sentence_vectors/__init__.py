"""MiniLM sentence vectors (all-MiniLM-L6-v2, int8 ONNX): how near two words or phrases are in meaning."""

from collections.abc import Iterable, Iterator
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from tokenizers import Tokenizer

from shared.onnx import Device, session

Vectors = NDArray[np.float32]

MODEL_ID = "minilm-l6-int8"
TOKENIZER_ID = "minilm-l6-tokenizer"
_TOKENS_PER_RUN = 64
_LONGEST = 128
_CACHE_LIMIT = 20_000


class MiniLM:
    """Encodes text and remembers what it encoded.

    Batches have one of a few fixed shapes, because a matrix product of another shape rounds differently: so a vector
    depends on its text only, never on its neighbours, and a run repeated in another order gives the same graph.
    """

    def __init__(self, model: Path, tokenizer: Path, device: Device = "cpu") -> None:
        self._session = session(model, device)
        self._tokenizer = Tokenizer.from_file(str(tokenizer))
        self._tokenizer.no_padding()
        self._tokenizer.enable_truncation(_LONGEST)
        self._cache: dict[str, Vectors] = {}

    def encode(self, texts: Iterable[str]) -> Vectors:
        """Unit vectors of the texts, shape (n, 384); at most 128 tokens of each are read."""
        wanted = list(texts)
        if len(self._cache) > _CACHE_LIMIT:
            self._cache.clear()
        self._fill(sorted(set(wanted) - self._cache.keys()))
        return np.stack([self._cache[text] for text in wanted]) if wanted else np.zeros((0, 384), np.float32)

    def states(self, texts: Iterable[str]) -> list[Vectors]:
        """The states of the tokens of each text, shape (tokens, 384), with [CLS] and [SEP]; not remembered."""
        wanted = list(texts)
        found: dict[str, Vectors] = {}
        for rows, shape in self._batches(sorted(set(wanted))):
            states, _ = self._run(rows, shape)
            found |= {text: states[row, : len(ids)] for row, (text, ids) in enumerate(rows)}
        return [found[text] for text in wanted]

    def similarity(self, left: str, right: str) -> float:
        """Cosine of two texts, in [-1, 1]; unrelated words lie near 0.25."""
        a, b = self.encode([left, right])
        return float(a @ b)

    def _fill(self, texts: list[str]) -> None:
        for rows, shape in self._batches(texts):
            vectors = _mean_pool(*self._run(rows, shape))
            self._cache.update({text: vectors[row] for row, (text, _) in enumerate(rows)})

    def _batches(self, texts: list[str]) -> Iterator[tuple[list[tuple[str, list[int]]], tuple[int, int]]]:
        """Texts with their tokens in batches of like length, and the shape (rows, tokens) that each batch is padded to."""
        by_length: dict[int, list[tuple[str, list[int]]]] = {}
        for text in texts:
            tokens = self._tokenizer.encode(text).ids
            length = max(8, 1 << (len(tokens) - 1).bit_length())
            by_length.setdefault(length, []).append((text, tokens))
        for length, rows in sorted(by_length.items()):
            size = max(1, _TOKENS_PER_RUN // length)
            for start in range(0, len(rows), size):
                yield rows[start : start + size], (size, length)

    def _run(self, rows: list[tuple[str, list[int]]], shape: tuple[int, int]) -> tuple[Vectors, NDArray[np.int64]]:
        tokens, mask = np.zeros(shape, np.int64), np.zeros(shape, np.int64)
        mask[:, 0] = 1
        for row, (_, ids) in enumerate(rows):
            tokens[row, : len(ids)], mask[row, : len(ids)] = ids, 1
        feed = {"input_ids": tokens, "attention_mask": mask, "token_type_ids": np.zeros(shape, np.int64)}
        return self._session.run(None, feed)[0], mask


def _mean_pool(states: Vectors, mask: NDArray[np.int64]) -> Vectors:
    weights = mask[..., None].astype(np.float32)
    pooled: Vectors = (states * weights).sum(axis=1) / weights.sum(axis=1)
    unit: Vectors = pooled / np.linalg.norm(pooled, axis=1, keepdims=True)
    return unit
