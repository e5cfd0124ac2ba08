"""What pictures show of the galleries of flags, logos and landmarks: by looks, and logos by the name written in them."""

from collections.abc import Collection, Sequence

from services.entity_linking.enrolment import Embedder
from services.entity_linking.logos import written
from services.entity_linking.picture_embedder import PictureEmbedder
from services.entity_linking.references import Match, References, confidence
from shared.errors import InputError
from shared.gallery import GalleryKind, Recognised, Reference
from shared.pictures import RgbArray
from shared.schemas.base import Box


class GalleryReader:
    """Embeds references and recognises them; people and national flags have engines of their own."""

    def __init__(self, pictures: PictureEmbedder) -> None:
        self.pictures = pictures
        self.model_id = pictures.model_id

    def embedder(self, kind: GalleryKind) -> Embedder:
        """How reference pictures of a kind become vectors; raises InputError for people."""
        if kind == "person":
            raise InputError("people are embedded by their faces")
        return Embedder(self.pictures.vector_id, self.pictures.scenes if kind == "landmark" else self.pictures.crops)

    def recognise(
        self,
        kind: GalleryKind,
        pictures: Sequence[RgbArray],
        references: Sequence[Reference],
        texts: Sequence[Sequence[str]] = (),
    ) -> list[Recognised | None]:
        """What each picture shows, None for unknown; ``texts`` are the words that OCR read in each."""
        prepared = References(references, self.embedder(kind).model)
        rows = texts or [()] * len(pictures)
        return [self.find(kind, picture, prepared, words) for picture, words in zip(pictures, rows, strict=True)]

    def find(self, kind: GalleryKind, picture: RgbArray, references: References, texts: Sequence[str] = ()) -> Recognised | None:
        """The reference that a picture shows: a logo whose name can be read goes before its looks."""
        if not references.references:
            return None
        if kind == "logo" and (named := _named(picture, references.references, texts)):
            return named
        match, box = self._match(kind, picture, references)
        limits = self.pictures.limits(kind)
        if match is None or match.score < limits.mentioned:
            return None
        sure = confidence(match.score, limits.even)
        ident, name = match.reference.reference_id, match.reference.name
        return Recognised(reference_id=ident, name=name, similarity=match.score, confidence=sure, box=box, seen="picture")

    def credible(self, kind: GalleryKind, found: Recognised, mentioned: Collection[str]) -> bool:
        """Whether a recognition is to be told: its name is written, the article mentions it, or it is sure enough alone."""
        alone = found.similarity >= self.pictures.limits(kind).alone
        return found.seen == "text" or found.reference_id in mentioned or alone

    def _match(self, kind: GalleryKind, picture: RgbArray, references: References) -> tuple[Match | None, Box]:
        if kind == "landmark":
            return references.best(self.pictures.scenes([picture])), _whole(picture)
        windows = self.pictures.windows(picture)
        match = references.best(windows.vectors)
        return match, windows.boxes[match.row] if match else _whole(picture)


def _named(picture: RgbArray, references: Sequence[Reference], texts: Sequence[str]) -> Recognised | None:
    by_name = {row.name: row for row in references}
    hit = written(texts, by_name)
    if hit is None:
        return None
    ident = by_name[hit.name].reference_id
    box = _whole(picture)
    return Recognised(reference_id=ident, name=hit.name, similarity=1.0, confidence=hit.confidence, box=box, seen="text")


def _whole(picture: RgbArray) -> Box:
    return Box(x0=0, y0=0, x1=picture.shape[1], y1=picture.shape[0])
