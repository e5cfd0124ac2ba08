"""One contract, two stores: in memory and on a real Valkey server."""

import threading
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import get_args

import pytest

from shared.errors import ConfigurationError, ServiceUnavailable
from shared.jobs import JobNotFound, JobStore, MemoryJobStore, RedisJobStore, WorkerState, open_jobs
from shared.jobs.states import LEASE
from shared.schemas.job import Job, StageName, StageReport, StageState

STAGES: tuple[StageName, ...] = get_args(StageName)
NOW = datetime(2026, 1, 1, tzinfo=UTC)


@pytest.fixture(params=["memory", "valkey"])
def store(request: pytest.FixtureRequest) -> Iterator[JobStore]:
    if request.param == "memory":
        yield MemoryJobStore()
        return
    url = request.getfixturevalue("valkey_url")
    import redis

    redis.Redis.from_url(url).flushdb()
    yield RedisJobStore(url)


def a_job(number: int = 1, article: str = "article-1") -> Job:
    return Job(job_id=f"job-{number}", article_id=article, created_at=NOW + timedelta(seconds=number))


def report(store: JobStore, stage: StageName, state: StageState, job_id: str = "job-1") -> Job:
    return store.update_stage(job_id, StageReport(stage=stage, state=state))


def finish(store: JobStore, failed: tuple[StageName, ...] = ()) -> Job:
    return [report(store, name, "failed" if name in failed else "done") for name in STAGES][-1]


def test_a_new_job_is_queued_with_every_stage_waiting(store: JobStore) -> None:
    store.create(a_job())
    job = store.get("job-1")
    assert job is not None
    assert (job.state, [r.stage for r in job.stages], {r.state for r in job.stages}) == ("queued", list(STAGES), {"waiting"})


def test_an_unknown_job_is_none_and_cannot_be_updated(store: JobStore) -> None:
    assert store.get("job-1") is None
    assert store.latest("article-1") is None
    with pytest.raises(JobNotFound, match="job-1"):
        report(store, "text_ie", "done")


def test_the_latest_job_of_an_article_is_the_one_created_last(store: JobStore) -> None:
    for number in (1, 2):
        store.create(a_job(number))
    latest = store.latest("article-1")
    assert latest is not None
    assert latest.job_id == "job-2"


@pytest.mark.parametrize(
    ("failed", "state"),
    [((), "done"), (("entity_linking",), "partial"), (("graph_writer",), "failed"), (STAGES[:-1], "failed")],
)
def test_the_state_of_a_finished_job_tells_what_reached_the_graph(
    store: JobStore, failed: tuple[StageName, ...], state: str
) -> None:
    store.create(a_job())
    job = finish(store, failed)
    assert job.state == state
    assert job.finished_at is not None
    assert store.get("job-1") == job


def test_a_job_with_one_stage_under_way_is_running_and_unfinished(store: JobStore) -> None:
    store.create(a_job())
    store.create(a_job(2, "article-2"))
    assert report(store, "text_ie", "running").state == "running"
    assert report(store, "text_ie", "done").state == "running"
    assert [job.job_id for job in store.list_unfinished()] == ["job-1", "job-2"]
    assert store.counts() == {"queued": 1, "running": 1, "done": 0, "partial": 0, "failed": 0}
    finish(store)
    assert [job.job_id for job in store.list_unfinished()] == ["job-2"]
    assert store.counts()["done"] == 1


def test_stages_that_report_at_the_same_time_do_not_lose_each_others_reports(store: JobStore) -> None:
    store.create(a_job())
    threads = [threading.Thread(target=report, args=(store, name, "done")) for name in STAGES]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    job = store.get("job-1")
    assert job is not None
    assert job.state == "done"
    snapshots = [snapshot for _, snapshot in store.events("job-1")]
    assert [sum(r.state == "done" for r in s.stages) for s in snapshots] == list(range(len(STAGES) + 1))


def test_events_arrive_while_the_job_runs_and_end_with_it(store: JobStore) -> None:
    store.create(a_job())
    thread = threading.Timer(0.2, finish, args=(store,))
    thread.start()
    states = [job.state for _, job in store.events("job-1", timeout=5.0)]
    thread.join()
    assert states == ["queued", *["running"] * (len(STAGES) - 1), "done"]


def test_events_continue_after_the_last_event_that_was_seen(store: JobStore) -> None:
    store.create(a_job())
    finish(store)
    everything = list(store.events("job-1"))
    assert list(store.events("job-1", after=everything[2][0])) == everything[3:]
    assert list(store.events("job-1", after=everything[-1][0])) == []


def test_events_of_a_silent_job_end_after_the_timeout(store: JobStore) -> None:
    store.create(a_job())
    assert [job.state for _, job in store.events("job-1", timeout=0.2)] == ["queued"]
    assert list(store.events("no-such-job", timeout=5.0)) == []


def test_attempts_are_counted_until_the_stage_ends_and_then_it_is_not_claimed_again(store: JobStore) -> None:
    store.create(a_job())
    assert [store.claim("job-1", "text_ie", "me") for _ in range(2)] == [1, 2]
    report(store, "text_ie", "running")
    assert store.claim("job-1", "text_ie", "me") == 3
    report(store, "text_ie", "waiting")
    assert store.claim("job-1", "text_ie", "me") == 4, "left behind by a worker that died"
    report(store, "text_ie", "failed")
    assert store.claim("job-1", "text_ie", "me") == 0
    with pytest.raises(JobNotFound):
        store.claim("job-2", "text_ie", "me")


def test_waiting_for_something_outside_forgets_the_attempts(store: JobStore) -> None:
    store.create(a_job())
    store.claim("job-1", "text_ie", "me")
    store.update_stage("job-1", StageReport(stage="text_ie", retry_at=NOW, retries=1))
    assert store.claim("job-1", "text_ie", "me") == 1


def test_a_stage_has_one_holder_until_it_is_released(store: JobStore) -> None:
    store.create(a_job())
    assert store.claim("job-1", "text_ie", "one") == 1
    assert store.claim("job-1", "text_ie", "other") == 0
    assert store.claim("job-1", "fusion", "other") == 1
    assert store.held("job-1") == {"text_ie", "fusion"}
    store.release("job-1", "text_ie", "other")
    store.renew("job-1", "text_ie", "other")
    assert store.claim("job-1", "text_ie", "other") == 0, "what another holds is not given back"
    store.renew("job-1", "text_ie", "one")
    store.release("job-1", "text_ie", "one")
    assert store.held("job-1") == {"fusion"}
    assert store.claim("job-1", "text_ie", "other") == 2


def test_a_silent_holder_loses_the_stage(valkey_url: str) -> None:
    import redis

    store = RedisJobStore(valkey_url)
    store.create(a_job(8))
    store.claim("job-8", "text_ie", "one")
    assert 0 < int(redis.Redis.from_url(valkey_url).pttl("newsgraph:lease:job-8:text_ie")) <= LEASE * 1000


def test_a_message_is_sent_once_unless_it_may_be_lost(store: JobStore) -> None:
    store.create(a_job())
    assert [store.mark_sent("job-1", "text_ie") for _ in range(2)] == [True, False]
    assert not store.mark_sent("job-1", "text_ie", again_after=60)
    assert store.mark_sent("job-1", "text_ie", again_after=0)
    report(store, "text_ie", "running")
    assert not store.mark_sent("job-1", "text_ie")
    report(store, "text_ie", "waiting")
    assert store.mark_sent("job-1", "text_ie")


def test_one_reconciler_leads(store: JobStore) -> None:
    assert store.lead("one", 0.3)
    assert store.lead("one", 0.3)
    assert not store.lead("other", 0.3)
    time.sleep(0.35)
    assert store.lead("other", 0.3)


def test_the_last_announcement_of_a_worker_counts(store: JobStore) -> None:
    for ready in (False, True):
        store.announce_worker(WorkerState(stage="text_ie", ready=ready, models=("m@1",), seen_at=datetime.now(UTC)))
    states = store.worker_states()
    assert list(states) == ["text_ie"]
    assert states["text_ie"].ready
    assert states["text_ie"].models == ("m@1",)


def test_a_stage_is_served_while_one_of_its_workers_is_ready_and_each_tells_of_itself(store: JobStore) -> None:
    for worker, ready in (("one", True), ("other", False)):
        store.announce_worker(WorkerState(stage="text_ie", worker=worker, ready=ready, seen_at=datetime.now(UTC)))
    assert store.worker_states()["text_ie"].worker == "one"
    assert {(state.worker, state.ready) for state in store.workers()} == {("one", True), ("other", False)}


def test_what_failed_is_listed_and_begins_again_without_its_attempts(store: JobStore) -> None:
    for number in (1, 2):
        store.create(a_job(number, f"article-{number}"))
        for name in STAGES:
            report(store, name, "failed" if name == "fusion" and number == 1 else "done", f"job-{number}")
    assert [job.job_id for job in store.list_ended(("failed", "partial"))] == ["job-1"]
    assert [job.job_id for job in store.list_ended(("done", "partial"))] == ["job-2", "job-1"]
    job = store.begin_again("job-1", ("fusion", "graph_writer"))
    assert (job.state, store.counts()["partial"], store.counts()["running"]) == ("running", 0, 1)
    assert [row.stage for row in job.stages if row.state == "waiting"] == ["fusion", "graph_writer"]
    assert store.claim("job-1", "fusion", "me") == 1
    with pytest.raises(JobNotFound):
        store.begin_again("job-9", ("fusion",))


def test_jobs_that_ended_long_ago_are_forgotten(store: JobStore) -> None:
    for number in (1, 2):
        store.create(a_job(number, f"article-{number}"))
    finish(store)
    assert store.expire(datetime.now(UTC) - timedelta(days=1)) == 0
    assert store.expire(datetime.now(UTC) + timedelta(days=1)) == 1
    assert (store.get("job-1"), store.latest("article-1"), store.counts()["done"]) == (None, None, 0)
    assert store.get("job-2") is not None


def test_an_old_announcement_is_forgotten_in_memory() -> None:
    store = MemoryJobStore()
    store.announce_worker(WorkerState(stage="fusion", ready=True, seen_at=datetime.now(UTC) - timedelta(minutes=1)))
    assert store.worker_states() == {}


def test_an_announcement_expires_on_valkey(valkey_url: str) -> None:
    import redis

    RedisJobStore(valkey_url).announce_worker(WorkerState(stage="fusion", ready=True, seen_at=datetime.now(UTC)))
    assert 0 < int(redis.Redis.from_url(valkey_url).pttl("newsgraph:worker:fusion:")) <= 20_000


def test_a_job_whose_events_have_expired_still_tells_its_end(valkey_url: str) -> None:
    import redis

    store = RedisJobStore(valkey_url)
    store.create(a_job(7))
    for name in STAGES:
        report(store, name, "done", "job-7")
    client = redis.Redis.from_url(valkey_url)
    assert int(client.ttl("newsgraph:events:job-7")) > 0
    client.delete("newsgraph:events:job-7")
    assert [job.state for _, job in store.events("job-7")] == ["done"]


def test_a_broker_that_is_away_is_reported_as_such() -> None:
    from deploy.local.ports import any_free_port

    with pytest.raises(ServiceUnavailable, match="broker"):
        RedisJobStore(f"redis://127.0.0.1:{any_free_port()}/0").get("job-1")


def test_an_address_of_another_kind_is_refused() -> None:
    assert isinstance(open_jobs("memory://"), MemoryJobStore)
    with pytest.raises(ConfigurationError, match="NEWSGRAPH_BROKER_URL"):
        open_jobs("amqp://guest@127.0.0.1")
