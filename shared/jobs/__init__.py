"""Jobs: where an article stands on its way through the stages, kept where gateway and all workers see it."""

import math
from collections.abc import Collection, Iterator
from datetime import datetime
from typing import Protocol

from shared.errors import ConfigurationError
from shared.jobs.memory import MemoryJobStore
from shared.jobs.redis_store import RedisJobStore
from shared.jobs.states import JobNotFound, WorkerState
from shared.schemas.job import Job, JobState, StageName, StageReport

__all__ = ["JobNotFound", "JobStore", "MemoryJobStore", "RedisJobStore", "WorkerState", "open_jobs"]


class JobStore(Protocol):
    """Jobs, their news, and which workers are ready. Safe for concurrent use by threads and (Redis) processes."""

    def create(self, job: Job) -> None:
        """Keep a new job; stages that it does not list are added as waiting."""
        ...

    def get(self, job_id: str) -> Job | None:
        """The job as it is now."""
        ...

    def latest(self, article_id: str) -> Job | None:
        """The newest job of an article."""
        ...

    def update_stage(self, job_id: str, report: StageReport) -> Job:
        """Replace the report of one stage, recompute the job's state and tell the listeners; raises JobNotFound.

        A stage that is not running may be sent again; its attempts are forgotten where it has ended or waits until ``retry_at``.
        """
        ...

    def mark_sent(self, job_id: str, stage: StageName, again_after: float = math.inf) -> bool:
        """Note that a message for the stage goes out now; False where one went out less than ``again_after`` seconds ago."""
        ...

    def claim(self, job_id: str, stage: StageName, holder: str) -> int:
        """Take the stage for ``holder`` for ``states.LEASE`` seconds; raises JobNotFound.

        The number of this attempt since the stage last ended or waited for something outside; 0 where the stage has ended, or
        another holder has it. A holder runs one stage at a time: it may claim again what it held when it died.
        """
        ...

    def renew(self, job_id: str, stage: StageName, holder: str) -> None:
        """Hold the stage for ``states.LEASE`` more seconds; nothing where it is another's."""
        ...

    def release(self, job_id: str, stage: StageName, holder: str) -> None:
        """Give the stage back; nothing where it is another's."""
        ...

    def held(self, job_id: str) -> frozenset[StageName]:
        """The stages of a job that somebody holds."""
        ...

    def lead(self, holder: str, seconds: float) -> bool:
        """Be the one that looks after unfinished jobs for so long; False where another is."""
        ...

    def events(self, job_id: str, after: str = "0", timeout: float = 15.0) -> Iterator[tuple[str, Job]]:
        """Yield (event id, job) for each later change; blocks. Ends with the job, or when ``timeout`` seconds bring no news."""
        ...

    def list_unfinished(self) -> list[Job]:
        """Jobs that are queued or running, oldest first."""
        ...

    def counts(self) -> dict[JobState, int]:
        """How many jobs are in each state."""
        ...

    def announce_worker(self, state: WorkerState) -> None:
        """Say how a worker is; forgotten after ``states.WORKER_EXPIRY`` seconds."""
        ...

    def workers(self) -> list[WorkerState]:
        """The last announcement of each living worker."""
        ...

    def worker_states(self) -> dict[StageName, WorkerState]:
        """How each stage is served (``states.best``); stages without a living worker are absent."""
        ...

    def list_ended(self, states: Collection[JobState], limit: int = 100) -> list[Job]:
        """Jobs that ended in one of these states, newest first."""
        ...

    def begin_again(self, job_id: str, stages: Collection[StageName]) -> Job:
        """Set stages back to waiting, without their attempts; the job is unfinished again; raises JobNotFound."""
        ...

    def expire(self, before: datetime) -> int:
        """Forget the jobs that ended before then, and return how many."""
        ...


def open_jobs(url: str) -> JobStore:
    """The store behind ``memory://`` (one process), ``redis://`` or ``rediss://``; raises ConfigurationError."""
    if url.startswith("memory://"):
        return MemoryJobStore()
    if url.startswith(("redis://", "rediss://")):
        return RedisJobStore(url)
    raise ConfigurationError(f"NEWSGRAPH_BROKER_URL must start with redis://, rediss:// or memory://, not {url.split(':')[0]}://")
