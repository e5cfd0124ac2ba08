"""A Celery worker in a process of its own, whose stages only record that they were called. Argument: the broker's URL."""

import json
import sys
from collections.abc import Callable
from typing import Any

import redis

from services.advance import advance
from services.broker import CeleryQueues, make_celery
from shared.jobs import RedisJobStore
from shared.schemas.job import STAGE_NAMES, StageName, StageReport
from shared.settings import Settings

SEEN = "seen"
PERSON = {
    "reference_id": "person-1",
    "kind": "person",
    "name": "N",
    "image_ids": ["i"],
    "vectors": [[0.5]],
    "embedder": "e",
    "created_at": "2026-01-02T03:04:05Z",
}


def main(url: str) -> None:
    app, store = make_celery(Settings(broker_url=url)), redis.Redis.from_url(url)
    jobs, queues = RedisJobStore(url), CeleryQueues(app)

    def stage(name: StageName) -> Callable[..., str]:
        def run(job_id: str, article_id: str, force: bool = False) -> str:
            store.rpush(SEEN, json.dumps([name, job_id, article_id, force]))
            advance(jobs.update_stage(job_id, StageReport(stage=name, state="done")), jobs, queues)
            return "done"

        return run

    for name in STAGE_NAMES:
        app.task(name=f"newsgraph.{name}")(stage(name))

    @app.task(name="newsgraph.enrol")
    def enrol(order: dict[str, Any]) -> dict[str, Any]:
        return PERSON if order["image_ids"] == ["i"] else {"error": "image 1 shows no face", "kind": "refused"}

    app.worker_main(["worker", "-P", "solo", "-Q", ",".join(STAGE_NAMES), "--without-gossip", "--without-mingle"])


if __name__ == "__main__":
    main(sys.argv[1])
