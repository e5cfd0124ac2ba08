"""Jobs: where an article stands on its way through the stages, kept where gateway and all workers see it."""

from collections.abc import Iterator
from typing import Protocol

from shared.errors import ConfigurationError
from shared.jobs.memory import InMemoryJobStore
from shared.jobs.redis_store import RedisJobStore
from shared.jobs.states import JobNotFound, WorkerState
from shared.schemas.job import Job, JobState, StageName, StageReport

__all__ = ["InMemoryJobStore", "JobNotFound", "JobStore", "RedisJobStore", "WorkerState", "open_jobs"]


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
        """Replace the report of one stage, recompute the job's state and tell the listeners; raises JobNotFound."""
        ...

    def count_attempt(self, job_id: str, stage: StageName) -> int:
        """Count that a worker starts this stage, and return the count since the stage last ended; raises nothing."""
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

    def worker_states(self) -> dict[StageName, WorkerState]:
        """The last announcement of each stage's worker; stages without a living worker are absent."""
        ...


def open_jobs(url: str) -> JobStore:
    """The store behind ``memory://`` (one process), ``redis://`` or ``rediss://``; raises ConfigurationError."""
    if url.startswith("memory://"):
        return InMemoryJobStore()
    if url.startswith(("redis://", "rediss://")):
        return RedisJobStore(url)
    raise ConfigurationError(f"NEWSGRAPH_BROKER_URL must start with redis://, rediss:// or memory://, not {url.split(':')[0]}://")
