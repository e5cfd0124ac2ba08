"""What the API answers, beside the stages' schemas: gateway and clients read the same. What it takes: ``api_requests.py``."""

from datetime import datetime

from pydantic import Field

from shared.faces.records import NameCount
from shared.gallery import GalleryKind, LogLine
from shared.ontology import EntityType, EventType, RelationType
from shared.schemas.article import Article
from shared.schemas.base import Confidence, Schema
from shared.schemas.graph import EventView, Node
from shared.schemas.job import Job, JobState, StageName
from shared.schemas.problem import Problem


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


class FaceRow(Schema):
    """A face cluster in short; ``image_id`` is one of the pictures that show the person."""

    id: str
    name: str | None
    confidence: Confidence
    person_id: str | None
    faces: int
    articles: int
    image_id: str
    names: tuple[NameCount, ...]


class FacePage(Schema):
    """A page of face clusters, those in most articles first; ``total`` counts all."""

    faces: tuple[FaceRow, ...]
    total: int


class OntologyOut(Schema):
    """The types that entities, relations and events of the graph can have."""

    entity_types: tuple[EntityType, ...]
    relation_types: tuple[RelationType, ...]
    event_types: tuple[EventType, ...]


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

    def parts(self) -> dict[str, PartHealth]:
        """Every part by name, in the order in which work passes through them."""
        return {"broker": self.broker, "graph": self.graph} | dict(self.workers)


class Alive(Schema):
    """The process answers."""

    alive: bool = True


def links(article_id: str, job_id: str | None) -> Links:
    """The addresses of an article and its job."""
    job = f"/jobs/{job_id}" if job_id else None
    base = f"/articles/{article_id}"
    return Links(article=base, graph=f"{base}/graph", job=job, events=f"{job}/events" if job else None)


class FoundImage(Schema):
    """A picture that fits a query, and the articles that show it."""

    image_id: str
    score: float
    article_ids: tuple[str, ...]


class FoundImages(Schema):
    """Pictures for a query, best first, out of ``searched`` pictures; ``model`` made the vectors."""

    query: str
    model: str
    searched: int
    hits: tuple[FoundImage, ...] = ()


class JobList(Schema):
    """Jobs, newest first."""

    jobs: tuple[Job, ...]
