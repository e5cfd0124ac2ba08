"""Jobs in Redis or Valkey: one hash per job (head, one field per stage), one stream of its changes, one set of ids per state."""

import math
import time
from collections.abc import Callable, Collection, Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import Any, cast  # Any: redis-py's own untyped answers

import redis
from redis.backoff import ExponentialBackoff
from redis.retry import Retry

from shared.errors import ServiceUnavailable, StorageFull
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
from shared.schemas.job import STAGE_NAMES, Job, JobState, StageName, StageReport

_PREFIX = "newsgraph"
_TAKES_NOTHING = ("MISCONF", "OOM")  # its append-only file cannot be written, or its memory is full
_EXPIRED = "0-1"  # the event id for a job whose stream has expired, since the job ended long ago
_TIMEOUT = 2.0  # seconds; with one retry a call to a broker that hangs fails within five
_LONGEST_BLOCK = 1.5  # seconds; below the socket timeout


@contextmanager
def _reachable() -> Iterator[None]:
    try:
        yield
    except (redis.ConnectionError, redis.TimeoutError) as error:
        raise ServiceUnavailable(f"the broker does not answer: {error}") from error
    except redis.ResponseError as error:
        if not str(error).startswith(_TAKES_NOTHING):
            raise
        raise StorageFull(f"the broker takes nothing now ({error}); make room on its disk or in its memory") from error


class RedisJobStore:
    """Keeps jobs where gateway and workers meet; two stages of a job may report at once (optimistic transactions)."""

    def __init__(self, url: str, events_expiry: int = 3600) -> None:
        retry = Retry(ExponentialBackoff(cap=0.2, base=0.05), retries=1)
        errors: list[type[Exception]] = [redis.ConnectionError, redis.TimeoutError]
        self._redis = redis.Redis.from_url(
            url,
            decode_responses=True,
            retry=retry,
            retry_on_error=errors,
            socket_timeout=_TIMEOUT,
            socket_connect_timeout=_TIMEOUT,
        )
        self._events_expiry = events_expiry

    @_reachable()
    def create(self, job: Job) -> None:
        job = with_all_stages(job)
        with self._redis.pipeline(transaction=True) as pipe:
            _write(pipe, job, job.stages)
            pipe.set(_key("latest", job.article_id), job.job_id)
            pipe.execute()

    @_reachable()
    def get(self, job_id: str) -> Job | None:
        return _read(self._redis, job_id)

    @_reachable()
    def latest(self, article_id: str) -> Job | None:
        job_id = cast("str | None", self._redis.get(_key("latest", article_id)))
        return self.get(job_id) if job_id else None

    @_reachable()
    def update_stage(self, job_id: str, report: StageReport) -> Job:
        def change(pipe: Any) -> Job:
            before = _read(pipe, job_id)
            if before is None:
                raise JobNotFound(f"no job {job_id}")
            job = with_report(before, report)
            pipe.multi()
            _write(pipe, job, (report,), before.state)
            if report.state != "running":
                pipe.hdel(_key("job", job_id), f"sent:{report.stage}")
            if forgets_attempts(report):
                pipe.hdel(_key("job", job_id), f"attempts:{report.stage}")
            if job.state not in UNFINISHED:
                pipe.expire(_key("events", job_id), self._events_expiry)
            else:
                pipe.persist(_key("events", job_id))
            return job

        answer = self._redis.transaction(cast(Any, change), _key("job", job_id), value_from_callable=True)
        return cast(Job, answer)

    @_reachable()
    def mark_sent(self, job_id: str, stage: StageName, again_after: float = math.inf) -> bool:
        key, field = _key("job", job_id), f"sent:{stage}"

        def change(pipe: Any) -> bool:
            last = pipe.hget(key, field)
            if last is not None and time.time() - float(last) < again_after:
                return False
            pipe.multi()
            pipe.hset(key, field, time.time())
            return True

        return bool(self._redis.transaction(cast(Any, change), key, value_from_callable=True))

    @_reachable()
    def claim(self, job_id: str, stage: StageName, holder: str) -> int:
        key, lease = _key("job", job_id), _lease(job_id, stage)

        def change(pipe: Any) -> int:
            job = _read(pipe, job_id)
            if job is None:
                raise JobNotFound(f"no job {job_id}")
            if has_ended(report_of(job, stage)) or pipe.get(lease) not in (None, holder):
                return 0
            attempt = int(pipe.hget(key, f"attempts:{stage}") or 0) + 1
            pipe.multi()
            pipe.hset(key, f"attempts:{stage}", attempt)
            pipe.set(lease, holder, px=int(LEASE * 1000))
            return attempt

        return cast(int, self._redis.transaction(cast(Any, change), key, lease, value_from_callable=True))

    @_reachable()
    def renew(self, job_id: str, stage: StageName, holder: str) -> None:
        self._if_held(job_id, stage, holder, lambda pipe, lease: pipe.pexpire(lease, int(LEASE * 1000)))

    @_reachable()
    def release(self, job_id: str, stage: StageName, holder: str) -> None:
        self._if_held(job_id, stage, holder, lambda pipe, lease: pipe.delete(lease))

    def _if_held(self, job_id: str, stage: StageName, holder: str, then: Callable[[Any, str], object]) -> None:
        lease = _lease(job_id, stage)

        def change(pipe: Any) -> None:
            mine = pipe.get(lease) == holder
            pipe.multi()
            if mine:
                then(pipe, lease)

        self._redis.transaction(cast(Any, change), lease)

    @_reachable()
    def held(self, job_id: str) -> frozenset[StageName]:
        holders = cast("list[str | None]", self._redis.mget([_lease(job_id, stage) for stage in STAGE_NAMES]))
        return frozenset(stage for stage, holder in zip(STAGE_NAMES, holders, strict=True) if holder)

    @_reachable()
    def lead(self, holder: str, seconds: float) -> bool:
        key = _key("leader", "jobs")
        if self._redis.set(key, holder, px=int(seconds * 1000), nx=True):
            return True
        if self._redis.get(key) != holder:
            return False
        return bool(self._redis.pexpire(key, int(seconds * 1000)))

    def events(self, job_id: str, after: str = "0", timeout: float = 15.0) -> Iterator[tuple[str, Job]]:
        deadline = time.monotonic() + timeout
        while True:
            job = self.get(job_id)
            over = job is None or job.state not in UNFINISHED
            news = self._news(job_id, after, 0.0 if over else deadline - time.monotonic())
            if job is not None and over and not news and after == "0":
                yield _EXPIRED, job
            for event_id, snapshot in news:
                yield event_id, snapshot
                if snapshot.state not in UNFINISHED:
                    return
            if news:
                after, deadline = news[-1][0], time.monotonic() + timeout
            elif over or time.monotonic() >= deadline:
                return

    @_reachable()
    def list_unfinished(self) -> list[Job]:
        ids = cast("set[str]", self._redis.sunion([_key("jobs", state) for state in UNFINISHED]))
        jobs = (self.get(job_id) for job_id in ids)
        return sorted((job for job in jobs if job and job.state in UNFINISHED), key=lambda job: job.created_at)

    @_reachable()
    def counts(self) -> dict[JobState, int]:
        return {state: int(self._redis.scard(_key("jobs", state))) for state in JOB_STATES}

    @_reachable()
    def announce_worker(self, state: WorkerState) -> None:
        key = _key("worker", f"{state.stage}:{state.worker}")
        self._redis.set(key, state.model_dump_json(), px=int(WORKER_EXPIRY * 1000))

    @_reachable()
    def workers(self) -> list[WorkerState]:
        keys = list(self._redis.scan_iter(match=_key("worker", "*"), count=1000))
        texts = cast("list[str | None]", self._redis.mget(keys)) if keys else []
        return [WorkerState.model_validate_json(text) for text in texts if text]

    def worker_states(self) -> dict[StageName, WorkerState]:
        return best(self.workers())

    @_reachable()
    def list_ended(self, states: Collection[JobState], limit: int = 100) -> list[Job]:
        keys = [_key("jobs", state) for state in states if state not in UNFINISHED]
        ids = cast("set[str]", self._redis.sunion(keys)) if keys else set()
        jobs = [job for job_id in ids if (job := self.get(job_id)) and job.state in states]
        return sorted(jobs, key=lambda job: job.created_at, reverse=True)[:limit]

    @_reachable()
    def begin_again(self, job_id: str, stages: Collection[StageName]) -> Job:
        key = _key("job", job_id)

        def change(pipe: Any) -> Job:
            before = _read(pipe, job_id)
            if before is None:
                raise JobNotFound(f"no job {job_id}")
            job = begun_again(before, stages)
            pipe.multi()
            _write(pipe, job, job.stages, before.state)
            pipe.hdel(key, *(f"{field}:{stage}" for stage in stages for field in ("sent", "attempts")))
            pipe.persist(_key("events", job_id))
            return job

        return cast(Job, self._redis.transaction(cast(Any, change), key, value_from_callable=True))

    @_reachable()
    def expire(self, before: datetime) -> int:
        forgotten = 0
        for state in (state for state in JOB_STATES if state not in UNFINISHED):
            for job_id in cast("set[str]", self._redis.smembers(_key("jobs", state))):
                job = self.get(job_id)
                if job is None or (job.finished_at and job.finished_at < before):
                    self._forget(job_id, job, state)
                    forgotten += 1
        return forgotten

    def _forget(self, job_id: str, job: Job | None, state: JobState) -> None:
        latest = _key("latest", job.article_id) if job else None
        is_latest = latest is not None and self._redis.get(latest) == job_id
        with self._redis.pipeline(transaction=True) as pipe:
            pipe.delete(_key("job", job_id), _key("events", job_id), *([latest] if latest and is_latest else []))
            pipe.srem(_key("jobs", state), job_id)
            pipe.execute()

    @_reachable()
    def _news(self, job_id: str, after: str, wait: float) -> list[tuple[str, Job]]:
        block = max(1, int(min(wait, _LONGEST_BLOCK) * 1000)) if wait > 0 else None
        answer = cast("Any", self._redis.xread({_key("events", job_id): after}, block=block))
        entries = answer[0][1] if answer else []
        return [(event_id, Job.model_validate_json(fields["job"])) for event_id, fields in entries]


def _key(kind: str, name: str) -> str:
    return f"{_PREFIX}:{kind}:{name}"


def _lease(job_id: str, stage: StageName) -> str:
    return _key("lease", f"{job_id}:{stage}")


def _write(pipe: Any, job: Job, reports: tuple[StageReport, ...], before: JobState | None = None) -> None:
    head = job.model_copy(update={"stages": ()}).model_dump_json()
    fields = {"head": head} | {f"stage:{report.stage}": report.model_dump_json() for report in reports}
    pipe.hset(_key("job", job.job_id), mapping=fields)
    pipe.xadd(_key("events", job.job_id), {"job": job.model_dump_json()}, maxlen=200, approximate=True)
    if before is not None and before != job.state:
        pipe.srem(_key("jobs", before), job.job_id)
    pipe.sadd(_key("jobs", job.state), job.job_id)


def _read(client: Any, job_id: str) -> Job | None:
    fields = client.hgetall(_key("job", job_id))
    if "head" not in fields:
        return None
    stages = tuple(StageReport.model_validate_json(text) for name, text in fields.items() if name.startswith("stage:"))
    return with_all_stages(Job.model_validate_json(fields["head"]).model_copy(update={"stages": stages}))
