"""The gateway with a real broker: the Celery canvas, a broker that goes away, and the process itself."""

import json
import os
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import httpx
import pytest
import redis

from deploy.local.ports import any_free_port
from gateway.dispatch import CeleryDispatcher
from services.advance import advance
from services.broker import make_celery
from services.pipeline import PIPELINE
from shared.errors import InputError, ServiceUnavailable
from shared.gallery import Enrolment, Reference
from shared.ids import make_id
from shared.jobs import RedisJobStore
from shared.schemas.job import STAGE_NAMES, Job, StageReport
from shared.settings import Settings
from tests.integration.recording_worker import PERSON, SEEN
from tests.valkey_server import running_valkey

KEY = "a-key-for-the-integration-test"


@pytest.fixture(scope="module")
def broker(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with running_valkey(tmp_path_factory.mktemp("valkey")) as url:
        yield url


@pytest.fixture
def server(broker: str) -> Iterator["redis.Redis[str]"]:
    with redis.Redis.from_url(broker, decode_responses=True) as client:
        client.flushall()
        yield client


def job(forced: bool = False) -> Job:
    return Job(job_id=make_id("job", 1), article_id=make_id("article", 1), created_at=datetime.now(UTC), forced=forced)


def submit(broker: str, new: Job) -> CeleryDispatcher:
    jobs, dispatcher = RedisJobStore(broker), CeleryDispatcher(make_celery(Settings(broker_url=broker)))
    jobs.create(new)
    advance(new, jobs, dispatcher)
    return dispatcher


def test_a_new_job_waits_in_the_queues_of_the_rows_that_need_nothing_as_small_json(broker: str, server: Any) -> None:
    dispatcher = submit(broker, job(forced=True))
    assert (dispatcher.depth("text_ie"), dispatcher.depth("fusion")) == (1, 0)
    assert {name: server.llen(name) for name in STAGE_NAMES if server.llen(name)} == {"text_ie": 1, "video_frames": 1}
    message = server.lindex("text_ie", 0)
    assert len(message) < 64_000
    assert json.loads(message)["content-type"] == "application/json"
    assert json.loads(message)["headers"]["task"] == "newsgraph.text_ie"
    assert server.pubsub_channels("celery-task-meta-*") == []


@pytest.fixture
def worker(broker: str, server: Any) -> Iterator[None]:
    process = subprocess.Popen([sys.executable, "-m", "tests.integration.recording_worker", broker], stderr=subprocess.DEVNULL)
    yield
    process.kill()
    process.wait()


def test_stages_run_after_all_that_they_need(broker: str, server: Any, worker: None) -> None:
    submit(broker, job())
    deadline = time.monotonic() + 30
    while server.llen(SEEN) < len(STAGE_NAMES) and time.monotonic() < deadline:
        time.sleep(0.05)
    seen = [json.loads(row) for row in server.lrange(SEEN, 0, -1)]
    order = [row[0] for row in seen]
    assert sorted(order) == sorted(STAGE_NAMES)
    assert all(order.index(need) < order.index(row.name) for row in PIPELINE for need in row.needs)
    assert {tuple(row[1:]) for row in seen} == {(job().job_id, job().article_id, False)}


def test_enrolling_returns_the_person_or_the_reason_and_leaves_no_vectors_in_the_broker(
    broker: str, server: Any, worker: None
) -> None:
    dispatcher = CeleryDispatcher(make_celery(Settings(broker_url=broker)), enrol_timeout=30)
    order = Enrolment(kind="person", name="N", image_ids=("i",))
    assert dispatcher.enrol(order) == Reference.model_validate(PERSON)
    with pytest.raises(InputError, match="no face"):
        dispatcher.enrol(order.model_copy(update={"image_ids": ("other",)}))
    assert server.keys("celery-task-meta-*") == []


def test_a_missing_worker_and_a_missing_broker_are_unavailable(broker: str, server: Any) -> None:
    with pytest.raises(ServiceUnavailable, match="within 1 seconds"):
        CeleryDispatcher(make_celery(Settings(broker_url=broker)), enrol_timeout=1).rebuild("logo", "me")
    nowhere = CeleryDispatcher(make_celery(Settings(broker_url="redis://127.0.0.1:1/0")))
    started = time.monotonic()
    with pytest.raises(ServiceUnavailable, match="broker"):
        nowhere.send(PIPELINE[0], job())
    assert time.monotonic() - started < 5


def environment(folder: Path, **settings: str) -> dict[str, str]:
    kept = {name: value for name, value in os.environ.items() if not name.startswith("NEWSGRAPH_")}
    return kept | {"NEWSGRAPH_DATA_DIR": str(folder)} | {f"NEWSGRAPH_{name.upper()}": value for name, value in settings.items()}


@pytest.fixture
def gateway(broker: str, server: Any, tmp_path: Path) -> Iterator[httpx.Client]:
    port = any_free_port()
    env = environment(
        tmp_path,
        broker_url=broker,
        graph_url="memory://",
        port=str(port),
        api_keys=json.dumps([KEY]),
        max_body_bytes="1000000",
    )
    process = subprocess.Popen([sys.executable, "-m", "gateway"], env=env)
    with httpx.Client(base_url=f"http://127.0.0.1:{port}", headers={"X-API-Key": KEY}, timeout=30) as client:
        try:
            _wait_alive(client)
            yield client
        finally:
            process.terminate()
            assert process.wait(15) in (0, -15)


def _wait_alive(client: httpx.Client) -> None:
    for _ in range(150):
        try:
            client.get("/health/live").raise_for_status()
            return
        except httpx.TransportError:
            time.sleep(0.1)
    raise TimeoutError("the gateway did not start")


def test_an_article_is_followed_from_the_post_to_the_last_event(gateway: httpx.Client, broker: str, server: Any) -> None:
    answer = gateway.post("/articles", json={"text": "Ankara."}).raise_for_status().json()
    assert server.llen("text_ie") == 1

    def work() -> None:
        jobs = RedisJobStore(broker)
        for name in STAGE_NAMES:
            time.sleep(0.05)
            jobs.update_stage(answer["job_id"], StageReport(stage=name, state="done"))

    worker = threading.Thread(target=work)
    states = []
    with gateway.stream("GET", answer["links"]["events"]) as response:
        worker.start()
        for line in response.iter_lines():
            if line.startswith("data:"):
                states.append(json.loads(line[5:])["state"])
    worker.join()
    assert states[0] == "queued"
    assert states[-1] == "done"
    assert gateway.post("/articles", json={"text": "Ankara."}).status_code == 200
    assert gateway.get("/health/ready").json()["broker"]["ready"]


def test_a_stream_does_not_block_other_requests(gateway: httpx.Client) -> None:
    links = gateway.post("/articles", json={"text": "Raqqa."}).json()["links"]
    with gateway.stream("GET", links["events"]) as response:
        assert response.status_code == 200
        started = time.monotonic()
        assert gateway.get("/health/live").status_code == 200
        assert time.monotonic() - started < 3


@contextmanager
def picture_worker(folder: Path, **settings: str) -> Iterator[None]:
    """The worker of visual_events as it stands in a container."""
    with (folder / "worker.log").open("wb") as log:
        command = [sys.executable, "-m", "services.worker", "visual_events"]
        process = subprocess.Popen(command, env=environment(folder, **settings), stdout=log, stderr=log)
    try:
        yield
    finally:
        process.terminate()
        process.wait(30)


def test_what_a_real_worker_cannot_do_is_a_503_that_says_what_to_change(
    gateway: httpx.Client, broker: str, tmp_path: Path
) -> None:
    with picture_worker(tmp_path, broker_url=broker, commercial="true"):
        deadline = time.monotonic() + 60
        while not gateway.get("/health/ready").json()["workers"]["visual_events"]["ready"]:
            assert time.monotonic() < deadline, (tmp_path / "worker.log").read_text()[-3000:]
            time.sleep(0.3)
        response = gateway.get("/images", params={"q": "a dog"})
    assert response.status_code == 503, response.text
    assert response.json()["type"] == "urn:newsgraph:problem:service-unavailable"
    assert "search needs an image-text encoder" in response.json()["detail"]
    assert "newsgraph models" in response.json()["detail"]


def test_a_body_without_end_is_cut_off(gateway: httpx.Client) -> None:
    def endless() -> Iterator[bytes]:
        while True:
            yield b" " * 100_000
            time.sleep(0.001)

    try:
        response = gateway.post("/articles", content=endless(), headers={"content-type": "application/json"})
        assert response.status_code == 413
        assert response.headers["content-type"] == "application/problem+json"
    except (httpx.WriteError, httpx.ReadError):
        pass  # the server closed the connection while we were still sending
    assert gateway.get("/articles").json()["total"] == 0


def test_the_process_refuses_to_stand_open_on_a_network(tmp_path: Path) -> None:
    env = environment(tmp_path, host="0.0.0.0", broker_url="memory://", graph_url="memory://")
    result = subprocess.run([sys.executable, "-m", "gateway"], env=env, capture_output=True, text=True, timeout=60, check=False)
    assert result.returncode == 2
    assert "NEWSGRAPH_API_KEYS" in result.stderr
    assert "Traceback" not in result.stderr
