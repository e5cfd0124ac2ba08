"""Run inside the gateway's container by deploy/scripts/test-compose: an article with a picture goes through all the workers.

    python - ingest PICTURE    # send it, look at the graph and at what was seen in the picture, send it again
    python - kept              # after a restart: the graph and what was seen are still there

Prints what was seen and ends with 1 at the first thing that is wrong.
"""

import base64
import json
import os
import sys
import time
from pathlib import Path
from typing import Any

import httpx

TITLE = "Two events"
TEXT = "Rebels attacked the airport of Aleppo on Sunday. President Emma Larsen met union leaders in Oslo."
PATIENCE = 600  # seconds for one article, or one answer, on a slow machine


def main(task: str, *pictures: str) -> None:
    """Do what the command line asks for."""
    keys = json.loads(os.environ["NEWSGRAPH_API_KEYS"])
    with httpx.Client(base_url="http://127.0.0.1:8000", headers={"X-API-Key": keys[0]}, timeout=PATIENCE) as client:
        _expect(client.get("/health/ready").status_code == 200, "the gateway is ready")
        if task == "ingest":
            ingest(client, Path(pictures[0]).read_bytes())
        else:
            articles = client.get("/articles").json()["articles"]
            _expect([article["title"] for article in articles] == [TITLE], "the article is still known")
            look(client, articles[0]["article_id"])


def ingest(client: httpx.Client, picture: bytes) -> None:
    """Send an article, wait for its job, look at what came of it, send it again."""
    _expect(httpx.get("http://127.0.0.1:8000/articles").status_code == 401, "without a key there is no access")
    body = {"title": TITLE, "text": TEXT, "images": [{"base64": base64.b64encode(picture).decode()}]}
    first = client.post("/articles", json=body)
    _expect(first.status_code in (200, 202), f"the article is taken in ({first.status_code})")
    article_id, start = first.json()["article_id"], time.monotonic()
    job = _wait(client, first.json()["links"]["job"])
    _expect(job["state"] == "done", f"every stage is done: {[(s['stage'], s['state'], s['error']) for s in job['stages']]}")
    print(f"     after {time.monotonic() - start:.0f} s", flush=True)
    look(client, article_id)
    again = client.post("/articles", json=body)
    _expect((again.status_code, again.json()["article_id"]) == (200, article_id), "a second time is no new work")


def look(client: httpx.Client, article_id: str) -> None:
    """The graph holds the event of the text, and the picture has a person with a face."""
    graph = client.get(f"/articles/{article_id}/graph").json()
    labels = {label for node in graph["nodes"] for label in node["labels"]}
    _expect({"Attack", "Article", "Region"} <= labels, f"attack and regions stand in Neo4j ({len(graph['nodes'])} nodes)")
    images = client.get(f"/articles/{article_id}").json()["article"]["images"]
    view = client.get(f"/articles/{article_id}/images/{images[0]['image_id']}").json()
    seen = sorted({region["label"] for region in view["regions"]})
    _expect("person" in seen, f"the picture shows a person: {seen}")
    _expect(len(view["faces"]) == 1, f"and one face ({len(view['faces'])})")


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
    main(*sys.argv[1:])
