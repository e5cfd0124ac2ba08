"""What the user sends: one article with its images."""

from datetime import datetime

from pydantic import Field

from shared.schemas.base import Schema, TextSpan


class Image(Schema):
    """A picture of an article; its bytes lie in the blob store under ``image_id`` (SHA-256 of the bytes)."""

    image_id: str
    media_type: str
    width: int
    height: int
    caption: str = ""
    credit: str = ""
    source_url: str | None = None

    @property
    def caption_field(self) -> str:
        """The name under which spans point into this caption."""
        return f"caption:{self.image_id}"


class Video(Schema):
    """A video of an article; its bytes lie in the blob store under ``video_id`` (their SHA-256); ``duration`` in seconds."""

    video_id: str
    media_type: str
    width: int
    height: int
    duration: float
    caption: str = ""
    credit: str = ""
    source_url: str | None = None

    @property
    def caption_field(self) -> str:
        """The name under which spans point into this caption."""
        return f"caption:{self.video_id}"


class Article(Schema):
    """A news article as given; never normalised, so that offsets quote it exactly."""

    article_id: str
    title: str = ""
    text: str
    language: str | None = Field(default=None, description="ISO 639-1, as declared by the sender")
    published_at: datetime | None = None
    source_url: str | None = None
    images: tuple[Image, ...] = ()
    videos: tuple[Video, ...] = ()

    def fields(self) -> dict[str, str]:
        """All texts of the article by field name, without empty ones."""
        shown: tuple[Image | Video, ...] = (*self.images, *self.videos)
        texts = {"title": self.title, "text": self.text} | {each.caption_field: each.caption for each in shown}
        return {name: text for name, text in texts.items() if text.strip()}

    def quote(self, span: TextSpan) -> str:
        """The words at a span."""
        return self.fields()[span.field][span.start : span.end]
