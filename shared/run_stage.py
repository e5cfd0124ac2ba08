"""Run one stage over one stored article: reuse what is known, store what is new, report what happened. No Celery here."""

import logging
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

from shared.articles import ArticleStore
from shared.blobs import Blobs
from shared.errors import NewsgraphError, ServiceUnavailable, StageError
from shared.ids import content_hash, make_id
from shared.jobs import JobStore
from shared.jobs.states import report_of
from shared.log import job_context
from shared.outputs import Outputs
from shared.schemas.base import Schema
from shared.schemas.graph import GraphReceipt
from shared.schemas.job import StageName, StageReport
from shared.schemas.text import NotAttempted, TextExtraction, Usage
from shared.schemas.video import VideoFrames
from shared.schemas.vision import ObjectDetection
from shared.stage import Stage, StageInput, StageOutput, Step

log = logging.getLogger(__name__)
_NEVER_REUSED: tuple[StageName, ...] = ("graph_writer",)  # its result lies in the graph, which may have been emptied since
_LONGEST_PAUSE = 60.0  # seconds between two tries of a stage that waits for something outside
_UNCOUNTED = {"not_attempted", "coverage"}


def run_stage(  # eight plain parameters: what a task message and a worker process know
    step: Step,
    stage: Stage,
    article_id: str,
    blobs: Blobs,
    jobs: JobStore,
    job_id: str,
    force: bool = False,
    patience: float = 0.0,
) -> StageReport:
    """Run the stage and return its report. Only the job store's own errors are raised: a failing stage is reported.

    Where the stage raises ServiceUnavailable it waits and is tried again, for ``patience`` seconds in all.
    """
    job = jobs.get(job_id)
    before = report_of(job, step.name) if job else StageReport(stage=step.name)
    started = before.model_copy(update={"state": "running", "started_at": datetime.now(UTC), "error": None, "retry_at": None})
    jobs.update_stage(job_id, started)
    with job_context(job_id):
        try:
            report = _work(step, stage, blobs, article_id, force)
        except ServiceUnavailable as error:
            report = held_up(step, before, error, patience)
        except Exception as error:  # noqa: BLE001 the task boundary: whatever a stage raises, the other stages go on
            report = failure(step.name, error)
            Outputs(blobs).forget(article_id, step.name)
    report = _timed(report, started) if report.retry_at is None else report
    jobs.update_stage(job_id, report)
    return report


def held_up(step: Step, before: StageReport, error: ServiceUnavailable, patience: float) -> StageReport:
    """The report of a stage that waits for something outside, or has waited for longer than ``patience`` seconds and fails."""
    now = datetime.now(UTC)
    since = before.waiting_since or now
    if (now - since).total_seconds() >= patience:
        return failure(step.name, error)
    pause = min(_LONGEST_PAUSE, 2.0**before.retries)
    log.warning("%s waits for %s: %s", step.name, step.waits_for, error)
    return StageReport(
        stage=step.name,
        error=f"waiting for {step.waits_for}: {error}",
        retries=before.retries + 1,
        retry_at=now + timedelta(seconds=pause),
        waiting_since=since,
    )


def failure(stage: StageName, error: Exception) -> StageReport:
    """The report of a failed stage; logs expected errors in a line, bugs with their traceback."""
    if isinstance(error, NewsgraphError):
        log.warning("%s failed: %s", stage, error)
        return StageReport(stage=stage, state="failed", error=str(error))
    log.error("%s failed by a bug", stage, exc_info=error)
    message = (
        f"a bug in {stage} ({type(error).__name__}: {str(error)[:200]}); the worker's log has the traceback under the job's id"
    )
    return StageReport(stage=stage, state="failed", error=message)


def _work(step: Step, stage: Stage, blobs: Blobs, article_id: str, force: bool) -> StageReport:
    outputs, article = Outputs(blobs), ArticleStore(blobs).get(article_id)
    needed = {name: outputs.digest(article_id, name) for name in step.needs}
    manifest = stage.manifest()
    article_hash = content_hash(article.model_dump_json().encode())
    input_key = make_id("input", step.name, article_id, article_hash, *needed.items(), *manifest)
    digest = None if force or step.name in _NEVER_REUSED else outputs.known(step.name, input_key)
    reused = digest is not None
    if digest is None:
        outputs.forget(article_id, step.name)
        earlier = {name: outputs.get(article_id, name) for name in step.needs}
        digest = outputs.put(_single(stage, StageInput.model_validate({"article": article, **earlier})), input_key)
    outputs.select(article_id, step.name, digest)
    output = outputs.read(step.name, digest)
    return StageReport(
        stage=step.name,
        state="reused" if reused else "done",
        counts=count_results(output) if output else {},
        models=manifest,
        not_attempted=_not_attempted(output),
    )


def _single(stage: Stage, given: StageInput) -> StageOutput:
    result = stage.run([given])[0]
    if isinstance(result, StageError):
        raise result
    return result


def _timed(report: StageReport, started: StageReport) -> StageReport:
    finished = datetime.now(UTC)
    begin = started.started_at or finished
    return report.model_copy(
        update={"started_at": begin, "finished_at": finished, "seconds": round((finished - begin).total_seconds(), 3)}
    )


def count_results(output: StageOutput) -> dict[str, int]:
    """How many results of each kind an output holds: ``{"entities": 9, "events": 3}``."""
    if isinstance(output, GraphReceipt):
        return {"nodes": sum(output.nodes.values()), "edges": sum(output.edges.values())}
    counts = _lengths([output])
    if isinstance(output, ObjectDetection):
        counts |= _lengths(output.images)
    if isinstance(output, VideoFrames):
        counts |= _lengths(output.videos)
    if isinstance(output, TextExtraction) and output.usage:
        counts |= count_usage(output.usage)
    return counts


def count_usage(usage: Usage) -> dict[str, int]:
    """Requests, tokens, retries and what was dropped; the cost, if known, in millionths as counts are whole numbers."""
    counts = {name: value for name, value in usage if isinstance(value, int)}
    return counts if usage.cost is None else {**counts, "cost_millionths": round(usage.cost * 1e6)}


def _lengths(items: Sequence[Schema]) -> dict[str, int]:
    counts: dict[str, int] = {}
    for item in items:
        for name, value in item:
            if isinstance(value, tuple) and name not in _UNCOUNTED:
                counts[name] = counts.get(name, 0) + len(value)
    return counts


def _not_attempted(output: StageOutput | None) -> tuple[NotAttempted, ...]:
    return () if output is None or isinstance(output, GraphReceipt) else output.not_attempted
