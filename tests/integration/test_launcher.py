"""The whole embedded platform: started, used by the command line, killed, started again. Needs all stages and the gateway."""

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from deploy.local.folder import Running, is_alive, read_note
from shared.settings import REPOSITORY

pytestmark = pytest.mark.timeout(400)


def environment(folder: Path) -> dict[str, str]:
    kept = {name: value for name, value in os.environ.items() if not name.startswith("NEWSGRAPH_")}
    return kept | {"NEWSGRAPH_DATA_DIR": str(folder), "PYTHONPATH": str(REPOSITORY), "COLUMNS": "200"}


class Platform:
    """``newsgraph up`` on a data folder."""

    def __init__(self, folder: Path) -> None:
        self.folder, begin = folder, time.monotonic()
        self.process = subprocess.Popen(
            [sys.executable, "-m", "deploy.cli.main", "up", "--json"],
            env=environment(folder),
            cwd=REPOSITORY,
            stdout=subprocess.PIPE,
            text=True,
        )
        assert self.process.stdout is not None
        line = self.process.stdout.readline()
        self.seconds = time.monotonic() - begin
        self.addresses = json.loads(line)
        assert "api" in self.addresses, self.addresses

    def note(self) -> Running:
        note = read_note(self.folder)
        assert note is not None
        return note

    def command(self, *arguments: str) -> "subprocess.CompletedProcess[str]":
        command = [sys.executable, "-m", "deploy.cli.main", *arguments]
        return subprocess.run(
            command, env=environment(self.folder), cwd=REPOSITORY, capture_output=True, text=True, timeout=200, check=False
        )

    def end(self, number: signal.Signals) -> int:
        self.process.send_signal(number)
        code = self.process.wait(60)
        assert self.process.stdout is not None
        self.process.stdout.close()
        return code


def until_gone(note: Running, timeout: float = 40.0) -> None:
    deadline = time.monotonic() + timeout
    while living := [name for name, process in note.processes.items() if is_alive(process)]:
        assert time.monotonic() < deadline, f"still there: {living}"
        time.sleep(0.1)


def test_the_platform_starts_works_survives_crashes_and_leaves_nothing_behind(tmp_path: Path) -> None:
    article = tmp_path / "a.txt"
    article.write_text("President Barack Obama visited Berlin on Monday and met Angela Merkel.", encoding="utf-8")
    folder = tmp_path / "data"
    first = Platform(folder)
    try:
        status = json.loads(first.command("status", "--json").stdout)
        assert status["readiness"]["ready"], status
        ingested = json.loads(first.command("ingest", str(article), "--json").stdout)["articles"][0]
        assert ingested["created"]
        assert ingested["job"]["state"] == "done", ingested
        shown = json.loads(first.command("show", ingested["article_id"], "--json").stdout)
        assert "Barack Obama" in {node["properties"].get("name") for node in shown["graph"]["nodes"]}
        assert "already runs" in first.command("up").stderr
        _a_killed_worker_comes_back(first)
    finally:
        note = first.note()
        first.end(signal.SIGKILL)
    until_gone(note)

    second = Platform(folder)
    try:
        assert second.seconds < max(20, 1.2 * first.seconds)  # a busy machine is slow at both starts
        again = json.loads(second.command("ingest", str(article), "--json").stdout)["articles"][0]
        assert not again["created"]
        assert json.loads(second.command("show", ingested["article_id"], "--json").stdout)["graph"] == shown["graph"]
    finally:
        note = second.note()
        code = second.end(signal.SIGINT)
    assert code == 0
    until_gone(note, timeout=0.5)
    assert read_note(folder) is None


def _a_killed_worker_comes_back(platform: Platform) -> None:
    pid = platform.note().processes["text_ie"].pid
    os.kill(pid, signal.SIGKILL)
    deadline = time.monotonic() + 60
    while platform.note().processes.get("text_ie", platform.note().processes["gateway"]).pid == pid:
        assert time.monotonic() < deadline
        time.sleep(0.2)
    while platform.command("status").returncode != 0:
        assert time.monotonic() < deadline
