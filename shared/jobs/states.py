"""The rules of a job's state, as pure functions that both stores share."""

from collections.abc import Collection, Iterable
from datetime import UTC, datetime
from typing import get_args

from shared.errors import NewsgraphError
from shared.schemas.base import Schema
from shared.schemas.job import Job, JobState, StageName, StageReport

WORKER_EXPIRY = 20.0
LEASE = 20.0  # seconds after which a stage whose holder is silent may be taken by another
JOB_STATES: tuple[JobState, ...] = get_args(JobState)
UNFINISHED: tuple[JobState, ...] = ("queued", "running")
_STAGES: tuple[StageName, ...] = get_args(StageName)
_ENDED = {"done", "reused", "failed"}
_READERS = set(_STAGES) - {"graph_writer", "video_frames"}  # those that find something; the others cut or write


class JobNotFound(NewsgraphError):
    """Raised when no job has that id."""


class WorkerState(Schema):
    """How a worker of a stage is; ``ready`` once its models are loaded, ``error`` says why they are not.

    ``worker`` is its name among the workers of the stage: that of its machine or container.
    """

    stage: StageName
    worker: str = ""
    ready: bool
    models: tuple[str, ...] = ()
    seen_at: datetime
    error: str | None = None


def has_ended(report: StageReport) -> bool:
    """Tell whether a stage will not change any more."""
    return report.state in _ENDED


def best(states: Iterable[WorkerState]) -> dict[StageName, WorkerState]:
    """The state of each stage: that of a ready worker where there is one, else the newest."""
    chosen: dict[StageName, WorkerState] = {}
    for state in sorted(states, key=lambda state: (state.ready, state.seen_at)):
        chosen[state.stage] = state
    return chosen


def report_of(job: Job, stage: StageName) -> StageReport:
    """The report of a stage, a waiting one where the job has none."""
    return next((report for report in job.stages if report.stage == stage), StageReport(stage=stage))


def forgets_attempts(report: StageReport) -> bool:
    """Tell whether what follows is a new beginning: the stage has ended, or it waits for something outside."""
    return has_ended(report) or report.retry_at is not None


def with_all_stages(job: Job) -> Job:
    """The job with a report for every stage of the pipeline, in pipeline order."""
    given = {report.stage: report for report in job.stages}
    return job.model_copy(update={"stages": tuple(given.get(name) or StageReport(stage=name) for name in _STAGES)})


def with_report(job: Job, report: StageReport) -> Job:
    """The job with one stage's report replaced and its own state recomputed."""
    stages = tuple(report if old.stage == report.stage else old for old in job.stages)
    state = job_state(stages)
    finished_at = None if state in UNFINISHED else (report.finished_at or datetime.now(UTC))
    return job.model_copy(update={"stages": stages, "state": state, "finished_at": finished_at})


def begun_again(job: Job, stages: Collection[StageName]) -> Job:
    """The job with these stages waiting as if they had never run."""
    reports = tuple(StageReport(stage=report.stage) if report.stage in stages else report for report in job.stages)
    return job.model_copy(update={"stages": reports, "state": job_state(reports), "finished_at": None})


def job_state(stages: tuple[StageReport, ...]) -> JobState:
    """``failed`` when nothing reached the graph, ``partial`` when it did without some stage."""
    if all(report.state == "waiting" for report in stages):
        return "queued"
    if not all(has_ended(report) for report in stages):
        return "running"
    failed = {report.stage for report in stages if report.state == "failed"}
    if not failed:
        return "done"
    return "failed" if "graph_writer" in failed or failed >= _READERS else "partial"
