"""Hands jobs to the workers: the Celery canvas is built from the pipeline table, here and nowhere else."""

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, Protocol

from celery import Celery, Signature, chain, group
from celery.result import denied_join_result
from celery.states import READY_STATES
from kombu.exceptions import OperationalError
from kombu.serialization import dumps
from redis.exceptions import RedisError

from services.pipeline import queues, waves
from shared.commands import ENROL, REBUILD, SEARCH, Answer, Command, CommandFailure, PictureQuery, RebuildOrder, Request
from shared.errors import ConfigurationError, InputError, ServiceUnavailable
from shared.gallery import Enrolment, GalleryKind, Rebuilt, Reference
from shared.picture_search import PictureHits
from shared.schemas.job import Job, StageName

MAX_MESSAGE_BYTES = 64_000
_CONNECT_TIMEOUT = 5.0  # seconds
_POLL = 0.1  # seconds
_BROKER_ERRORS = (OperationalError, RedisError, ConnectionError)


class Dispatcher(Protocol):
    """The way from the gateway to the workers."""

    def submit(self, job: Job) -> None:
        """Queue all stages of the job; raises ServiceUnavailable."""
        ...

    def enrol(self, order: Enrolment) -> Reference:
        """Have a worker read stored pictures and add the reference; raises InputError, ServiceUnavailable."""
        ...

    def search(self, query: str, limit: int) -> PictureHits:
        """Have a worker find pictures by words; raises InputError, ServiceUnavailable."""
        ...

    def rebuild(self, kind: GalleryKind, who: str) -> Rebuilt:
        """Have a worker compute the vectors of a gallery anew; raises InputError, ServiceUnavailable."""
        ...


class CeleryDispatcher:
    """Submits over the broker of a Celery app.

    It keeps no subscription to results: Celery would hold one for each job, and try for 20 seconds to give it back
    whenever the broker is away.
    """

    def __init__(self, app: Celery, enrol_timeout: float = 60.0) -> None:
        self._app, self._enrol_timeout = app, enrol_timeout
        self._publishing = threading.Lock()  # denied_join_result is a flag of the whole process

    def submit(self, job: Job) -> None:
        work = canvas(self._app, job)
        check_size(work)
        with _reachable():
            self._publish(work).forget()

    def enrol(self, order: Enrolment) -> Reference:
        return self._ask(ENROL, order)

    def rebuild(self, kind: GalleryKind, who: str) -> Rebuilt:
        return self._ask(REBUILD, RebuildOrder(kind=kind, who=who))

    def search(self, query: str, limit: int) -> PictureHits:
        return self._ask(SEARCH, PictureQuery(query=query, limit=limit))

    def _ask(self, command: Command[Request, Answer], request: Request) -> Answer:
        stage = queues()[command.task]
        order = request.model_dump(mode="json")
        signature = self._app.signature(command.task, args=(order,), queue=stage, expires=self._enrol_timeout)
        with _reachable():
            found = self._wait_for(self._publish(signature).id, stage)
        if "error" in found:
            failed = CommandFailure.model_validate(found)
            raise (InputError if failed.kind == "refused" else ServiceUnavailable)(failed.error)
        return command.answer.model_validate(found)

    def _publish(self, work: Any) -> Any:
        """Send the messages and return Celery's result object; fails at once when the broker is away."""
        with self._app.connection_for_write() as connection:
            connection.ensure_connection(max_retries=1, interval_start=0.2, timeout=_CONNECT_TIMEOUT)
        with self._publishing, denied_join_result():
            return work.apply_async()

    def _wait_for(self, task_id: str, stage: StageName) -> dict[str, Any]:
        """The task's answer, which is then forgotten: it holds face vectors."""
        deadline = time.monotonic() + self._enrol_timeout
        while time.monotonic() < deadline:
            found = self._app.backend.get_task_meta(task_id, cache=False)
            if found["status"] in READY_STATES:
                self._app.backend.forget(task_id)
                answer = found["result"]
                failed = CommandFailure(error=f"the {stage} worker could not do it", kind="unavailable")
                return answer if isinstance(answer, dict) else failed.model_dump()
            time.sleep(_POLL)
        raise ServiceUnavailable(f"no {stage} worker answered within {self._enrol_timeout:g} seconds")


@contextmanager
def _reachable() -> Iterator[None]:
    try:
        yield
    except _BROKER_ERRORS as error:
        raise ServiceUnavailable(f"the broker does not take work: {error}") from error


class LocalDispatcher:
    """Keeps submitted jobs in a list and runs nothing; galleries are kept by functions, or by no worker at all."""

    def __init__(
        self,
        enrol: Callable[[Enrolment], Reference] | None = None,
        rebuild: Callable[[GalleryKind, str], Rebuilt] | None = None,
    ) -> None:
        self.submitted: list[Job] = []
        self.found: PictureHits | None = None
        self._enrol, self._rebuild = enrol, rebuild

    def submit(self, job: Job) -> None:
        self.submitted.append(job)

    def enrol(self, order: Enrolment) -> Reference:
        if self._enrol is None:
            raise ServiceUnavailable("there is no worker that reads pictures")
        return self._enrol(order)

    def search(self, query: str, limit: int) -> PictureHits:
        if self.found is None:
            raise ServiceUnavailable("there is no worker that reads pictures")
        return self.found

    def rebuild(self, kind: GalleryKind, who: str) -> Rebuilt:
        if self._rebuild is None:
            raise ServiceUnavailable("there is no worker that reads pictures")
        return self._rebuild(kind, who)


def canvas(app: Celery, job: Job) -> Any:  # Any: Celery's canvas classes carry no types
    """A chain of the pipeline's waves, the lines of a wave as a group (a chord with what follows); all signatures immutable."""
    steps: list[Any] = []
    for wave in waves():
        lines = [[_signature(app, row.name, job) for row in line] for line in wave]
        if len(lines) == 1:
            steps += lines[0]
        else:
            steps.append(group((chain(*line, app=app) if len(line) > 1 else line[0] for line in lines), app=app))
    return chain(*steps, app=app)


def check_size(work: Any) -> int:
    """The bytes of the encoded canvas; raises ConfigurationError where a message would not stay small."""
    _, _, body = dumps(work, "json")  # type: ignore[no-untyped-call]
    size = len(body.encode() if isinstance(body, str) else body)
    if size > MAX_MESSAGE_BYTES:
        raise ConfigurationError(f"a job's message has {size:,} bytes, more than {MAX_MESSAGE_BYTES:,}")
    return size


def _signature(app: Celery, stage: StageName, job: Job) -> Signature:
    return app.signature(
        f"newsgraph.{stage}", args=(job.job_id, job.article_id), kwargs={"force": job.forced}, queue=stage, immutable=True
    )
