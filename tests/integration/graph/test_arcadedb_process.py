"""The embedded graph server as a process: it starts, stops, keeps its data, and says what is wrong."""

import os
import socket
import subprocess
import sys
import time
from pathlib import Path

import pytest
from neo4j import GraphDatabase

from deploy.local.arcadedb import USER, ArcadeDB
from shared.errors import ConfigurationError
from shared.graph.bolt import BoltGraph
from shared.settings import REPOSITORY
from tests.integration.graph.samples import attack, entity, every_type
from tests.servers import PASSWORD, free_port


def test_the_graph_is_kept_over_a_restart_and_another_password_is_explained(tmp_path: Path) -> None:
    first = ArcadeDB(tmp_path, free_port(), free_port(), PASSWORD, heap="256m")
    first.start()
    store = BoltGraph(first.url, USER, PASSWORD)
    store.prepare()
    store.replace_article("a1", attack("a1", attacker=entity("x", "Rex")))
    written = store.article_graph("a1")
    store.close()
    first.stop()
    assert first.pid is None
    second = ArcadeDB(tmp_path, free_port(), free_port(), PASSWORD, heap="256m")
    second.start()
    store = BoltGraph(second.url, USER, PASSWORD)
    assert store.article_graph("a1") == written
    store.close()
    second.stop()
    second.stop()
    third = ArcadeDB(tmp_path, free_port(), free_port(), "another-password", heap="256m")
    with pytest.raises(ConfigurationError, match="another password"):
        third.start()
    assert third.pid is None


def test_a_taken_port_is_named_before_anything_starts(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        with pytest.raises(ConfigurationError, match=str(port)):
            ArcadeDB(tmp_path / "new", port, free_port(), PASSWORD).start()
    assert not (tmp_path / "new").exists()


def test_a_graph_whose_process_was_killed_ends_and_starts_again(tmp_path: Path) -> None:
    ports = [str(free_port()), str(free_port())]
    command = [sys.executable, "-m", "deploy.local.graph_process", *ports]
    told = {"NEWSGRAPH_DATA_DIR": str(tmp_path), "NEWSGRAPH_GRAPH_PASSWORD": PASSWORD, "PYTHONPATH": str(REPOSITORY)}
    with subprocess.Popen(command, env=os.environ | told, stdout=subprocess.PIPE, text=True) as killed:
        assert killed.stdout is not None
        assert "answers on" in killed.stdout.readline()
        killed.kill()
    deadline = time.monotonic() + 30
    while socket.socket().connect_ex(("127.0.0.1", int(ports[0]))) == 0:
        assert time.monotonic() < deadline, "the database outlived the process that keeps it"
        time.sleep(0.2)
    again = ArcadeDB(tmp_path / "graph", int(ports[0]), int(ports[1]), PASSWORD, heap="256m")
    again.start()
    again.stop()


def test_a_short_password_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ConfigurationError, match="8 characters"):
        ArcadeDB(tmp_path, free_port(), free_port(), "short").start()


def test_the_password_is_not_on_the_command_line_and_only_the_owner_reads_its_file(tmp_path: Path) -> None:
    server = ArcadeDB(tmp_path, free_port(), free_port(), PASSWORD, heap="256m")
    server.start()
    try:
        assert PASSWORD not in Path(f"/proc/{server.pid}/cmdline").read_text(encoding="utf-8")
        assert {path.stat().st_mode & 0o077 for path in tmp_path.rglob("root-password")} == {0}
    finally:
        server.stop()


def test_ids_stay_apart_as_numbers_of_javascript_however_many_types_there_are(tmp_path: Path) -> None:
    """Neo4j Browser keeps ids as JavaScript numbers, which are exact up to 2 ** 53 only."""
    server = ArcadeDB(tmp_path, free_port(), free_port(), PASSWORD, heap="512m")
    server.start()
    try:
        store = BoltGraph(server.url, USER, PASSWORD)
        store.prepare()
        store.replace_article("a1", every_type("a1"))
        store.close()
        with GraphDatabase.driver(server.url, auth=(USER, PASSWORD)) as driver:
            records, _, _ = driver.execute_query("MATCH (n) RETURN id(n) AS id, elementId(n) AS element")
            found, _, _ = driver.execute_query("MATCH (n) WHERE id(n) = $id RETURN elementId(n) AS element", id=records[-1]["id"])
    finally:
        server.stop()
    buckets = {int(record["element"].removeprefix("#").split(":")[0]) for record in records}
    assert max(buckets) > 500
    assert len({float(record["id"]) for record in records}) == len(records)
    assert max(record["id"] for record in records) < 2**53
    assert [record["element"] for record in found] == [records[-1]["element"]]
