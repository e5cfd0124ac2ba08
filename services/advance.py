"""Jobs advance from their own state: whatever ends or is lost, the job's record says what has to run next.

The record is the truth, messages are only knocks at a worker's door: one too many does no harm (the stage is claimed before it
runs), and one that is lost is sent again by the reconciler.
"""

import logging
import math
import os
import socket
import threading
import time
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Protocol

from services.pipeline import PIPELINE
from shared.errors import InputError, NewsgraphError
from shared.jobs import JobStore
from shared.jobs.states import has_ended, report_of
from shared.schemas.job import Job, StageName, StageReport
from shared.stage import Step

log = logging.getLogger(__name__)
_TICK = 3.0  # seconds between looks at the unfinished jobs
_LEADS = 15.0  # seconds after which another reconciler takes over from one that is silent
_EXPIRES_EVERY = 3600.0  # seconds between looks for jobs that ended long ago
_SENT_AGAIN = 30.0  # seconds after which a message that is in no queue counts as lost


class StageQueue(Protocol):
    """The way to the workers of a stage."""

    def send(self, row: Step, job: Job) -> None:
        """Put a message into the queue of the stage; raises ServiceUnavailable."""
        ...

    def depth(self, stage: StageName) -> int:
        """How many messages wait there; raises ServiceUnavailable."""
        ...


def ready(job: Job, now: datetime, table: Sequence[Step] = PIPELINE) -> list[Step]:
    """The rows that may run now: they wait, their time has come, and all that they need has ended."""
    return [row for row in table if has_what_it_needs(job, row) and _is_due(report_of(job, row.name), now)]


def has_what_it_needs(job: Job, row: Step) -> bool:
    """Tell whether all that the row needs has ended, well or not."""
    return all(has_ended(report_of(job, need)) for need in row.needs)


def _is_due(report: StageReport, now: datetime) -> bool:
    return report.state == "waiting" and (report.retry_at is None or report.retry_at <= now)


def advance(job: Job, jobs: JobStore, queue: StageQueue) -> None:
    """Send a message for every row that is ready and has none yet; raises ServiceUnavailable."""
    for row in ready(job, datetime.now(UTC)):
        if jobs.mark_sent(job.job_id, row.name):
            queue.send(row, job)


def retry(job: Job, jobs: JobStore, queue: StageQueue, table: Sequence[Step] = PIPELINE) -> Job:
    """Run what failed again, and all that is built on it; raises InputError where nothing failed, ServiceUnavailable."""
    again = {report.stage for report in job.stages if report.state == "failed"}
    if not again or not all(has_ended(report) for report in job.stages):
        raise InputError(f"nothing of job {job.job_id} can be tried again: it is {job.state}")
    for row in table:
        if again & set(row.needs):
            again.add(row.name)
    job = jobs.begin_again(job.job_id, again)
    advance(job, jobs, queue)
    return job


class Reconciler:
    """Looks after the unfinished jobs: what a worker left behind, what was never sent, and what waits for its time.

    Any number may run; the job store lets one of them lead.
    """

    def __init__(
        self, jobs: JobStore, queue: StageQueue, keep: timedelta = timedelta(days=90), sent_again: float = _SENT_AGAIN
    ) -> None:
        """Records of jobs that ended are kept for ``keep``; a message in no queue is lost after ``sent_again`` seconds."""
        self._jobs, self._queue, self._keep, self._sent_again = jobs, queue, keep, sent_again
        self._expired_at = -math.inf
        self._name = f"{socket.gethostname()}:{os.getpid()}"

    def start(self) -> None:
        """Run in a thread of its own for as long as the process lives."""
        threading.Thread(target=self._for_ever, name="reconciler", daemon=True).start()

    def tick(self) -> None:
        """One look at all unfinished jobs, if this is the leader; raises ServiceUnavailable."""
        if not self._jobs.lead(self._name, _LEADS):
            return
        patience: dict[StageName, float] = {}
        for job in self._jobs.list_unfinished():
            self._look_after(job, patience)
        if time.monotonic() - self._expired_at > _EXPIRES_EVERY:
            self._expired_at = time.monotonic()
            self._jobs.expire(datetime.now(UTC) - self._keep)

    def _look_after(self, job: Job, patience: dict[StageName, float]) -> None:
        for report in self._left_behind(job):
            log.warning("job %s: the worker of %s is gone; the stage is sent again", job.job_id, report.stage)
            job = self._jobs.update_stage(job.job_id, report.model_copy(update={"state": "waiting"}))
        for row in ready(job, datetime.now(UTC)):
            if row.name not in patience:
                patience[row.name] = math.inf if self._queue.depth(row.name) else self._sent_again
            if self._jobs.mark_sent(job.job_id, row.name, patience[row.name]):
                self._queue.send(row, job)

    def _left_behind(self, job: Job) -> list[StageReport]:
        """Reports of stages that should run, but that nobody holds."""
        running = [report for report in job.stages if report.state == "running"]
        held = self._jobs.held(job.job_id) if running else frozenset()
        fresh = self._jobs.get(job.job_id) if set(r.stage for r in running) - held else job
        still = {report.stage for report in fresh.stages if report.state == "running"} if fresh else set()
        return [report for report in running if report.stage in still - held]

    def _for_ever(self) -> None:
        while True:
            try:
                self.tick()
            except NewsgraphError as error:
                log.warning("unfinished jobs cannot be looked after now: %s", error)
            except Exception:
                log.exception("a bug in the reconciler; it goes on")
            time.sleep(_TICK)
