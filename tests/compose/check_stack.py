"""Run inside the gateway's container by deploy/scripts/test-compose: one article goes through all six containers into Neo4j.

Prints what was seen and ends with 1 at the first thing that is wrong.
"""

import json
import os
import sys
import time
from typing import Any

import httpx

TEXT = "Rebels attacked the airport of Aleppo on Sunday. President Emma Larsen met union leaders in Oslo."
PATIENCE = 300  # seconds for one article on a slow machine


def main() -> None:
    """Send an article, wait for its job, look at the graph, send it again."""
    keys = json.loads(os.environ["NEWSGRAPH_API_KEYS"])
    with httpx.Client(base_url="http://127.0.0.1:8000", headers={"X-API-Key": keys[0]}, timeout=30) as client:
        _expect(client.get("/health/ready").status_code == 200, "the gateway is ready")
        _expect(httpx.get("http://127.0.0.1:8000/articles").status_code == 401, "without a key there is no access")
        first = client.post("/articles", json={"title": "Two events", "text": TEXT})
        _expect(first.status_code in (200, 202), f"the article is taken in ({first.status_code})")
        job = _wait(client, first.json()["links"]["job"])
        _expect(job["state"] == "done", f"every stage is done: {[(s['stage'], s['state'], s['error']) for s in job['stages']]}")
        graph = client.get(f"/articles/{first.json()['article_id']}/graph").json()
        labels = {label for node in graph["nodes"] for label in node["labels"]}
        _expect({"Attack", "Article"} <= labels, f"the attack stands in Neo4j ({len(graph['nodes'])} nodes)")
        again = client.post("/articles", json={"title": "Two events", "text": TEXT})
        _expect(
            (again.status_code, again.json()["article_id"]) == (200, first.json()["article_id"]), "a second time is no new work"
        )


def _wait(client: httpx.Client, address: str) -> dict[str, Any]:
    until = time.monotonic() + PATIENCE
    while time.monotonic() < until:
        job: dict[str, Any] = client.get(address).json()
        if job["state"] not in ("queued", "running"):
            return job
        time.sleep(1)
    _expect(False, f"the job ends within {PATIENCE} s")
    raise AssertionError


def _expect(true: bool, what: str) -> None:
    print(("ok   " if true else "WRONG ") + what, flush=True)
    if not true:
        sys.exit(1)


if __name__ == "__main__":
    main()
