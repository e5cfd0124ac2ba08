"""The faces of an article as people: grouped, remembered across articles, and named where the evidence suffices."""

from collections.abc import Sequence

from services.entity_linking.engine import Nearness
from services.entity_linking.face_memory import FaceMemory
from services.entity_linking.faces import EmbeddedFace, cluster
from services.entity_linking.naming import GalleryMatch, caption_names, gallery_match, name_cluster
from services.entity_linking.thresholds import LIMITS
from shared.blobs import Blobs
from shared.faces.records import FacePiece
from shared.faces.store import FaceStore
from shared.gallery import Person
from shared.schemas.article import Article
from shared.schemas.linking import FaceCluster
from shared.schemas.text import TextExtraction


class FaceClusters:
    """Clusters of an article's faces; one object serves all articles of a process."""

    def __init__(self, blobs: Blobs, vector_id: str, nearness: Nearness) -> None:
        self._store = FaceStore(blobs)
        self._memory = FaceMemory(self._store, vector_id, nearness.same)
        self._model, self._nearness = vector_id, nearness

    def of(
        self, article: Article, text: TextExtraction | None, faces: Sequence[EmbeddedFace], people: Sequence[Person]
    ) -> tuple[FaceCluster, ...]:
        """Every face in one cluster; the article's earlier pieces are replaced, so that doing it again changes nothing."""
        clear = [face for face in faces if face.face.quality >= LIMITS.min_face_quality]
        poor = [face for face in faces if face.face.quality < LIMITS.min_face_quality]
        groups = self._memory.divide(cluster(clear, self._nearness.same))
        across = self._memory.assign(article.article_id, groups)
        matches = [gallery_match(group, people, self._nearness) for group in groups]
        own = [tuple(caption_names(group, faces, article, text)) for group in groups]
        pieces = [
            _with_person(self._memory.piece(article.article_id, ident, group), match).model_copy(update={"names": names})
            for ident, group, match, names in zip(across, groups, matches, own, strict=True)
        ]
        self._memory.keep(article.article_id, pieces)
        known = {row.id: row for row in self._store.known(set(across))} if across else {}
        named = [
            name_cluster(group, match, known.get(ident), names, self._model)
            for ident, group, match, names in zip(across, groups, matches, own, strict=True)
        ]
        return (*named, *(name_cluster([face], None, None, (), self._model) for face in poor))


def _with_person(piece: FacePiece, match: GalleryMatch | None) -> FacePiece:
    if match is None:
        return piece
    person = match.person
    found = {"person_id": person.person_id, "person_name": person.name, "person_confidence": match.confidence}
    return piece.model_copy(update=found)
