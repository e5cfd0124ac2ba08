"""Which articles tell of the same happenings: groups by their words, so that like events of other topics stay apart."""

import re
from collections import Counter
from collections.abc import Sequence

import numpy as np
import numpy.typing as npt
from scipy.cluster.hierarchy import fcluster, linkage
from scipy.spatial.distance import squareform

from services.text_ie.thresholds import LIMITS

_WORD = re.compile(r"[^\W\d_]{3,}|\d+")
_MAX_HEIGHT = LIMITS.max_topic_height


def topic_numbers(texts: Sequence[str]) -> list[int]:
    """A group number a text: Ward clustering of the cosine distances of their tf-idf vectors."""
    if len(texts) < 2:
        return [0 for _ in texts]
    vectors = _vectors([Counter(word.lower() for word in _WORD.findall(text)) for text in texts])
    distances = np.clip(1.0 - vectors @ vectors.T, 0.0, 1.0)
    np.fill_diagonal(distances, 0.0)
    tree = linkage(squareform(distances, checks=False), method="ward")
    return [int(number) for number in fcluster(tree, _MAX_HEIGHT, criterion="distance")]


def _vectors(counts: Sequence[Counter[str]]) -> npt.NDArray[np.float64]:
    """Rows of unit length [texts, words]; a text without words is a row of zeros."""
    spread = Counter(word for row in counts for word in row)
    column = {word: number for number, word in enumerate(spread)}
    rows = np.zeros((len(counts), len(column)))
    for number, row in enumerate(counts):
        for word, count in row.items():
            rows[number, column[word]] = (1.0 + np.log(count)) * np.log(1.0 + len(counts) / spread[word])
    lengths = np.linalg.norm(rows, axis=1, keepdims=True)
    return np.asarray(rows / np.where(lengths > 0.0, lengths, 1.0), dtype=np.float64)
