"""A real embedded platform in a folder of its own, whose processes a test may kill, freeze and count."""

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path

import httpx
from pydantic import JsonValue

from deploy.local.folder import read_note
from shared.settings import REPOSITORY

_ENDED = ("done", "partial", "failed")


@dataclass
class Platform:
    """The platform as its users and its operator see it."""

    folder: Path
    process: "subprocess.Popen[str]"
    url: str
    jobs: dict[str, str] = field(default_factory=dict)
    """Job by article of all that was accepted."""

    def pid(self, name: str) -> int:
        """The process of a part (broker, graph, gateway, a stage), as the launcher last noted it."""
        note = read_note(self.folder)
        assert note is not None
        return note.processes[name].pid

    def send(self, texts: list[str]) -> None:
        """Send articles as a patient client does: again until they are accepted."""
        for text in texts:
            answer = self.ask("POST", "/articles", {"title": text[:40], "text": text, "published_at": "2017-04-05"})
            self.jobs[str(answer["article_id"])] = str(answer["job_id"])

    def ask(self, method: str, path: str, body: JsonValue = None, patience: float = 120.0) -> dict[str, JsonValue]:
        """A request until it is answered; 5xx and no answer are asked again."""
        deadline = time.monotonic() + patience
        while True:
            with suppress(httpx.HTTPError, ValueError):
                response = httpx.request(method, self.url + path, json=body, timeout=20, trust_env=False)
                if response.status_code < 500:
                    answer: dict[str, JsonValue] = response.raise_for_status().json()
                    return answer
            assert time.monotonic() < deadline, f"{method} {path} was not answered within {patience:.0f} s"
            time.sleep(0.3)

    def unfinished(self) -> dict[str, JsonValue]:
        """Articles whose job has not ended, with the states of its stages."""
        rows = {article: self.ask("GET", f"/jobs/{job}") for article, job in self.jobs.items()}
        return {article: row["stages"] for article, row in rows.items() if row["state"] not in _ENDED}

    def states(self) -> set[JsonValue]:
        """The states that the jobs have."""
        return {self.ask("GET", f"/jobs/{job}")["state"] for job in self.jobs.values()}

    def settle(self, patience: float) -> float:
        """Wait until all jobs have ended; the seconds that it took."""
        begin = time.monotonic()
        while left := self.unfinished():
            assert time.monotonic() - begin < patience, f"stuck after {patience:.0f} s: {json.dumps(left)[:3000]}"
            time.sleep(0.5)
        return time.monotonic() - begin

    def graph(self, article_id: str) -> list[str]:
        """What the graph says of an article: its nodes and edges as lines in one order."""
        graph = self.ask("GET", f"/articles/{article_id}/graph")
        rows = [*_rows(graph["nodes"]), *_rows(graph["edges"])]
        return sorted(json.dumps(_plain(row), sort_keys=True) for row in rows)


def _rows(value: JsonValue) -> list[JsonValue]:
    assert isinstance(value, list)
    return value


def _plain(value: JsonValue) -> JsonValue:
    """Lists in one order: that of their arrival says nothing."""
    if isinstance(value, dict):
        return {name: _plain(part) for name, part in value.items()}
    if isinstance(value, list):
        return sorted((_plain(part) for part in value), key=lambda part: json.dumps(part, sort_keys=True))
    return value


def start(folder: Path, **settings: str) -> Platform:
    """``newsgraph up`` on the folder; returns when it is ready."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("NEWSGRAPH_")}
    told = {f"NEWSGRAPH_{name.upper()}": value for name, value in settings.items()}
    process = subprocess.Popen(
        [sys.executable, "-m", "deploy.cli.main", "up", "--json"],
        env=kept | told | {"NEWSGRAPH_DATA_DIR": str(folder)},
        cwd=REPOSITORY,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert process.stdout is not None
    line = process.stdout.readline()
    assert line, "the platform did not start"
    return Platform(folder, process, json.loads(line)["api"])


def stop(platform: Platform) -> None:
    """End it as Ctrl-C does."""
    platform.process.send_signal(signal.SIGINT)
    assert platform.process.wait(90) == 0
    if platform.process.stdout:
        platform.process.stdout.close()


@contextmanager
def running(folder: Path, **settings: str) -> Iterator[Platform]:
    """A platform from ready to ended."""
    platform = start(folder, **settings)
    try:
        yield platform
    finally:
        if platform.process.poll() is None:
            stop(platform)
