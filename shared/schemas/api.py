"""What the API takes and answers, beside the stages' schemas: gateway and clients read the same."""

import base64
import binascii
import re
from datetime import UTC, datetime
from typing import Annotated
from urllib.parse import urlsplit

from pydantic import AfterValidator, ConfigDict, Field, JsonValue, StringConstraints, model_validator

from shared.gallery import GalleryKind, LogLine
from shared.schemas.article import Article
from shared.schemas.base import Schema
from shared.schemas.graph import EventView, Node
from shared.schemas.job import Job, JobState, StageName
from shared.schemas.problem import Problem


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
    return time if time.tzinfo else time.replace(tzinfo=UTC)


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


class PersonOut(Schema):
    """A person of the gallery, with how many pictures and faces there are; face vectors never leave the platform."""

    person_id: str
    name: str
    kb_id: str | None
    image_ids: tuple[str, ...]
    pictures: int
    faces: int


class ReferenceOut(Schema):
    """A reference of a gallery; its vectors never leave the platform."""

    reference_id: str
    kind: GalleryKind
    name: str
    kb_id: str | None
    image_ids: tuple[str, ...]
    pictures: int
    embedder: str = Field(description="the model whose vectors are kept")
    created_at: datetime


class GalleryPage(Schema):
    """All references of a kind."""

    references: tuple[ReferenceOut, ...]


class GalleryLog(Schema):
    """Changes of the galleries, newest first."""

    changes: tuple[LogLine, ...]


class Links(Schema):
    """Where to look next."""

    article: str
    graph: str
    job: str | None = None
    events: str | None = None


class Accepted(Schema):
    """The answer to a submitted article; ``created`` tells whether new work was started."""

    article_id: str
    job_id: str
    state: JobState
    created: bool
    links: Links


class BatchLine(Schema):
    """The answer to one line of a batch, numbered from 1."""

    line: int
    status: int
    accepted: Accepted | None = None
    problem: Problem | None = None


class ArticleOut(Schema):
    """An article as given, with its newest job."""

    article: Article
    job: Job | None
    links: Links


class ArticleSummary(Schema):
    """A row of the list of articles."""

    article_id: str
    title: str
    beginning: str = Field(description="the first 300 characters of the text")
    language: str | None
    published_at: datetime | None
    source_url: str | None
    images: int = Field(description="how many pictures it has")
    videos: int = Field(description="how many videos it has")
    job_id: str | None
    state: JobState | None


class ArticlePage(Schema):
    """A page of articles, newest arrival first."""

    total: int
    limit: int
    offset: int
    articles: tuple[ArticleSummary, ...]


class EntityPage(Schema):
    """A page of entities; ``more`` tells whether another follows."""

    entities: tuple[Node, ...]
    limit: int
    offset: int
    more: bool


class EventPage(Schema):
    """A page of events; ``more`` tells whether another follows."""

    events: tuple[EventView, ...]
    limit: int
    offset: int
    more: bool


class PeoplePage(Schema):
    """The whole gallery of people."""

    people: tuple[PersonOut, ...]


class PartHealth(Schema):
    """Whether one part answers; ``detail`` says what is missing."""

    ready: bool
    detail: str = ""


class Readiness(Schema):
    """Whether the platform can work, part by part."""

    ready: bool
    detail: str = Field(default="", description="what is missing")
    broker: PartHealth
    graph: PartHealth
    workers: dict[StageName, PartHealth]


class Alive(Schema):
    """The process answers."""

    alive: bool = True


def links(article_id: str, job_id: str | None) -> Links:
    """The addresses of an article and its job."""
    job = f"/jobs/{job_id}" if job_id else None
    base = f"/articles/{article_id}"
    return Links(article=base, graph=f"{base}/graph", job=job, events=f"{job}/events" if job else None)


def decode_base64(text: str) -> bytes:
    """The bytes of standard base64, line breaks allowed; raises ValueError."""
    try:
        return base64.b64decode("".join(text.split()), validate=True)
    except (binascii.Error, ValueError) as error:
        raise ValueError(f"not base64: {error}") from error


class FoundPicture(Schema):
    """A picture that fits a query, and the articles that show it."""

    image_id: str
    score: float
    article_ids: tuple[str, ...]


class FoundPictures(Schema):
    """Pictures for a query, best first, out of ``searched`` pictures; ``model`` made the vectors."""

    query: str
    model: str
    searched: int
    hits: tuple[FoundPicture, ...] = ()


class JobList(Schema):
    """Jobs, newest first."""

    jobs: tuple[Job, ...]
