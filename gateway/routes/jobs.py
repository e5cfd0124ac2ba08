"""Jobs: how far an article is, once or as a stream."""

import re
from collections.abc import AsyncIterator
from typing import Annotated

import anyio
from anyio import CapacityLimiter
from fastapi import APIRouter, Header, Query, Request
from sse_starlette import EventSourceResponse, ServerSentEvent
from starlette.concurrency import run_in_threadpool

from gateway.dependencies import Deps
from gateway.problems import Refusal, not_found, responses
from services.advance import retry
from shared.errors import InputError
from shared.jobs import JobStore
from shared.jobs.states import UNFINISHED
from shared.schemas.api import JobList
from shared.schemas.job import Job, JobState

router = APIRouter(tags=["jobs"])
_EVENT_ID = re.compile(r"\d{1,18}(-\d{1,18})?")
_FAILED: tuple[JobState, ...] = ("failed", "partial")
_PATIENCE = 5.0  # seconds that a thread waits for news before it looks whether the client is still there


@router.get("/jobs", responses=responses(401, 422, 503))
def list_jobs(
    deps: Deps,
    state: Annotated[tuple[JobState, ...], Query(description="states, repeatable; those of failed work if not given")] = _FAILED,
    limit: Annotated[int, Query(ge=1, le=1000)] = 100,
) -> JobList:
    """Jobs that ended in these states, newest first: what failed, with the reason of each stage."""
    return JobList(jobs=tuple(deps.jobs.list_ended(state, limit)))


@router.post("/jobs/{job_id}/retry", status_code=202, responses=responses(401, 404, 409, 503))
def retry_job(job_id: str, deps: Deps) -> Job:
    """Run the stages that failed again, and all that is built on them; what went well is not done twice."""
    job = show_job(job_id, deps)
    try:
        return retry(job, deps.jobs, deps.dispatcher)
    except InputError as error:
        raise Refusal(409, "nothing-to-retry", str(error), change="see the job's stages") from error


@router.get("/jobs/{job_id}", responses=responses(401, 404, 503))
def show_job(job_id: str, deps: Deps) -> Job:
    """The job with the state, times and counts of each stage."""
    job = deps.jobs.get(job_id)
    if job is None:
        raise not_found(f"job {job_id}")
    return job


@router.get(
    "/jobs/{job_id}/events",
    response_class=EventSourceResponse,
    responses={
        200: {"content": {"text/event-stream": {}}, "description": "Job documents as they change"},
        **responses(401, 404, 503),
    },
)
async def stream_job(
    job_id: str, request: Request, deps: Deps, last_event_id: Annotated[str | None, Header()] = None
) -> EventSourceResponse:
    """Server-sent events named ``job``, each with the whole job as JSON; ends with the job. Resumes after ``Last-Event-ID``."""
    if await run_in_threadpool(deps.jobs.get, job_id) is None:
        raise not_found(f"job {job_id}")
    limiter: CapacityLimiter = request.app.state.streams
    if limiter.available_tokens < 1:
        raise Refusal(503, "too-many-streams", "too many event streams are open", change="ask GET /jobs/{id} instead")
    after = last_event_id if last_event_id and _EVENT_ID.fullmatch(last_event_id) else "0"
    return EventSourceResponse(_news(deps.jobs, job_id, after, limiter), ping=15, headers={"Cache-Control": "no-store"})


async def _news(jobs: JobStore, job_id: str, after: str, limiter: CapacityLimiter) -> AsyncIterator[ServerSentEvent]:
    job: Job | None = None
    while True:
        changes = jobs.events(job_id, after, timeout=_PATIENCE)
        while (
            change := await anyio.to_thread.run_sync(next, changes, None, limiter=limiter, abandon_on_cancel=True)
        ) is not None:
            after, job = change
            yield ServerSentEvent(data=job.model_dump_json(), event="job", id=after)
        if job is None or job.state in UNFINISHED:
            job = await run_in_threadpool(jobs.get, job_id)
        if job is None or job.state not in UNFINISHED:
            return
