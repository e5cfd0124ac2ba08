"""A Celery worker in a process of its own, whose stages only record that they were called. Argument: the broker's URL."""

import json
import sys
from collections.abc import Callable
from typing import Any

import redis

from shared.pipeline import STAGE_NAMES
from shared.settings import Settings
from shared.worker import make_celery

SEEN = "seen"
PERSON = {"person_id": "person-1", "name": "N", "image_ids": ["i"], "vectors": [[0.5]]}


def main(url: str) -> None:
    app, store = make_celery(Settings(broker_url=url)), redis.Redis.from_url(url)

    def stage(name: str) -> Callable[..., str]:
        def run(job_id: str, article_id: str, force: bool = False) -> str:
            store.rpush(SEEN, json.dumps([name, job_id, article_id, force]))
            return "done"

        return run

    for name in STAGE_NAMES:
        app.task(name=f"newsgraph.{name}")(stage(name))

    @app.task(name="newsgraph.enrol")
    def enrol(name: str, kb_id: str | None, picture_digests: list[str]) -> dict[str, Any]:
        return PERSON if picture_digests == ["i"] else {"error": "image 1 shows no face"}

    app.worker_main(["worker", "-P", "solo", "-Q", ",".join(STAGE_NAMES), "--without-gossip", "--without-mingle"])


if __name__ == "__main__":
    main(sys.argv[1])
