"""What the API takes, beside query parameters: gateway and clients read the same. Answers: ``api.py``."""

import base64
import binascii
import re
from datetime import UTC, datetime
from typing import Annotated
from urllib.parse import urlsplit

from pydantic import AfterValidator, ConfigDict, Field, JsonValue, StringConstraints, model_validator

from shared.schemas.base import Schema


def _web_address(url: str) -> str:
    parts = urlsplit(url)
    if parts.scheme not in ("http", "https") or not parts.hostname:
        raise ValueError("must be an http or https URL")
    return url


def _without_nul(text: str) -> str:
    if "\x00" in text:
        raise ValueError("must not contain NUL characters")
    return text


def _with_zone(time: datetime) -> datetime:
    aware = time if time.tzinfo else time.replace(tzinfo=UTC)
    try:
        aware.astimezone(UTC)
    except OverflowError as error:
        raise ValueError("must lie between the years 1 and 9999 in UTC") from error
    return aware


def _language_code(code: str) -> str:
    if not re.fullmatch(r"[a-z]{2}", code):
        raise ValueError("must be a two-letter ISO 639-1 code such as en")
    return code


_PERSON: dict[str, JsonValue] = {"name": "Eileen Collins", "kb_id": "wikidata:Q233890", "images": ["iVBORw0K..."]}
Text = Annotated[str, AfterValidator(_without_nul)]
Line = Annotated[str, StringConstraints(max_length=5_000), AfterValidator(_without_nul)]
LanguageCode = Annotated[str, AfterValidator(_language_code)]
Moment = Annotated[datetime, AfterValidator(_with_zone)]
WebAddress = Annotated[str, StringConstraints(max_length=2_048), AfterValidator(_web_address)]

EXAMPLE_ARTICLE: dict[str, JsonValue] = {
    "title": "Tillerson in Ankara",
    "text": "Last week, U.S. Secretary of State Rex Tillerson visited Ankara.",
    "language": "en",
    "published_at": "2017-04-05T08:00:00Z",
    "source_url": "https://example.org/tillerson-in-ankara",
    "images": [{"url": "https://example.org/tillerson.jpg", "caption": "Rex Tillerson in Ankara", "credit": "A. Photographer"}],
}


class ImageIn(Schema):
    """A picture by URL or as base64; exactly one of the two."""

    url: str | None = Field(default=None, max_length=2_048)
    base64: str | None = None
    caption: Line = ""
    credit: Line = ""

    @model_validator(mode="after")
    def _one_source(self) -> "ImageIn":
        if (self.url is None) == (self.base64 is None):
            raise ValueError("a picture or video needs either url or base64")
        return self

    def decoded(self) -> bytes:
        """The bytes of ``base64``; raises ValueError."""
        return decode_base64(self.base64 or "")


class VideoIn(ImageIn):
    """A video by URL or as base64; exactly one of the two. MP4, MOV, M4V, 3GP, MKV, WEBM or AVI."""


class ArticleIn(Schema):
    """An article to take in; the text is kept exactly as given."""

    model_config = ConfigDict(json_schema_extra={"example": EXAMPLE_ARTICLE})

    text: Text = Field(description="plain text; results point into it by character offsets")
    title: Line = ""
    language: LanguageCode | None = Field(default=None, description="ISO 639-1; detected if left out")
    published_at: Moment | None = Field(default=None, description="UTC if without a zone")
    source_url: WebAddress | None = None
    images: tuple[ImageIn, ...] = ()
    videos: tuple[VideoIn, ...] = ()


class ReferenceIn(Schema):
    """A reference for a gallery, with pictures: of a person, pictures that show one face each."""

    model_config = ConfigDict(json_schema_extra={"example": _PERSON})

    name: Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=200), AfterValidator(_without_nul)]
    kb_id: Annotated[str, StringConstraints(max_length=200, pattern=r"^[a-z]+:[A-Za-z0-9_.-]+$")] | None = None
    images: tuple[str, ...] = Field(default=(), description="base64")


class MergeIn(Schema):
    """The cluster that is the same person."""

    other_id: str


class SplitIn(Schema):
    """The faces of the cluster that are another person."""

    face_ids: tuple[str, ...] = Field(min_length=1)


def decode_base64(text: str) -> bytes:
    """The bytes of standard base64, line breaks allowed; raises ValueError."""
    try:
        return base64.b64decode("".join(text.split()), validate=True)
    except (binascii.Error, ValueError) as error:
        raise ValueError(f"not base64: {error}") from error
