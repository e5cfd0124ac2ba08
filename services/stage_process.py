"""The stage that a worker process holds: loading it, telling others how it is, running it for a task. No Celery here."""

import logging
import socket
import threading
import time
from datetime import UTC, datetime
from importlib import import_module
from typing import Any, Literal, cast  # Any: a JSON object for the broker

from services.advance import StageQueue, advance, has_what_it_needs
from services.pipeline import step
from shared.blobs import BlobNotFound, Blobs, FolderBlobs
from shared.commands import Command, CommandFailure
from shared.errors import InputError, ServiceUnavailable, StageError
from shared.jobs import JobNotFound, JobStore, WorkerState, open_jobs
from shared.jobs.states import report_of
from shared.outputs import Outputs
from shared.run_stage import failure, held_up, run_stage
from shared.schemas.base import Schema
from shared.schemas.job import StageName, StageReport
from shared.settings import Settings
from shared.stage import Stage, Step
from shared.time_limit import time_limit

log = logging.getLogger(__name__)
_HEARTBEAT = 4.0  # seconds between announcements
_RELOAD = 15.0  # seconds between attempts to load
_MAX_ATTEMPTS = 3
_REFUSALS = (InputError, StageError, BlobNotFound)  # the order must change, not the worker


def worker_name() -> str:
    """The name of this machine's one worker of a stage: its next process may take over what one that died held."""
    return socket.gethostname()


def build_stage(row: Step, settings: Settings, blobs: Blobs) -> Stage:
    """The stage object of a row of the pipeline table, not yet loaded."""
    module, _, function = row.builder.partition(":")
    return cast(Stage, getattr(import_module(module), function)(settings, blobs))


class StageProcess:
    """One stage in one process. Nothing is opened before ``start``, so that it may be made before a fork."""

    def __init__(self, settings: Settings, name: StageName, row: Step | None = None, queue: StageQueue | None = None) -> None:
        self.step = row or step(name)
        self._queue = queue
        self._time_limit, self._patience = settings.stage_time_limit, settings.patience_hours * 3600
        self._settings = settings
        self._loading = threading.Lock()
        self._stage: Stage | None = None
        self._error: Exception | None = None
        self._trouble: str | None = None
        self._current: str | None = None
        self._jobs: JobStore | None = None
        self._blobs: Blobs = FolderBlobs(settings.data_dir)

    @property
    def jobs(self) -> JobStore:
        """The job store, connected on first use (after the fork)."""
        if self._jobs is None:
            self._jobs = open_jobs(self._settings.broker_url)
        return self._jobs

    def start(self) -> None:
        """Announce this worker from now on, and load the models."""
        threading.Thread(target=self._announce_for_ever, name="heartbeat", daemon=True).start()
        self.load()

    def load(self) -> Stage | None:
        """The loaded stage; None (``_error``, and ``_trouble`` for people, say why) when it cannot be loaded now."""
        with self._loading:
            if self._stage is None:
                try:
                    stage = build_stage(self.step, self._settings, self._blobs)
                    stage.load()
                    self._stage, self._error, self._trouble = stage, None, None
                    log.info("%s is loaded: %s", self.step.name, ", ".join(stage.manifest()))
                except Exception as error:  # noqa: BLE001 the process boundary: the worker stays and reports why it cannot work
                    self._error, self._trouble = error, failure(self.step.name, error).error
        self._announce()
        return self._stage

    def run(self, job_id: str, article_id: str, *, force: bool) -> str:
        """Run the stage for a job, then send what has become ready; the state of the report, or why nothing was done."""
        try:
            job = self.jobs.get(job_id)
            if job is not None and not has_what_it_needs(job, self.step):
                return "not its turn: it is sent again when what it needs has ended"
            attempt = self.jobs.claim(job_id, self.step.name, worker_name())
            if not attempt:
                return "done already, or under way elsewhere"
            self._current = job_id
            try:
                state = self._attempt(attempt, job_id, article_id, force)
            finally:
                self._current = None
                self.jobs.release(job_id, self.step.name, worker_name())
        except JobNotFound:
            log.warning("%s: job %s is gone, nothing to do", self.step.name, job_id)
            return "gone"
        self._go_on(job_id)
        return state

    def _attempt(self, attempt: int, job_id: str, article_id: str, force: bool) -> str:
        try:
            if attempt > _MAX_ATTEMPTS:
                error = StageError(f"the worker died {_MAX_ATTEMPTS} times while it worked on this article")
                return self.fail(job_id, article_id, error)
            stage = self.load() if self._stage is None else self._stage
            if stage is None:
                return self._not_ready(job_id, article_id)
            with time_limit(self._time_limit, self._too_long(), lambda: self.report_failure(job_id, self._too_long())):
                return run_stage(self.step, stage, article_id, self._blobs, self.jobs, job_id, force, self._patience).state
        except StageError as error:  # the time limit struck while the report was on its way
            return self.fail(job_id, article_id, error)

    def _not_ready(self, job_id: str, article_id: str) -> str:
        if not isinstance(self._error, ServiceUnavailable):
            return self.fail(job_id, article_id, StageError(f"the stage is not ready: {self._trouble}"))
        job = self.jobs.get(job_id)
        before = report_of(job, self.step.name) if job else StageReport(stage=self.step.name)
        report = held_up(self.step, before, self._error, self._patience)
        self.jobs.update_stage(job_id, report)
        return report.state

    def _go_on(self, job_id: str) -> None:
        """Send what this stage made ready; the reconciler does it where the broker cannot take it now."""
        try:
            job = self.jobs.get(job_id)
            if job is not None and self._queue is not None:
                advance(job, self.jobs, self._queue)
        except ServiceUnavailable as error:
            log.warning("job %s goes on later: %s", job_id, error)

    def fail(self, job_id: str, article_id: str, error: Exception) -> str:
        """Report that the stage failed, and leave no output of an earlier run behind."""
        Outputs(self._blobs).forget(article_id, self.step.name)
        return self.report_failure(job_id, error)

    def report_failure(self, job_id: str, error: Exception) -> str:
        """Report that the stage failed."""
        report = failure(self.step.name, error).model_copy(update={"finished_at": datetime.now(UTC)})
        self.jobs.update_stage(job_id, report)
        return report.state

    def answer(self, command: Command[Any, Any], order: dict[str, Any]) -> dict[str, Any]:
        """The command's answer as JSON, or a CommandFailure as JSON."""
        try:
            stage = self.load() if self._stage is None else self._stage
            if stage is None:
                raise ServiceUnavailable(self._trouble or f"{self.step.name} is not ready")
            answer: Schema = getattr(stage, command.name)(command.request.model_validate(order))
            return answer.model_dump(mode="json")
        except Exception as error:  # noqa: BLE001 the task boundary
            kind: Literal["refused", "unavailable"] = "refused" if isinstance(error, _REFUSALS) else "unavailable"
            message = failure(self.step.name, error).error or type(error).__name__
            return CommandFailure(error=message, kind=kind).model_dump(mode="json")

    def _too_long(self) -> StageError:
        return StageError(f"{self.step.name} took longer than {self._time_limit} s (NEWSGRAPH_STAGE_TIME_LIMIT)")

    def _announce(self) -> None:
        stage, now = self._stage, datetime.now(UTC)
        models = stage.manifest() if stage else ()
        state = WorkerState(
            stage=self.step.name,
            worker=worker_name(),
            ready=stage is not None,
            models=models,
            seen_at=now,
            error=self._trouble,
        )
        try:
            self.jobs.announce_worker(state)
            if (job_id := self._current) is not None:
                self.jobs.renew(job_id, self.step.name, worker_name())
        except ServiceUnavailable as error:
            log.warning("%s cannot announce itself: %s", self.step.name, error)

    def _announce_for_ever(self) -> None:
        last_load = time.monotonic()
        while True:
            if self._error is not None and time.monotonic() - last_load > _RELOAD:
                self.load()
                last_load = time.monotonic()
            else:
                self._announce()
            time.sleep(_HEARTBEAT)
