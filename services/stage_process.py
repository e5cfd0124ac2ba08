"""The stage that a worker process holds: loading it, telling others how it is, running it for a task. No Celery here."""

import logging
import threading
import time
from datetime import UTC, datetime
from importlib import import_module
from typing import Any, Literal, cast  # Any: a JSON object for the broker

from services.pipeline import step
from shared.blobs import BlobNotFound, Blobs, FolderBlobs
from shared.commands import Command, CommandFailure
from shared.errors import InputError, NewsgraphError, ServiceUnavailable, StageError
from shared.jobs import JobNotFound, JobStore, WorkerState, open_jobs
from shared.jobs.states import has_ended
from shared.outputs import Outputs
from shared.run_stage import failure, run_stage
from shared.schemas.base import Schema
from shared.schemas.job import StageName, StageReport
from shared.settings import Settings
from shared.stage import Stage, Step
from shared.time_limit import time_limit

log = logging.getLogger(__name__)
_HEARTBEAT = 4.0  # seconds between announcements
_RELOAD = 15.0  # seconds between attempts to load
_MOST_ATTEMPTS = 3
_REFUSALS = (InputError, StageError, BlobNotFound)  # the order must change, not the worker


def build_stage(row: Step, settings: Settings, blobs: Blobs) -> Stage:
    """The stage object of a row of the pipeline table, not yet loaded."""
    module, _, function = row.builder.partition(":")
    return cast(Stage, getattr(import_module(module), function)(settings, blobs))


class StageProcess:
    """One stage in one process. Nothing is opened before ``start``, so that it may be made before a fork."""

    def __init__(self, settings: Settings, name: StageName, row: Step | None = None) -> None:
        self.step = row or step(name)
        self._time_limit = settings.stage_time_limit
        self._settings = settings
        self._loading = threading.Lock()
        self._stage: Stage | None = None
        self._error: str | None = None
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
        """The loaded stage; None (and ``_error`` says why) when it cannot be loaded now."""
        with self._loading:
            if self._stage is None:
                try:
                    stage = build_stage(self.step, self._settings, self._blobs)
                    stage.load()
                    self._stage, self._error = stage, None
                    log.info("%s is loaded: %s", self.step.name, ", ".join(stage.manifest()))
                except Exception as error:  # noqa: BLE001 the process boundary: the worker stays and reports why it cannot work
                    self._error = failure(self.step.name, error).error
        self._announce()
        return self._stage

    def run(self, job_id: str, article_id: str, *, force: bool, redelivered: bool) -> str:
        """Run the stage for a job and return the state of its report; a message that came before is not run again once ended."""
        try:
            state = self._ended_before(job_id) if redelivered else None
            if state is not None:
                return state
            if self.jobs.count_attempt(job_id, self.step.name) > _MOST_ATTEMPTS:
                error = StageError(f"the worker died {_MOST_ATTEMPTS} times while it worked on this article")
                return self.fail(job_id, article_id, error)
            stage = self.load() if self._stage is None else self._stage
            if stage is None:
                return self.fail(job_id, article_id, StageError(f"the stage is not ready: {self._error}"))
            with time_limit(self._time_limit, self._too_long(), lambda: self.report_failure(job_id, self._too_long())):
                return run_stage(self.step, stage, article_id, self._blobs, self.jobs, job_id, force).state
        except StageError as error:  # the time limit struck while the report was on its way
            return self.fail(job_id, article_id, error)
        except JobNotFound:
            log.warning("%s: job %s is gone, nothing to do", self.step.name, job_id)
            return "failed"

    def fail(self, job_id: str, article_id: str, error: Exception) -> str:
        """Report that the stage failed, and leave no output of an earlier run behind."""
        Outputs(self._blobs).forget(article_id, self.step.name)
        return self.report_failure(job_id, error)

    def report_failure(self, job_id: str, error: Exception) -> str:
        """Report that the stage failed."""
        report = failure(self.step.name, error).model_copy(update={"finished_at": datetime.now(UTC)})
        self.jobs.update_stage(job_id, report)
        return report.state

    def give_up(self, job_id: str, reason: str) -> None:
        """End a job whose pipeline cannot go on: this stage and all that still wait have failed."""
        try:
            job = self.jobs.get(job_id)
            for report in job.stages if job else ():
                if report.stage == self.step.name or report.state == "waiting":
                    error = f"{self.step.name}: {reason}"
                    self.jobs.update_stage(job_id, StageReport(stage=report.stage, state="failed", error=error))
        except NewsgraphError as error:
            log.error("job %s cannot be ended: %s", job_id, error)

    def answer(self, command: Command[Any, Any], order: dict[str, Any]) -> dict[str, Any]:
        """The command's answer as JSON, or a CommandFailure as JSON."""
        try:
            stage = self.load() if self._stage is None else self._stage
            if stage is None:
                raise ServiceUnavailable(self._error or f"{self.step.name} is not ready")
            answer: Schema = getattr(stage, command.name)(command.request.model_validate(order))
            return answer.model_dump(mode="json")
        except Exception as error:  # noqa: BLE001 the task boundary
            kind: Literal["refused", "unavailable"] = "refused" if isinstance(error, _REFUSALS) else "unavailable"
            message = failure(self.step.name, error).error or type(error).__name__
            return CommandFailure(error=message, kind=kind).model_dump(mode="json")

    def _too_long(self) -> StageError:
        return StageError(f"{self.step.name} took longer than {self._time_limit} s (NEWSGRAPH_STAGE_TIME_LIMIT)")

    def _ended_before(self, job_id: str) -> str | None:
        job = self.jobs.get(job_id)
        reports = [r for r in job.stages if r.stage == self.step.name and has_ended(r)] if job else []
        return reports[0].state if reports else None

    def _announce(self) -> None:
        stage, now = self._stage, datetime.now(UTC)
        models = stage.manifest() if stage else ()
        state = WorkerState(stage=self.step.name, ready=stage is not None, models=models, seen_at=now, error=self._error)
        try:
            self.jobs.announce_worker(state)
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
