"""What the embedded platform consists of: which programs, on which ports, with which settings."""

import os
import signal
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

from deploy.local.arcadedb import DATABASE, USER
from deploy.local.broker import broker_command
from deploy.local.folder import password
from deploy.local.ports import any_free_port, choose_port
from deploy.local.supervisor import Program
from shared.schemas.job import STAGE_NAMES, StageName
from shared.settings import REPOSITORY, Settings

GRAPH, BROKER, GATEWAY = "graph", "broker", "gateway"
_GRAPH_WRITER: StageName = "graph_writer"
_HTTP_PORT = 2480
_THREADS = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "NUMEXPR_NUM_THREADS", "TF_NUM_INTRAOP_THREADS")


@dataclass(frozen=True)
class Plan:
    """The final settings (real ports and passwords) and the programs, in the order in which they can start."""

    settings: Settings
    stores: tuple[Program, ...]
    workers: tuple[Program, ...]
    graph_users: tuple[Program, ...]
    broker_port: int | None

    @property
    def api_url(self) -> str:
        """Where this machine reaches the gateway."""
        host = "127.0.0.1" if self.settings.host in ("0.0.0.0", "::") else self.settings.host
        return f"http://{host}:{self.settings.port}"


def make_plan(given: Settings, tell: Callable[[str], None]) -> Plan:
    """Choose ports and passwords; an explicit broker or graph URL replaces an embedded one. Raises ConfigurationError."""
    folder = given.data_dir.absolute()
    chosen: dict[str, object] = {"data_dir": folder}
    chosen["port"] = choose_port(given.port, "NEWSGRAPH_PORT" if _is_set(given, "port") else None, tell, given.host)
    broker_port = None if _is_set(given, "broker_url") else choose_port(urlsplit(given.broker_url).port or 6380, None, tell)
    if broker_port:
        chosen["broker_url"] = f"redis://:{password(folder, 'broker-password')}@127.0.0.1:{broker_port}/0"
    bolt_port = None if _is_set(given, "graph_url") else choose_port(urlsplit(given.graph_url).port or 7687, None, tell)
    if bolt_port:
        secret = given.graph_password.get_secret_value() or password(folder, "graph-password")
        chosen |= {
            "graph_url": f"bolt://127.0.0.1:{bolt_port}",
            "graph_user": USER,
            "graph_password": secret,
            "graph_database": DATABASE,
        }
    settings = Settings.model_validate(given.model_dump() | chosen)
    environment = child_environment(settings)
    stores = [_broker(settings, broker_port, environment)] if broker_port else []
    stores += [_graph(bolt_port, environment)] if bolt_port else []
    workers = [_worker(name, environment) for name in STAGE_NAMES if name != _GRAPH_WRITER]
    graph_users = [_worker(_GRAPH_WRITER, environment), _gateway(environment)]
    return Plan(settings, tuple(stores), tuple(workers), tuple(graph_users), broker_port)


def child_environment(settings: Settings) -> dict[str, str]:
    """The environment of all children: this process's own, the final settings, and a fair share of the cores."""
    share = str(max(1, (os.cpu_count() or 2) // 2))
    told = {
        "DATA_DIR": str(settings.data_dir),
        "BROKER_URL": settings.broker_url,
        "GRAPH_URL": settings.graph_url,
        "GRAPH_USER": settings.graph_user,
        "GRAPH_PASSWORD": settings.graph_password.get_secret_value(),
        "HOST": settings.host,
        "PORT": str(settings.port),
        "COMMERCIAL": str(settings.commercial).lower(),
    }
    if settings.graph_database:
        told["GRAPH_DATABASE"] = settings.graph_database
    path = os.pathsep.join(filter(None, [str(REPOSITORY), os.environ.get("PYTHONPATH")]))
    mine = {f"NEWSGRAPH_{name}": value for name, value in told.items()}
    return (
        os.environ
        | dict.fromkeys(_THREADS, share)
        | mine
        | {"PYTHONPATH": path, "PYTHONUNBUFFERED": "1", "OMP_WAIT_POLICY": "PASSIVE"}
    )


def _broker(settings: Settings, port: int, environment: dict[str, str]) -> Program:
    folder: Path = settings.data_dir / "broker"
    secret = urlsplit(settings.broker_url).password or ""
    return Program(BROKER, broker_command(folder, port, secret), environment, layer=0)


def _graph(bolt_port: int, environment: dict[str, str]) -> Program:
    http_port = choose_port(_HTTP_PORT, None, lambda _: None)  # nobody needs to know: only the database's own studio uses it
    http_port = http_port if http_port != bolt_port else any_free_port()
    command = [sys.executable, "-m", "deploy.local.graph_process", str(bolt_port), str(http_port)]
    return Program(GRAPH, command, environment, layer=0, patience=30.0)


def _worker(name: StageName, environment: dict[str, str]) -> Program:
    """A worker gives its task back on SIGQUIT, where SIGTERM would finish it first."""
    command = [sys.executable, "-m", "services.worker", name]
    return Program(name, command, environment, layer=1, stop_signal=signal.SIGQUIT, orphan_signal=signal.SIGKILL)


def _gateway(environment: dict[str, str]) -> Program:
    """The gateway keeps nothing in memory; open event streams must not hold up the end for long."""
    command = [sys.executable, "-m", "gateway"]
    return Program(GATEWAY, command, environment, layer=1, orphan_signal=signal.SIGKILL, patience=6.0)


def _is_set(settings: Settings, name: str) -> bool:
    return name in settings.model_fields_set
