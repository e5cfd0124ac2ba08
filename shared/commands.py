"""Orders that a worker answers beside its part of the pipeline: taking references into galleries, searching pictures.

A row of the pipeline table names the commands of its stage, which has a method of each command's name: request in, answer out.
"""

from dataclasses import dataclass
from typing import Generic, Literal, TypeVar

from shared.gallery import Enrolment, GalleryKind, Rebuilt, Reference
from shared.picture_search import PictureHits
from shared.schemas.base import Schema

Request = TypeVar("Request", bound=Schema)
Answer = TypeVar("Answer", bound=Schema)


class RebuildOrder(Schema):
    """Compute the vectors of a gallery anew; ``who`` asks."""

    kind: GalleryKind
    who: str


class PictureQuery(Schema):
    """Find the ``limit`` pictures that best fit the words of ``query``."""

    query: str
    limit: int


class CommandFailure(Schema):
    """Why there is no answer. ``refused``: the request must change; ``unavailable``: the stage cannot do this now or at all."""

    error: str
    kind: Literal["refused", "unavailable"]


@dataclass(frozen=True)
class Command(Generic[Request, Answer]):
    """An order by the name of the stage's method that carries it out."""

    name: str
    request: type[Request]
    answer: type[Answer]

    @property
    def task(self) -> str:
        """The name of the broker's task."""
        return f"newsgraph.{self.name}"


ENROL = Command("enrol", Enrolment, Reference)
REBUILD = Command("rebuild", RebuildOrder, Rebuilt)
SEARCH = Command("search", PictureQuery, PictureHits)
