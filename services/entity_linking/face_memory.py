"""Faces of an article put into clusters across all articles, one article at a time (average linkage, incremental)."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from services.entity_linking.engine import FaceVector
from services.entity_linking.faces import EmbeddedFace
from services.entity_linking.thresholds import LIMITS
from shared.faces.decisions import Decided
from shared.faces.records import FacePiece, SeenFace
from shared.faces.store import FaceStore
from shared.ids import make_id

_DIGITS = 5


@dataclass(frozen=True)
class Clusters:
    """Clusters as they are now: ids, and the sum of the unit vectors [C, D] and the number of faces of each."""

    ids: list[str]
    sums: FaceVector
    sizes: npt.NDArray[np.int64]

    def distances(self, group: Sequence[EmbeddedFace]) -> FaceVector:
        """Root mean square of the L2 distances between the group's faces and those of each cluster [C]."""
        mean = np.mean([face.vector for face in group], axis=0)
        return np.asarray(np.sqrt(np.maximum(0.0, 2 - 2 * (self.sums / self.sizes[:, None]) @ mean)))


class FaceMemory:
    """Gives faces the id of the person's cluster across articles; nothing else is decided here than which cluster."""

    def __init__(self, store: FaceStore, vector_id: str, same_person: float) -> None:
        self._store, self._vector_id, self._near = store, vector_id, same_person * LIMITS.across_articles_share

    def divide(self, groups: Sequence[Sequence[EmbeddedFace]]) -> list[list[EmbeddedFace]]:
        """The groups without faces together that the user put into different clusters; undecided faces stay with the first."""
        decided, divided = self._store.decided(), []
        for group in groups:
            parts: defaultdict[str, list[EmbeddedFace]] = defaultdict(list)
            for face in group:
                parts[decided.pinned.get(face.face.region.id, "")].append(face)
            divided += list(parts.values())
        return divided

    def assign(self, article_id: str, groups: Sequence[Sequence[EmbeddedFace]]) -> list[str]:
        """The cluster of each group: the one it had before, else the nearest one that is near enough, else a new one."""
        decided = self._store.decided()
        pieces = [piece for piece in self._store.pieces() if piece.vector_id == self._vector_id]
        before = {face.face_id: piece.across_id for piece in pieces if piece.article_id == article_id for face in piece.faces}
        clusters = collect([piece for piece in pieces if piece.article_id != article_id], decided)
        chosen: list[str] = []
        pictures: defaultdict[str, set[str]] = defaultdict(set)
        for group in groups:
            images = {face.face.region.image_id for face in group}
            taken = {cluster for cluster, seen in pictures.items() if seen & images}
            cluster = _earlier(group, before, decided) or self._nearest(group, clusters, taken) or new_cluster(group)
            pictures[cluster] |= images
            chosen.append(cluster)
        return chosen

    def keep(self, article_id: str, pieces: Sequence[FacePiece]) -> None:
        """Store the article's pieces in place of its earlier ones."""
        self._store.replace(article_id, pieces)

    def piece(self, article_id: str, across_id: str, group: Sequence[EmbeddedFace]) -> FacePiece:
        """The group as it is stored, still without names."""
        faces = tuple(
            SeenFace(
                face_id=row.face.region.id,
                image_id=row.face.region.image_id,
                quality=row.face.quality,
                vector=tuple(round(float(value), _DIGITS) for value in row.vector),
            )
            for row in group
        )
        return FacePiece(across_id=across_id, article_id=article_id, vector_id=self._vector_id, faces=faces)

    def _nearest(self, group: Sequence[EmbeddedFace], clusters: Clusters, taken: set[str]) -> str | None:
        """Two faces of one picture are two people, so clusters that the picture's other faces took are passed over."""
        if not clusters.ids:
            return None
        distances = clusters.distances(group)
        nearest_first: list[int] = np.argsort(distances, kind="stable").tolist()
        for place in nearest_first:
            if distances[place] > self._near:
                return None
            if clusters.ids[place] not in taken:
                return clusters.ids[place]
        return None


def new_cluster(group: Sequence[EmbeddedFace]) -> str:
    """The id of a cluster that begins with these faces."""
    return make_id("known-face", *sorted(face.face.region.id for face in group))


def _earlier(group: Sequence[EmbeddedFace], before: dict[str, str], decided: Decided) -> str | None:
    """The cluster that the user's decision or the last processing gave to most of these faces."""
    ids = [face.face.region.id for face in group]
    found = [decided.cluster_of(i, before.get(i, "")) for i in ids if i in before or i in decided.pinned]
    return max(sorted(set(found)), key=found.count, default=None)


def collect(pieces: Sequence[FacePiece], decided: Decided) -> Clusters:
    """The clusters of pieces of one model."""
    places: dict[str, int] = {}
    rows, vectors = [], []
    for piece in pieces:
        for face in piece.faces:
            cluster = decided.cluster_of(face.face_id, piece.across_id)
            rows.append(places.setdefault(cluster, len(places)))
            vectors.append(face.vector)
    sums = np.zeros((len(places), len(vectors[0]) if vectors else 0))
    np.add.at(sums, rows, np.asarray(vectors).reshape(len(rows), sums.shape[1]))
    return Clusters(list(places), sums, np.bincount(rows, minlength=len(places)))
