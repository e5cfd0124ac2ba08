"""For all tests: marks by folder, no network beyond this machine, and session-wide real servers."""

import ipaddress
import socket
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.repository import ROOT, left_files
from tests.servers import Neo4jProcess, Server, external_neo4j, running_arcadedb, running_neo4j, why_no_neo4j

_ROOT = Path(__file__).parent
_KINDS = ("unit", "integration", "e2e")
_connect, _connect_ex = socket.socket.connect, socket.socket.connect_ex


class NetworkBlocked(OSError):
    """Raised when a test reaches for another machine."""


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Give each test the marker of its folder, so that ``-m unit`` and the like work."""
    for item in items:
        kind = item.path.relative_to(_ROOT).parts[0] if item.path.is_relative_to(_ROOT) else ""
        if kind in _KINDS:
            item.add_marker(kind)


@pytest.fixture(autouse=True, scope="session")
def _loopback_only() -> Iterator[None]:
    """Refuse connections beyond loopback in this process."""

    def connect(self: socket.socket, address: object) -> None:
        _check(self, address)
        _connect(self, address)  # type: ignore[arg-type]

    def connect_ex(self: socket.socket, address: object) -> int:
        _check(self, address)
        return _connect_ex(self, address)  # type: ignore[arg-type]

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(socket.socket, "connect", connect)
        patch.setattr(socket.socket, "connect_ex", connect_ex)
        yield


@pytest.fixture(autouse=True, scope="session")
def _repository_stays_as_it_is() -> Iterator[None]:
    """Fail the run that leaves files in the repository."""
    yield from left_files(ROOT)


def _check(connection: socket.socket, address: object) -> None:
    if connection.family not in (socket.AF_INET, socket.AF_INET6) or not isinstance(address, tuple):
        return
    host = str(address[0])
    if host != "localhost" and not ipaddress.ip_address(host).is_loopback:
        raise NetworkBlocked(f"tests talk to this machine only, not to {host}")


@pytest.fixture(scope="session")
def arcadedb(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A running ArcadeDB: url, user, password. Shared by all tests, so each uses its own article ids."""
    with running_arcadedb(tmp_path_factory.mktemp("arcadedb")) as server:
        yield server


@pytest.fixture(scope="session")
def neo4j_process(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Neo4jProcess]:
    """A real Neo4j with its Browser, started here; skips with the reason where there is none."""
    reason = why_no_neo4j()
    if reason:
        pytest.skip(reason)
    with running_neo4j(tmp_path_factory.mktemp("neo4j")) as process:
        yield process


@pytest.fixture(scope="session")
def neo4j_server(request: pytest.FixtureRequest) -> Server:
    """A real Neo4j: url, user, password; that of NEWSGRAPH_TEST_NEO4J, else one started here, else a skip with the reason."""
    server = external_neo4j()
    if server:
        return server
    process: Neo4jProcess = request.getfixturevalue("neo4j_process")
    return process.server
