"""Real servers for tests, each on free ports of 127.0.0.1."""

import os
import shutil
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple
from urllib.parse import unquote, urlsplit

from neo4j import GraphDatabase
from neo4j.exceptions import DriverError, Neo4jError

from deploy.local.arcadedb import USER, ArcadeDB
from deploy.local.ports import any_free_port
from shared.settings import REPOSITORY

PASSWORD = "newsgraph-test"
NEO4J_SERVER = REPOSITORY.parent / "shared" / "neo4j" / "neo4j-server"


class Server(NamedTuple):
    """A Bolt server: ``url, user, password = server``."""

    url: str
    user: str
    password: str


@dataclass(frozen=True)
class Neo4jProcess:
    """A real Neo4j that this test run started; its Browser is served at ``browser_url``."""

    server: Server
    browser_url: str


@contextmanager
def running_arcadedb(folder: Path) -> Iterator[Server]:
    """ArcadeDB from the wheel, in a new folder."""
    arcade = ArcadeDB(folder, any_free_port(), any_free_port(), PASSWORD, heap="512m")
    arcade.start()
    try:
        yield Server(arcade.url, USER, PASSWORD)
    finally:
        arcade.stop()


def external_neo4j() -> Server | None:
    """The server of NEWSGRAPH_TEST_NEO4J, like ``bolt://neo4j:password@host:7687``. Tests delete everything in it."""
    address = os.environ.get("NEWSGRAPH_TEST_NEO4J")
    if not address:
        return None
    parts = urlsplit(address)
    url = f"{parts.scheme}://{parts.hostname}:{parts.port or 7687}"
    return Server(url, unquote(parts.username or "neo4j"), unquote(parts.password or PASSWORD))


def why_no_neo4j() -> str | None:
    """The reason why a real Neo4j cannot be started here; None when it can."""
    if not NEO4J_SERVER.is_file():
        return f"no real Neo4j: set NEWSGRAPH_TEST_NEO4J, or provide {os.path.relpath(NEO4J_SERVER, REPOSITORY)}"
    return None if shutil.which("java") else "no real Neo4j: Java 17 is missing (apt-get install openjdk-17-jre-headless)"


@contextmanager
def running_neo4j(folder: Path, timeout: float = 90.0) -> Iterator[Neo4jProcess]:
    """Neo4j Community in a new folder, started by the launcher script beside the repository."""
    bolt, http = any_free_port(), any_free_port()
    server = Server(f"bolt://127.0.0.1:{bolt}", "neo4j", PASSWORD)
    command = [str(NEO4J_SERVER), str(folder), str(bolt), str(http), PASSWORD]
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / "server.log").open("wb") as log:
        process = subprocess.Popen(command, stdout=log, stderr=subprocess.STDOUT, stdin=subprocess.DEVNULL)
    try:
        _wait_for_query(server, process, time.monotonic() + timeout, folder / "server.log")
        yield Neo4jProcess(server, f"http://127.0.0.1:{http}/browser/")
    finally:
        _end(process)


def _wait_for_query(server: Server, process: "subprocess.Popen[bytes]", deadline: float, log: Path) -> None:
    while not _answers(server):
        if process.poll() is not None or time.monotonic() > deadline:
            raise RuntimeError(f"Neo4j did not start:\n{log.read_text(encoding='utf-8', errors='replace')[-2000:]}")
        time.sleep(0.3)


def _answers(server: Server) -> bool:
    with socket.socket() as probe:
        parts = urlsplit(server.url)
        if probe.connect_ex((parts.hostname, parts.port)):
            return False
    try:
        with GraphDatabase.driver(server.url, auth=server[1:]) as driver, driver.session() as session:
            session.run("RETURN 1").consume()
    except (DriverError, Neo4jError):
        return False
    return True


def _end(process: "subprocess.Popen[bytes]") -> None:
    process.terminate()
    try:
        process.wait(30)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
