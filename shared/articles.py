"""Articles and the files they show, kept as records of the blob store so that gateway and workers see the same."""

import threading
from datetime import UTC, datetime

from shared.blobs import BlobNotFound, Blobs, read_as
from shared.schemas.article import Article
from shared.schemas.base import Schema
from shared.shown_files import ShownFiles, ShownFrames, StoredFile

_ARTICLES = "articles"
_ORDER = "articles-by-time"


class StoredArticle(Schema):
    """An article with the time at which it first arrived."""

    article: Article
    received_at: datetime

    @property
    def order_key(self) -> str:
        """A record key that sorts by arrival."""
        return f"{int(self.received_at.timestamp() * 1000):014d}.{self.article.article_id}"


class ArticleStore:
    """Saves, lists and deletes articles. One process writes (the gateway); any number of processes read."""

    def __init__(self, blobs: Blobs) -> None:
        self._blobs = blobs
        self._images, self._videos, self.frames = ShownFiles(blobs, "images"), ShownFiles(blobs, "videos"), ShownFrames(blobs)
        self._lock = threading.Lock()

    def save(self, article: Article) -> None:
        """Store or replace the record; the bytes of pictures and videos must be in the blob store. The article comes last."""
        with self._lock:
            stored = self._stored_or_new(article)
            for image in article.images:
                self._images.refer(image.image_id, image.media_type, article.article_id)
            for video in article.videos:
                self._videos.refer(video.video_id, video.media_type, article.article_id)
            self._blobs.write_record(_ORDER, stored.order_key, b"")
            self._blobs.write_record(_ARTICLES, article.article_id, stored.model_dump_json().encode())

    def get(self, article_id: str) -> Article:
        """The article as given; raises BlobNotFound."""
        return self._read(article_id).article

    def exists(self, article_id: str) -> bool:
        """Tell whether the article is stored."""
        try:
            self._read(article_id)
        except BlobNotFound:
            return False
        return True

    def count(self) -> int:
        """How many articles are stored."""
        return len(self._blobs.list_records(_ORDER))

    def list(self, limit: int = 50, offset: int = 0) -> tuple[Article, ...]:
        """A page of articles, newest arrival first."""
        keys = self._blobs.list_records(_ORDER)[::-1][offset : offset + limit]
        found = (self._find(key.partition(".")[2]) for key in keys)
        return tuple(article for article in found if article is not None)

    def delete(self, article_id: str) -> None:
        """Forget the article, and the bytes of pictures, videos and keyframes that no other shows; raises BlobNotFound."""
        with self._lock:
            stored = self._read(article_id)
            self._blobs.delete_record(_ARTICLES, article_id)
            self._blobs.delete_record(_ORDER, stored.order_key)
            for image in stored.article.images:
                self._images.release(image.image_id, article_id)
            for video in stored.article.videos:
                self._videos.release(video.video_id, article_id)
            if stored.article.videos:
                self.frames.release(article_id)

    def image(self, image_id: str) -> StoredFile:
        """The record of a picture or keyframe that an article shows; raises BlobNotFound, also for other blobs."""
        try:
            return self._images.get(image_id)
        except BlobNotFound:
            return self.frames.get(image_id)

    def video(self, video_id: str) -> StoredFile:
        """The record of a video that an article shows; raises BlobNotFound, also for other blobs."""
        return self._videos.get(video_id)

    def _stored_or_new(self, article: Article) -> StoredArticle:
        try:
            return StoredArticle(article=article, received_at=self._read(article.article_id).received_at)
        except BlobNotFound:
            return StoredArticle(article=article, received_at=datetime.now(UTC))

    def _read(self, article_id: str) -> StoredArticle:
        return read_as(self._blobs, _ARTICLES, article_id, StoredArticle)

    def _find(self, article_id: str) -> Article | None:
        try:
            return self.get(article_id)
        except BlobNotFound:
            return None
