"""A real worker process on a real broker, with a plain stage whose behaviour the article's text decides."""

import os
import re
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, ClassVar

import pytest

from services.advance import Reconciler
from services.broker import CeleryQueues, make_celery
from services.pipeline import step
from services.worker import check
from shared.articles import ArticleStore
from shared.blobs import Blobs, FolderBlobs
from shared.commands import RebuildOrder
from shared.errors import ServiceUnavailable, StageError
from shared.gallery import Enrolment, Rebuilt, Reference
from shared.jobs import JobStore, open_jobs
from shared.outputs import Outputs
from shared.schemas.article import Article
from shared.schemas.job import Job, StageName, StageReport
from shared.schemas.linking import EntityLinking
from shared.settings import REPOSITORY, Settings
from shared.stage import StageInput, StageOutput
from tests.valkey_server import running_valkey

_START = "from tests.integration.test_worker import start_worker; start_worker()"
_LIMIT = 2  # seconds
ROW = step("entity_linking")


class Obedient:
    """Does what the article says: fail, crash, sleep, sleep the first time only, or nothing."""

    name: ClassVar[StageName] = "entity_linking"

    def __init__(self, folder: Path, blobs: Blobs) -> None:
        self._slept, self._away = folder / "slept", folder / "away"
        self._blobs = blobs

    def load(self) -> None:
        time.sleep(0.5)

    def manifest(self) -> tuple[str, ...]:
        return ("rules:obedient@1",)

    def run(self, batch: Sequence[StageInput]) -> list[StageOutput | StageError]:
        word = batch[0].article.text
        if word == "crash":
            os.kill(os.getpid(), signal.SIGKILL)
        if word == "sleep" or (word == "sleep once" and not self._slept.exists()):
            self._slept.touch()
            time.sleep(60)
        if word == "away once" and not self._away.exists():
            self._away.touch()
            raise ServiceUnavailable("it is away")
        if word == "fail":
            return [StageError("told to fail")]
        return [EntityLinking(article_id=batch[0].article.article_id)]

    def enrol(self, order: Enrolment) -> Reference:
        pictures = [self._blobs.get(digest) for digest in order.image_ids]
        if not pictures:
            raise StageError("no picture shows a face")
        return Reference(
            reference_id=order.reference_id,
            kind=order.kind,
            name=order.name,
            image_ids=order.image_ids,
            vectors=((0.5, float(len(pictures[0]))),),
            embedder="e",
            created_at=datetime.now(UTC),
        )

    def rebuild(self, order: RebuildOrder) -> Rebuilt:
        return Rebuilt(kind=order.kind, reference_ids=(order.who,))


def build(settings: Settings, blobs: Blobs) -> Obedient:
    return Obedient(settings.data_dir, blobs)


def start_worker() -> None:
    """What the worker process of these tests runs."""
    from services.worker import serve

    serve(Settings(), "entity_linking", replace(step("entity_linking"), builder="tests.integration.test_worker:build"))


@dataclass
class Bench:
    settings: Settings
    jobs: JobStore
    blobs: FolderBlobs
    worker: "subprocess.Popen[bytes]"
    log: Path

    @property
    def queues(self) -> CeleryQueues:
        return CeleryQueues(make_celery(self.settings))

    def submit(self, text: str, number: int, needed: bool = True) -> str:
        article = Article(article_id=f"article-{number}", text=text)
        ArticleStore(self.blobs).save(article)
        job = Job(job_id=f"job-{number}", article_id=article.article_id, created_at=datetime.now(UTC))
        self.jobs.create(job)
        for name in ROW.needs if needed else ():
            self.jobs.update_stage(job.job_id, StageReport(stage=name, state="done"))
        self.queues.send(ROW, job)
        return job.job_id

    def waiting(self, job_id: str) -> StageReport | None:
        job = self.jobs.get(job_id)
        return next((r for r in job.stages if r.stage == "entity_linking" and r.retry_at), None) if job else None

    def ticked(self, reconciler: Reconciler, job_id: str) -> str:
        reconciler.tick()
        job = self.jobs.get(job_id)
        return next((r.state for r in job.stages if r.stage == "entity_linking"), "") if job else ""

    def send(self, task: str, *args: object) -> Any:
        return make_celery(self.settings).send_task(task, args=args, queue="entity_linking")

    def report(self, job_id: str, timeout: float = 40.0) -> StageReport:
        for _ in range(int(timeout * 10)):
            job = self.jobs.get(job_id)
            found = next((r for r in job.stages if r.stage == "entity_linking"), None) if job else None
            if found and found.state in ("done", "reused", "failed"):
                return found
            time.sleep(0.1)
        raise AssertionError(f"{job_id} did not end; the worker says:\n{self.log.read_text()[-3000:]}")


def environment(settings: Settings) -> dict[str, str]:
    told = {
        "DATA_DIR": str(settings.data_dir),
        "BROKER_URL": settings.broker_url,
        "STAGE_TIME_LIMIT": str(settings.stage_time_limit),
    }
    return os.environ | {f"NEWSGRAPH_{name}": value for name, value in told.items()} | {"PYTHONPATH": str(REPOSITORY)}


@contextmanager
def running_worker(settings: Settings, log: Path) -> "Iterator[subprocess.Popen[bytes]]":
    with log.open("ab") as file:
        worker = subprocess.Popen(
            [sys.executable, "-c", _START],
            env=environment(settings),
            stdout=file,
            stderr=file,
            cwd=REPOSITORY,
            start_new_session=True,
        )
    try:
        yield worker
    finally:
        worker.send_signal(signal.SIGQUIT)
        try:
            worker.wait(20)
        finally:
            if worker.poll() is None:
                os.killpg(worker.pid, signal.SIGKILL)


def until(true: Callable[[], bool], seconds: float = 40.0) -> None:
    deadline = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < deadline, "it did not happen in time"
        time.sleep(0.1)


def until_ready(settings: Settings, log: Path) -> None:
    for _ in range(300):
        if check(settings, "entity_linking") is None:
            return
        time.sleep(0.1)
    raise AssertionError(log.read_text()[-3000:])


@pytest.fixture(scope="module")
def bench(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Bench]:
    folder = tmp_path_factory.mktemp("worker")
    with running_valkey(folder / "broker") as url:
        settings = Settings(data_dir=folder, broker_url=url, stage_time_limit=_LIMIT)
        assert check(settings, "entity_linking") is not None
        log = folder / "worker.log"
        with running_worker(settings, log) as worker:
            until_ready(settings, log)
            yield Bench(settings, open_jobs(url), FolderBlobs(folder), worker, log)


def test_a_task_runs_the_stage_and_reports_to_the_job(bench: Bench) -> None:
    report = bench.report(bench.submit("please", 1))
    assert (report.state, report.models) == ("done", ("rules:obedient@1",))
    assert Outputs(bench.blobs).get("article-1", "entity_linking") is not None


def test_a_failing_stage_lets_the_pipeline_go_on(bench: Bench) -> None:
    job_id = bench.submit("fail", 2)
    assert bench.report(job_id).error == "told to fail"
    assert bench.submit("please", 12) == "job-12"
    assert bench.report("job-12").state == "done"


def test_work_that_takes_too_long_is_stopped_and_says_so(bench: Bench) -> None:
    report = bench.report(bench.submit("sleep", 3))
    assert report.error is not None
    assert "longer than 2 s" in report.error
    assert bench.report(bench.submit("please", 4)).state == "done"


def test_a_worker_that_dies_gets_the_task_again_but_not_for_ever(bench: Bench) -> None:
    report = bench.report(bench.submit("crash", 5))
    assert report.state == "failed"
    assert report.error is not None
    assert "died 3 times" in report.error
    assert bench.report(bench.submit("please", 6)).state == "done"


def test_a_task_of_a_job_that_is_gone_does_no_harm(bench: Bench) -> None:
    bench.queues.send(ROW, Job(job_id="job-unknown", article_id="article-1", created_at=datetime.now(UTC)))
    assert bench.report(bench.submit("please", 13)).state == "done"


def test_a_second_message_for_the_same_stage_does_no_harm(bench: Bench) -> None:
    job_id = bench.submit("please", 14)
    first = bench.report(job_id)
    bench.queues.send(ROW, Job(job_id=job_id, article_id="article-14", created_at=datetime.now(UTC)))
    assert bench.report(bench.submit("please", 15)).state == "done"
    assert bench.report(job_id) == first


def test_a_message_that_comes_before_its_turn_does_nothing(bench: Bench) -> None:
    job_id = bench.submit("please", 19, needed=False)
    assert bench.report(bench.submit("please", 20)).state == "done"
    job = bench.jobs.get(job_id)
    assert job is not None
    assert {report.state for report in job.stages} == {"waiting"}


def test_what_a_stage_makes_ready_is_sent_by_its_worker(bench: Bench) -> None:
    bench.report(bench.submit("please", 16))
    until(lambda: bench.queues.depth("visual_events") > 0)


def test_a_stage_that_waits_for_something_outside_is_tried_again_and_says_so(bench: Bench) -> None:
    job_id = bench.submit("away once", 17)
    until(lambda: bench.waiting(job_id) is not None)
    report = bench.waiting(job_id)
    assert report is not None
    assert report.error == "waiting for a part of the platform: it is away"
    reconciler = Reconciler(bench.jobs, bench.queues)
    until(lambda: bench.ticked(reconciler, job_id) == "done")


def test_a_stage_of_a_worker_that_was_killed_as_a_whole_is_done_by_the_next(tmp_path: Path) -> None:
    with running_valkey(tmp_path / "broker") as url:
        settings = Settings(data_dir=tmp_path, broker_url=url, stage_time_limit=30)
        log = tmp_path / "worker.log"
        with running_worker(settings, log) as worker:
            until_ready(settings, log)
            bench = Bench(settings, open_jobs(url), FolderBlobs(tmp_path), worker, log)
            job_id = bench.submit("sleep once", 18)
            until((tmp_path / "slept").exists)
            os.kill(worker.pid, signal.SIGKILL)
        bench.jobs.release(job_id, "entity_linking", socket.gethostname())  # what happens after states.LEASE seconds
        with running_worker(settings, log):
            reconciler = Reconciler(bench.jobs, bench.queues)
            until(lambda: bench.ticked(reconciler, job_id) == "done")


def test_enrolment_answers_with_the_person_or_the_reason(bench: Bench) -> None:
    digest = bench.blobs.put(b"picture")
    order = {"kind": "person", "name": "Ada", "image_ids": [digest]}
    person = Reference.model_validate(bench.send("newsgraph.enrol", order).get(timeout=20))
    assert (person.name, person.vectors) == ("Ada", ((0.5, 7.0),))
    assert bench.send("newsgraph.enrol", order | {"image_ids": []}).get(timeout=20) == {
        "error": "no picture shows a face",
        "kind": "refused",
    }
    assert "nothing stored" in bench.send("newsgraph.enrol", order | {"image_ids": ["abc"]}).get(timeout=20)["error"]
    assert not re.search(r"\bAda\b|0\.5, 7\.0", bench.log.read_text()), "names and vectors of people stay out of the log"
    assert bench.send("newsgraph.rebuild", {"kind": "logo", "who": "me"}).get(timeout=20)["reference_ids"] == ["me"]


def test_the_health_check_of_a_container_tells_a_ready_worker_from_none(bench: Bench) -> None:
    command = [sys.executable, "-m", "services.worker", "--check"]
    ready = subprocess.run(
        [*command, "entity_linking"], env=environment(bench.settings), cwd=REPOSITORY, capture_output=True, check=False
    )
    absent = subprocess.run(
        [*command, "fusion"], env=environment(bench.settings), cwd=REPOSITORY, capture_output=True, check=False
    )
    assert (ready.returncode, absent.returncode) == (0, 1)
    assert b"no worker of fusion" in absent.stdout


def test_a_task_under_way_is_given_back_when_its_worker_is_stopped(tmp_path: Path) -> None:
    with running_valkey(tmp_path / "broker") as url:
        settings = Settings(data_dir=tmp_path, broker_url=url, stage_time_limit=30)
        log = tmp_path / "worker.log"
        with running_worker(settings, log) as worker:
            until_ready(settings, log)
            bench = Bench(settings, open_jobs(url), FolderBlobs(tmp_path), worker, log)
            job_id = bench.submit("sleep once", 7)
            while not (tmp_path / "slept").exists():
                time.sleep(0.1)
        with running_worker(settings, log):
            assert bench.report(job_id).state == "done"
