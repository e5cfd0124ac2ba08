"""The whole embedded platform, started once, with the sample people and articles in it."""

import base64
import json
import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import neo4j
import pytest
from playwright.sync_api import Browser, sync_playwright

from shared.articles import ArticleStore
from shared.blobs import FolderBlobs
from shared.graph.projection import project
from shared.outputs import Outputs
from shared.schemas.graph import Subgraph
from shared.schemas.job import STAGE_NAMES
from shared.settings import REPOSITORY
from shared.stage import StageInput

FIXTURES = REPOSITORY / "tests" / "fixtures"
SAMPLES = sorted(path.stem for path in (FIXTURES / "articles").glob("*.json"))
CHROMIUM = Path("/usr/bin/chromium")
Json = dict[str, Any]


@dataclass(frozen=True)
class Platform:
    """Where the running platform is."""

    url: str
    folder: Path
    bolt: str
    user: str
    password: str


@pytest.fixture(scope="session")
def platform(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Platform]:
    """``newsgraph up`` on an empty data folder, ended by SIGINT as a user would."""
    folder = tmp_path_factory.mktemp("platform")
    kept = {name: value for name, value in os.environ.items() if not name.startswith("NEWSGRAPH_")}
    process = subprocess.Popen(
        [sys.executable, "-m", "deploy.cli.main", "up", "--json"],
        env=kept | {"NEWSGRAPH_DATA_DIR": str(folder)},
        cwd=REPOSITORY,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert process.stdout is not None
    try:
        said = json.loads(process.stdout.readline())
        assert "api" in said, said
        yield Platform(said["api"], folder, said["bolt"], said["user"], said["password"])
    finally:
        process.send_signal(signal.SIGINT)
        assert process.wait(60) == 0
        process.stdout.close()


@pytest.fixture(scope="session")
def api(platform: Platform) -> Iterator[httpx.Client]:
    with httpx.Client(base_url=platform.url, timeout=60) as client:
        yield client


@pytest.fixture(scope="session")
def bolt(platform: Platform) -> Iterator[neo4j.Driver]:
    with neo4j.GraphDatabase.driver(platform.bolt, auth=(platform.user, platform.password)) as driver:
        yield driver


@pytest.fixture(scope="session")
def post_sample(api: httpx.Client) -> Callable[..., httpx.Response]:
    """Post a sample article by its file name."""

    def post(name: str, force: bool = False) -> httpx.Response:
        sample = json.loads((FIXTURES / "articles" / f"{name}.json").read_text(encoding="utf-8"))
        for image in sample["images"]:
            image["base64"] = base64.b64encode((FIXTURES / "articles" / image.pop("file")).read_bytes()).decode()
        return api.post("/articles", json=sample, params={"force": "true"} if force else {})

    return post


@pytest.fixture(scope="session")
def wait(api: httpx.Client) -> Callable[[str], Json]:
    """Wait for a job to end, and return it."""

    def until_ended(job_id: str, timeout: float = 120) -> Json:
        deadline = time.monotonic() + timeout
        while True:
            job: Json = api.get(f"/jobs/{job_id}").raise_for_status().json()
            if job["state"] in {"done", "partial", "failed"}:
                return job
            assert time.monotonic() < deadline, job
            time.sleep(0.2)

    return until_ended


@pytest.fixture(scope="session")
def articles(api: httpx.Client, post_sample: Callable[..., httpx.Response], wait: Callable[[str], Json]) -> dict[str, Json]:
    """The answers to the four sample articles by file name, after their jobs have ended; Obama is in the gallery."""
    for person in json.loads((FIXTURES / "people" / "people.json").read_text(encoding="utf-8")):
        images = [base64.b64encode((FIXTURES / "people" / name).read_bytes()).decode() for name in person.pop("files")]
        api.post("/people", json=person | {"images": images}).raise_for_status()
    answers = {name: post_sample(name).raise_for_status().json() for name in SAMPLES}
    for answer in answers.values():
        wait(answer["job_id"])
    return answers


@pytest.fixture(scope="session")
def projected(platform: Platform, articles: dict[str, Json]) -> dict[str, Subgraph]:
    """The projection of the sample articles' stage outputs, by article id: what any graph store is given."""
    blobs = FolderBlobs(platform.folder)
    outputs, store = Outputs(blobs), ArticleStore(blobs)
    graphs = {}
    for answer in articles.values():
        article_id = answer["article_id"]
        given = {stage: outputs.get(article_id, stage) for stage in STAGE_NAMES if stage != "graph_writer"}
        graphs[article_id] = project(StageInput.model_validate({"article": store.get(article_id), **given}))
    return graphs


@pytest.fixture(scope="session")
def dump(bolt: neo4j.Driver) -> Callable[[], set[str]]:
    """Every node and edge of the whole graph, as comparable lines."""

    def lines() -> set[str]:
        nodes, _, _ = bolt.execute_query("MATCH (n) RETURN labels(n) AS labels, properties(n) AS properties")
        edges, _, _ = bolt.execute_query(
            "MATCH (a)-[r]->(b) RETURN a.id AS source, type(r) AS type, b.id AS target, properties(r) AS properties"
        )
        rows = [record.data() for record in (*nodes, *edges)]
        return {json.dumps(row, sort_keys=True, default=str) for row in rows}

    return lines


@pytest.fixture(scope="session")
def readme_queries() -> list[str]:
    """The Cypher blocks of the README."""
    readme = (REPOSITORY / "README.md").read_text(encoding="utf-8")
    blocks = re.findall(r"```cypher\n(.*?)```", readme, flags=re.DOTALL)
    return [query.strip() for block in blocks for query in block.split(";") if query.strip()]


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    """A headless Chromium, ended with the module since its event loop would disturb other tests; skips where there is none."""
    if not CHROMIUM.is_file():
        pytest.skip("no Chromium: apt-get install chromium")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=str(CHROMIUM), args=["--no-sandbox", "--disable-gpu", "--disable-background-networking"]
        )
        yield browser
        browser.close()
