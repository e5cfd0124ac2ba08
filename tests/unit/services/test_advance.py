"""Jobs advance from their record: in order, once each, again after a loss, later while something outside is away."""

from datetime import UTC, datetime, timedelta

import pytest

from services.advance import Reconciler, advance, ready, retry
from services.pipeline import PIPELINE
from shared.errors import InputError, ServiceUnavailable
from shared.jobs import JobStore, MemoryJobStore
from shared.jobs.states import report_of
from shared.schemas.job import STAGE_NAMES, Job, StageName, StageReport, StageState
from shared.stage import Step

NOW = datetime.now(UTC)


class Queue:
    """Keeps messages; ``lose`` forgets them, ``away`` refuses them."""

    def __init__(self) -> None:
        self.messages: list[tuple[str, StageName]] = []
        self.away = False

    def send(self, row: Step, job: Job) -> None:
        if self.away:
            raise ServiceUnavailable("the broker is away")
        self.messages.append((job.job_id, row.name))

    def depth(self, stage: StageName) -> int:
        return sum(name == stage for _, name in self.messages)

    def take(self) -> list[StageName]:
        taken, self.messages = [name for _, name in self.messages], []
        return taken


@pytest.fixture
def store() -> MemoryJobStore:
    jobs = MemoryJobStore()
    jobs.create(Job(job_id="job-1", article_id="article-1", created_at=NOW))
    return jobs


def the_job(store: JobStore) -> Job:
    job = store.get("job-1")
    assert job is not None
    return job


def report(store: JobStore, stage: StageName, state: StageState) -> Job:
    return store.update_stage("job-1", StageReport(stage=stage, state=state))


def test_every_row_is_sent_once_and_after_all_that_it_needs(store: MemoryJobStore) -> None:
    queue, order = Queue(), []
    advance(the_job(store), store, queue)
    while taken := queue.take():
        for name in taken:
            order.append(name)
            job = report(store, name, "done" if name != "object_detection" else "failed")
            advance(job, store, queue)
            advance(job, store, queue)  # two workers that end at the same time
    assert sorted(order) == sorted(STAGE_NAMES)
    assert all(order.index(need) < order.index(row.name) for row in PIPELINE for need in row.needs)
    assert the_job(store).state == "partial"


def test_a_job_that_was_never_sent_is_sent_by_the_reconciler(store: MemoryJobStore) -> None:
    queue = Queue()
    Reconciler(store, queue).tick()
    assert queue.take() == ["text_ie", "video_frames"]


def test_a_stage_whose_worker_is_gone_is_sent_again_and_one_that_is_held_is_not(store: MemoryJobStore) -> None:
    queue = Queue()
    advance(the_job(store), store, queue)
    queue.take()
    for name, holder in (("text_ie", "alive"), ("video_frames", "dead")):
        store.claim("job-1", name, holder)  # type: ignore[arg-type]
        report(store, name, "running")  # type: ignore[arg-type]
    store.release("job-1", "video_frames", "dead")
    Reconciler(store, queue).tick()
    assert queue.take() == ["video_frames"]
    assert report_of(the_job(store), "text_ie").state == "running"


def test_a_message_is_lost_where_none_waits_any_more(store: MemoryJobStore) -> None:
    queue = Queue()
    advance(the_job(store), store, queue)
    reconciler = Reconciler(store, queue, sent_again=0.0)
    reconciler.tick()
    assert queue.take() == ["text_ie", "video_frames"], "both still wait: nothing was sent"
    reconciler.tick()
    assert queue.take() == ["text_ie", "video_frames"], "both were lost"


def test_a_stage_that_waits_is_ready_when_its_time_has_come(store: MemoryJobStore) -> None:
    later = NOW + timedelta(seconds=30)
    job = store.update_stage("job-1", StageReport(stage="text_ie", retry_at=later, error="waiting for the graph"))
    assert [row.name for row in ready(job, NOW)] == ["video_frames"]
    assert [row.name for row in ready(job, later)] == ["text_ie", "video_frames"]


def test_a_second_reconciler_does_nothing(store: MemoryJobStore) -> None:
    queue = Queue()
    assert store.lead("another", 60)
    Reconciler(store, queue).tick()
    assert queue.take() == []


def test_a_broker_that_is_away_loses_nothing(store: MemoryJobStore) -> None:
    queue = Queue()
    queue.away = True
    with pytest.raises(ServiceUnavailable):
        advance(the_job(store), store, queue)
    queue.away = False
    reconciler = Reconciler(store, queue, sent_again=0.0)
    reconciler.tick()
    assert queue.take() == ["text_ie", "video_frames"]


def test_a_retry_runs_what_failed_and_all_that_is_built_on_it(store: MemoryJobStore) -> None:
    queue = Queue()
    for name in STAGE_NAMES:
        report(store, name, "failed" if name == "entity_linking" else "done")
    job = retry(the_job(store), store, queue)
    assert queue.take() == ["entity_linking"]
    again = {row.stage for row in job.stages if row.state == "waiting"}
    assert again == {"entity_linking", "visual_events", "fusion", "graph_writer"}


def test_a_job_without_failure_is_not_retried(store: MemoryJobStore) -> None:
    with pytest.raises(InputError, match="queued"):
        retry(the_job(store), store, Queue())
