"""Recognition by reference: which name of a gallery do vectors show, if any.

A ridge classifier over all references (regularised least squares, closed form) weighs what tells the names apart and chooses;
whether its choice is believed depends on its score and on the mean correlation with the name's two nearest references together.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from services.entity_linking.thresholds import LIMITS
from shared.gallery import Reference
from shared.image_text.encoder import Floats


@dataclass(frozen=True)
class Match:
    """The best reference for one of the vectors (its row); ``score`` is about 0 for chance and 2 for the same picture."""

    reference: Reference
    row: int
    score: float


class References:
    """References of one kind and one embedder, ready for comparison."""

    def __init__(self, references: Sequence[Reference], embedder: str) -> None:
        """References of other embedders are left out: ``stale`` names them."""
        self.references = [row for row in references if row.embedder == embedder and row.vectors]
        self.stale = [row.reference_id for row in references if row.embedder != embedder]
        self._owner = np.repeat(np.arange(len(self.references)), [len(row.vectors) for row in self.references])
        if self.references:
            self._vectors = np.asarray([vector for row in self.references for vector in row.vectors], np.float64)
            gram = self._vectors @ self._vectors.T + LIMITS.reference_ridge * np.eye(len(self._vectors))
            self._weights = np.linalg.solve(gram, np.eye(len(self.references))[self._owner])

    def scores(self, vectors: Floats) -> tuple[Floats, Floats]:
        """Both readings [V, R] of unit vectors [V, D] for each reference: the classifier's, and the nearest correlations."""
        near = np.asarray(vectors, np.float64) @ self._vectors.T
        most = int(LIMITS.nearest_references)
        nearest = [np.sort(near[:, self._owner == i], axis=1)[:, -most:].mean(axis=1) for i in range(len(self.references))]
        return np.asarray(near @ self._weights, np.float32), np.asarray(np.stack(nearest, axis=1), np.float32)

    def best(self, vectors: Floats) -> Match | None:
        """The best pair of vector and reference, however bad; None where there is nothing to compare."""
        if not self.references or not len(vectors):
            return None
        classified, nearest = self.scores(vectors)
        row, column = np.unravel_index(int(classified.argmax()), classified.shape)
        return Match(self.references[int(column)], int(row), float(classified[row, column] + nearest[row, column]))


def recognise(vectors: Floats, references: Sequence[Reference], embedder: str, least: float) -> Match | None:
    """The reference that one of the vectors shows, with at least this score; None is unknown."""
    match = References(references, embedder).best(vectors)
    return match if match is not None and match.score >= least else None


def confidence(score: float, even: float) -> float:
    """A score as confidence in [0, 1]; 0.5 where a recognition is as likely right as wrong."""
    return round(float(1 / (1 + np.exp(-LIMITS.reference_slope * (score - even)))), 4)
