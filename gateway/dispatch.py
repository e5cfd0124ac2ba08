"""The way from the gateway to the workers: messages for stages, and commands that a worker answers."""

import threading
import time
from collections.abc import Callable
from typing import Any, Protocol

from celery import Celery
from celery.result import denied_join_result
from celery.states import READY_STATES

from services.advance import StageQueue
from services.broker import CeleryQueues, broker_reachable
from services.pipeline import queues
from shared.commands import ENROL, REBUILD, SEARCH, Answer, Command, CommandFailure, PictureQuery, RebuildOrder, Request
from shared.errors import InputError, ServiceUnavailable
from shared.gallery import Enrolment, GalleryKind, Rebuilt, Reference
from shared.picture_search import PictureHits
from shared.schemas.job import Job, StageName
from shared.stage import Step

_CONNECT_TIMEOUT = 5.0  # seconds
_POLL = 0.1  # seconds


class Dispatcher(StageQueue, Protocol):
    """The way from the gateway to the workers."""

    def enrol(self, order: Enrolment) -> Reference:
        """Have a worker read stored pictures and add the reference; raises InputError, ServiceUnavailable."""
        ...

    def search(self, query: str, limit: int) -> PictureHits:
        """Have a worker find pictures by words; raises InputError, ServiceUnavailable."""
        ...

    def rebuild(self, kind: GalleryKind, who: str) -> Rebuilt:
        """Have a worker compute the vectors of a gallery anew; raises InputError, ServiceUnavailable."""
        ...


class CeleryDispatcher(CeleryQueues):
    """Submits over the broker of a Celery app.

    It keeps no subscription to results: Celery would hold one for each job, and try for 20 seconds to give it back
    whenever the broker is away.
    """

    def __init__(self, app: Celery, enrol_timeout: float = 60.0) -> None:
        super().__init__(app)
        self._enrol_timeout = enrol_timeout
        self._publishing = threading.Lock()  # denied_join_result is a flag of the whole process

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
        with broker_reachable():
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


class LocalDispatcher:
    """Lists the jobs that messages were sent for and runs nothing; galleries are kept by functions, or by no worker at all."""

    def __init__(
        self,
        enrol: Callable[[Enrolment], Reference] | None = None,
        rebuild: Callable[[GalleryKind, str], Rebuilt] | None = None,
    ) -> None:
        self.submitted: list[Job] = []
        self.found: PictureHits | None = None
        self._enrol, self._rebuild = enrol, rebuild

    def send(self, row: Step, job: Job) -> None:
        if job.job_id not in [known.job_id for known in self.submitted]:
            self.submitted.append(job)

    def depth(self, stage: StageName) -> int:
        return 0

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
