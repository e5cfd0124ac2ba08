"""Which articles show a picture, video or keyframe: bytes and vector are deleted with the last article that shows them."""

from pydantic import AliasChoices, Field

from shared.blobs import BlobNotFound, Blobs, read_as
from shared.picture_search import PictureIndex
from shared.schemas.base import Schema

_IMAGES = "images"
_FRAMES = "frames"  # keys: <image id>
_FRAME_OWNERS = "frame-owners"  # keys: <image id>.<article id>
_FRAME_TYPE = "image/jpeg"


class StoredFile(Schema):
    """What is known of a picture's or video's bytes, and which articles show it."""

    file_id: str = Field(validation_alias=AliasChoices("file_id", "image_id"))
    media_type: str
    article_ids: tuple[str, ...] = ()


class ShownFiles:
    """The files of one kind (a record kind of the blob store). One process writes; any number of processes read."""

    def __init__(self, blobs: Blobs, kind: str) -> None:
        self._blobs, self._kind = blobs, kind

    def get(self, file_id: str) -> StoredFile:
        """The record of a file; raises BlobNotFound, also for blobs that are no such file."""
        return read_as(self._blobs, self._kind, file_id, StoredFile)

    def refer(self, file_id: str, media_type: str, article_id: str) -> None:
        """Note that the article shows the file."""
        earlier = self._find(file_id)
        article_ids = tuple(sorted({*(earlier.article_ids if earlier else ()), article_id}))
        self._write(StoredFile(file_id=file_id, media_type=media_type, article_ids=article_ids))

    def release(self, file_id: str, article_id: str) -> None:
        """Note that the article shows the file no more, and delete its bytes and its vector if no other does."""
        stored = self._find(file_id)
        if stored is None:
            return
        rest = tuple(other for other in stored.article_ids if other != article_id)
        if rest:
            self._write(stored.model_copy(update={"article_ids": rest}))
            return
        self._blobs.delete_record(self._kind, file_id)
        _delete(self._blobs, file_id)

    def _find(self, file_id: str) -> StoredFile | None:
        try:
            return self.get(file_id)
        except BlobNotFound:
            return None

    def _write(self, stored: StoredFile) -> None:
        self._blobs.write_record(self._kind, stored.file_id, stored.model_dump_json().encode())


class ShownFrames:
    """The keyframes of videos. Workers write them side by side, so each pair of frame and article is a record of its own."""

    def __init__(self, blobs: Blobs) -> None:
        self._blobs = blobs

    def get(self, image_id: str) -> StoredFile:
        """The record of a keyframe, without its articles; raises BlobNotFound."""
        self._blobs.read_record(_FRAMES, image_id)
        return StoredFile(file_id=image_id, media_type=_FRAME_TYPE)

    def keep(self, image_id: str, article_id: str) -> None:
        """Note that a keyframe, whose bytes are stored, is of a video of the article."""
        self._blobs.write_record(_FRAMES, image_id, b"")
        self._blobs.write_record(_FRAME_OWNERS, f"{image_id}.{article_id}", b"")

    def release(self, article_id: str) -> None:
        """Forget the article's keyframes, and delete bytes and vectors of those that are of no other article."""
        pairs = [key.split(".", 1) for key in self._blobs.list_records(_FRAME_OWNERS)]
        kept = {image_id for image_id, owner in pairs if owner != article_id}
        for image_id in (image_id for image_id, owner in pairs if owner == article_id):
            self._blobs.delete_record(_FRAME_OWNERS, f"{image_id}.{article_id}")
            if image_id not in kept:
                self._blobs.delete_record(_FRAMES, image_id)
                _delete(self._blobs, image_id)


def _delete(blobs: Blobs, file_id: str) -> None:
    """Delete bytes and vector, unless a keyframe is also a picture that somebody sent, or the other way round."""
    if any(_is_kept(blobs, kind, file_id) for kind in (_IMAGES, _FRAMES)):
        return
    blobs.delete(file_id)
    PictureIndex(blobs).forget(file_id)


def _is_kept(blobs: Blobs, kind: str, file_id: str) -> bool:
    try:
        blobs.read_record(kind, file_id)
    except BlobNotFound:
        return False
    return True
