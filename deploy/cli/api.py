"""The platform's REST API as the command line sees it; every refusal becomes an error that says what to do."""

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Self, TypeVar
from urllib.parse import urlencode

import httpx
from pydantic import ValidationError

from deploy.local.folder import read_note
from shared.errors import InputError, NewsgraphError, ServiceUnavailable
from shared.faces.records import KnownFace
from shared.gallery import GalleryKind, Rebuilt
from shared.schemas.api import (
    Accepted,
    ArticleOut,
    ArticlePage,
    FacePage,
    GalleryLog,
    GalleryPage,
    JobList,
    Readiness,
    ReferenceOut,
)
from shared.schemas.api_requests import ArticleIn, MergeIn, SplitIn
from shared.schemas.base import Schema
from shared.schemas.graph import Subgraph
from shared.schemas.job import Job, JobState
from shared.schemas.problem import Problem
from shared.settings import Settings

AnswerType = TypeVar("AnswerType", bound=Schema)


def find_api(settings: Settings) -> str:
    """The address of the platform that runs on the data folder, else the one that the settings name."""
    running = read_note(settings.data_dir)
    return running.api_url if running else f"http://{settings.host}:{settings.port}"


class Api:
    """A client; use it in a ``with``."""

    def __init__(self, url: str, key: str | None = None) -> None:
        self.url = url.rstrip("/")
        headers = {"Authorization": f"Bearer {key}"} if key else {}
        self._client = httpx.Client(base_url=self.url, headers=headers, timeout=httpx.Timeout(120.0, connect=5.0))

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._client.close()

    def submit(self, article: ArticleIn, *, force: bool = False) -> Accepted:
        """Send an article; raises InputError where it is refused."""
        return self._ask(Accepted, "POST", f"/articles?force={str(force).lower()}", article)

    def job(self, job_id: str) -> Job:
        """The job as it is now."""
        return self._ask(Job, "GET", f"/jobs/{job_id}")

    def ended_jobs(self, states: Sequence[JobState], limit: int = 100) -> JobList:
        """Jobs that ended in these states, newest first."""
        query = urlencode([("limit", limit), *(("state", state) for state in states)])
        return self._ask(JobList, "GET", f"/jobs?{query}")

    def retry_job(self, job_id: str) -> Job:
        """Run what failed of a job again; raises InputError where nothing of it can be."""
        return self._ask(Job, "POST", f"/jobs/{job_id}/retry")

    def articles(self, limit: int = 20) -> ArticlePage:
        """The newest articles."""
        return self._ask(ArticlePage, "GET", f"/articles?limit={limit}")

    def article(self, article_id: str) -> ArticleOut:
        """One article; raises InputError where there is none."""
        return self._ask(ArticleOut, "GET", f"/articles/{article_id}")

    def graph(self, article_id: str) -> Subgraph:
        """What the graph knows from the article, with evidence."""
        return self._ask(Subgraph, "GET", f"/articles/{article_id}/graph")

    def readiness(self) -> Readiness:
        """The state of the platform's parts, ready or not."""
        return self._ask(Readiness, "GET", "/health/ready", accepted=(200, 503))

    def references(self, kind: GalleryKind) -> GalleryPage:
        """A gallery."""
        return self._ask(GalleryPage, "GET", f"/galleries/{kind}")

    def add_reference(self, kind: GalleryKind, name: str, kb_id: str | None, pictures: list[Path]) -> ReferenceOut:
        """Enrol a name with pictures; raises InputError where they cannot serve (a person's need one face each)."""
        files = [("images", (path.name, path.read_bytes())) for path in pictures]
        fields = {"name": name} | ({"kb_id": kb_id} if kb_id else {})
        return _parse(ReferenceOut, self._send(lambda: self._client.post(f"/galleries/{kind}", data=fields, files=files)))

    def remove_reference(self, kind: GalleryKind, reference_id: str) -> None:
        """Forget a reference with pictures and vectors."""
        self._send(lambda: self._client.delete(f"/galleries/{kind}/{reference_id}"))

    def rebuild_gallery(self, kind: GalleryKind) -> Rebuilt:
        """Compute all vectors of a kind anew from the kept pictures."""
        return self._ask(Rebuilt, "POST", f"/galleries/{kind}/rebuild")

    def gallery_log(self, limit: int) -> GalleryLog:
        """Who changed which gallery, newest first."""
        return self._ask(GalleryLog, "GET", f"/galleries/log?limit={limit}")

    def faces(self, limit: int = 100) -> FacePage:
        """People across articles, those in most articles first."""
        return self._ask(FacePage, "GET", f"/faces?limit={limit}")

    def face(self, face_id: str) -> KnownFace:
        """One person with evidence; raises InputError where there is none."""
        return self._ask(KnownFace, "GET", f"/faces/{face_id}")

    def merge_faces(self, face_id: str, other_id: str) -> KnownFace:
        """Make two clusters one; raises InputError where that is refused."""
        return self._ask(KnownFace, "POST", f"/faces/{face_id}/merge", MergeIn(other_id=other_id))

    def split_faces(self, face_id: str, face_ids: list[str]) -> KnownFace:
        """Take faces out of a cluster; returns the new cluster; raises InputError where that is refused."""
        return self._ask(KnownFace, "POST", f"/faces/{face_id}/split", SplitIn(face_ids=tuple(face_ids)))

    def _ask(
        self,
        kind: type[AnswerType],
        method: str,
        path: str,
        body: Schema | None = None,
        accepted: tuple[int, ...] = (),
    ) -> AnswerType:
        content = body.model_dump_json() if body else None
        headers = {"Content-Type": "application/json"} if body else None
        response = self._send(lambda: self._client.request(method, path, content=content, headers=headers), accepted)
        return _parse(kind, response)

    def _send(self, request: Callable[[], httpx.Response], accepted: tuple[int, ...] = ()) -> httpx.Response:
        try:
            response = request()
        except (httpx.ConnectError, httpx.ConnectTimeout) as error:
            raise ServiceUnavailable(
                f"nothing answers at {self.url}; start the platform with `newsgraph up`, or name it with --api"
            ) from error
        except httpx.InvalidURL as error:
            raise InputError(f"{self.url!r} is not an address: {error}") from error
        except httpx.HTTPError as error:
            raise ServiceUnavailable(f"{self.url} broke off: {error or type(error).__name__}") from error
        if response.is_success or response.status_code in accepted:
            return response
        raise _refusal(response)


def _parse(kind: type[AnswerType], response: httpx.Response) -> AnswerType:
    """The message; fields that a newer gateway added are ignored. Raises ServiceUnavailable for anything else."""
    try:
        return kind.model_validate_json(response.content, extra="ignore")
    except ValidationError as error:
        raise ServiceUnavailable(f"{response.url} is not a newsgraph API of this version; check --api") from error


def _refusal(response: httpx.Response) -> NewsgraphError:
    try:
        problem = Problem.model_validate_json(response.content, extra="ignore")
        detail, change = problem.detail or problem.title, problem.change
    except ValidationError:
        detail, change = f"{response.url} answers {response.status_code}", ""
    if response.status_code == 401:
        return InputError(f"{detail}; give the key with --api-key or NEWSGRAPH_API_KEY")
    message = f"{detail}; {change}" if change else detail
    return ServiceUnavailable(message) if response.status_code >= 500 else InputError(message)
