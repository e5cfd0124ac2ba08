"""Jobs in this process only: for tests and for a gateway tried without a broker."""

import math
import threading
import time
from collections import Counter, defaultdict
from collections.abc import Collection, Iterator
from datetime import UTC, datetime

from shared.jobs.states import (
    JOB_STATES,
    LEASE,
    UNFINISHED,
    WORKER_EXPIRY,
    JobNotFound,
    WorkerState,
    begun_again,
    best,
    forgets_attempts,
    has_ended,
    report_of,
    with_all_stages,
    with_report,
)
from shared.schemas.job import Job, JobState, StageName, StageReport


class MemoryJobStore:
    """Keeps jobs in dictionaries behind one lock; event ids are 1, 2, ..."""

    def __init__(self) -> None:
        self._changed = threading.Condition()
        self._jobs: dict[str, Job] = {}
        self._latest: dict[str, str] = {}
        self._history: dict[str, list[Job]] = defaultdict(list)
        self._attempts: Counter[tuple[str, StageName]] = Counter()
        self._sent: dict[tuple[str, StageName], float] = {}
        self._leases: dict[tuple[str, StageName], tuple[str, float]] = {}
        self._leader = ("", 0.0)
        self._workers: dict[tuple[StageName, str], WorkerState] = {}

    def create(self, job: Job) -> None:
        with self._changed:
            self._latest[job.article_id] = job.job_id
            self._keep(with_all_stages(job))

    def get(self, job_id: str) -> Job | None:
        with self._changed:
            return self._jobs.get(job_id)

    def latest(self, article_id: str) -> Job | None:
        with self._changed:
            return self._jobs.get(self._latest.get(article_id, ""))

    def update_stage(self, job_id: str, report: StageReport) -> Job:
        with self._changed:
            if job_id not in self._jobs:
                raise JobNotFound(f"no job {job_id}")
            if report.state != "running":
                self._sent.pop((job_id, report.stage), None)
            if forgets_attempts(report):
                self._attempts.pop((job_id, report.stage), None)
            return self._keep(with_report(self._jobs[job_id], report))

    def mark_sent(self, job_id: str, stage: StageName, again_after: float = math.inf) -> bool:
        with self._changed:
            last = self._sent.get((job_id, stage))
            if last is not None and time.monotonic() - last < again_after:
                return False
            self._sent[job_id, stage] = time.monotonic()
            return True

    def claim(self, job_id: str, stage: StageName, holder: str) -> int:
        with self._changed:
            if job_id not in self._jobs:
                raise JobNotFound(f"no job {job_id}")
            if has_ended(report_of(self._jobs[job_id], stage)) or self._holder(job_id, stage) not in (None, holder):
                return 0
            self._leases[job_id, stage] = (holder, time.monotonic() + LEASE)
            self._attempts[job_id, stage] += 1
            return self._attempts[job_id, stage]

    def renew(self, job_id: str, stage: StageName, holder: str) -> None:
        with self._changed:
            if self._holder(job_id, stage) == holder:
                self._leases[job_id, stage] = (holder, time.monotonic() + LEASE)

    def release(self, job_id: str, stage: StageName, holder: str) -> None:
        with self._changed:
            if self._holder(job_id, stage) == holder:
                del self._leases[job_id, stage]

    def held(self, job_id: str) -> frozenset[StageName]:
        with self._changed:
            return frozenset(stage for job, stage in list(self._leases) if job == job_id and self._holder(job, stage))

    def lead(self, holder: str, seconds: float) -> bool:
        with self._changed:
            leader, until = self._leader
            if leader != holder and time.monotonic() < until:
                return False
            self._leader = (holder, time.monotonic() + seconds)
            return True

    def events(self, job_id: str, after: str = "0", timeout: float = 15.0) -> Iterator[tuple[str, Job]]:
        position = int(after)
        while (job := self._next(job_id, position, timeout)) is not None:
            position += 1
            yield str(position), job
            if job.state not in UNFINISHED:
                return

    def list_unfinished(self) -> list[Job]:
        with self._changed:
            return sorted((job for job in self._jobs.values() if job.state in UNFINISHED), key=lambda job: job.created_at)

    def counts(self) -> dict[JobState, int]:
        with self._changed:
            found = Counter(job.state for job in self._jobs.values())
            return {state: found[state] for state in JOB_STATES}

    def announce_worker(self, state: WorkerState) -> None:
        with self._changed:
            self._workers[state.stage, state.worker] = state

    def workers(self) -> list[WorkerState]:
        now = datetime.now(UTC)
        with self._changed:
            return [w for w in self._workers.values() if (now - w.seen_at).total_seconds() < WORKER_EXPIRY]

    def worker_states(self) -> dict[StageName, WorkerState]:
        return best(self.workers())

    def list_ended(self, states: Collection[JobState], limit: int = 100) -> list[Job]:
        with self._changed:
            found = [job for job in self._jobs.values() if job.state in states and job.state not in UNFINISHED]
        return sorted(found, key=lambda job: job.created_at, reverse=True)[:limit]

    def begin_again(self, job_id: str, stages: Collection[StageName]) -> Job:
        with self._changed:
            if job_id not in self._jobs:
                raise JobNotFound(f"no job {job_id}")
            for stage in stages:
                self._sent.pop((job_id, stage), None)
                self._attempts.pop((job_id, stage), None)
            return self._keep(begun_again(self._jobs[job_id], stages))

    def expire(self, before: datetime) -> int:
        with self._changed:
            old = [job.job_id for job in self._jobs.values() if job.finished_at and job.finished_at < before]
            for job_id in old:
                article_id = self._jobs.pop(job_id).article_id
                self._history.pop(job_id, None)
                if self._latest.get(article_id) == job_id:
                    del self._latest[article_id]
            return len(old)

    def _holder(self, job_id: str, stage: StageName) -> str | None:
        holder, until = self._leases.get((job_id, stage), ("", 0.0))
        return holder if time.monotonic() < until else None

    def _keep(self, job: Job) -> Job:
        self._jobs[job.job_id] = job
        self._history[job.job_id].append(job)
        self._changed.notify_all()
        return job

    def _next(self, job_id: str, position: int, timeout: float) -> Job | None:
        deadline = time.monotonic() + timeout
        with self._changed:
            while len(history := self._history.get(job_id, [])) <= position:
                remaining = deadline - time.monotonic()
                over = job_id not in self._jobs or self._jobs[job_id].state not in UNFINISHED
                if over or remaining <= 0:
                    return None
                self._changed.wait(remaining)
            return history[position]
