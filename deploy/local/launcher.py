"""Starts the whole platform on this machine and keeps it running: broker, graph database, one worker per stage, gateway."""

import os
import signal
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager, suppress
from datetime import UTC, datetime
from types import FrameType
from typing import Self
from urllib.parse import urlsplit

import httpx
import redis
from neo4j import GraphDatabase
from neo4j.exceptions import AuthError, DriverError, Neo4jError

from deploy.local.folder import Running, is_alive, only_launcher, read_note, remove_note, write_note
from deploy.local.plan import BROKER, GATEWAY, GRAPH, Plan, make_plan
from deploy.local.ports import answers
from deploy.local.supervisor import Supervisor
from shared.errors import ConfigurationError, ServiceUnavailable
from shared.jobs import JobStore, open_jobs
from shared.schemas.job import STAGE_NAMES, StageName
from shared.settings import Settings

Tell = Callable[[str], None]
_TOO_MANY_DEATHS = 3


class Launcher:
    """A context manager: the platform is ready inside ``with``, and nothing of it is left after."""

    def __init__(self, settings: Settings, tell: Tell, timeout: float = 180.0) -> None:
        self._given, self._tell, self._timeout = settings, tell, timeout
        self._stack = ExitStack()
        self._plan: Plan | None = None
        self._supervisor: Supervisor | None = None
        self._started_at = datetime.now(UTC)

    @property
    def plan(self) -> Plan:
        """Ports, passwords and programs; known once the launcher has started."""
        if self._plan is None:
            raise ServiceUnavailable("the platform has not started yet")
        return self._plan

    def __enter__(self) -> Self:
        try:
            self._start()
        except BaseException:
            with _undisturbed():
                self._stack.close()
            raise
        return self

    def __exit__(self, *_: object) -> None:
        with _undisturbed():
            self._stack.close()

    def _start(self) -> None:
        folder = self._given.data_dir.absolute()
        self._stack.enter_context(only_launcher(folder))
        _end_leftovers(read_note(folder), self._tell)
        plan = self._plan = make_plan(self._given, self._tell)
        supervisor = self._supervisor = Supervisor(folder / "logs", self._tell, self._note)
        self._stack.callback(remove_note, folder)
        self._stack.callback(supervisor.stop)
        deadline = time.monotonic() + self._timeout
        for program in plan.stores:
            supervisor.launch(program)
        self._await("broker", lambda: _broker_answers(plan.settings.broker_url), deadline)
        for program in plan.workers:
            supervisor.launch(program)
        self._await("graph database", lambda: _graph_answers(plan.settings), deadline)
        for program in plan.graph_users:
            supervisor.launch(program)
        self._note()
        self._await_services(plan, deadline)
        self._note()

    def _await_services(self, plan: Plan, deadline: float) -> None:
        jobs, waiting = open_jobs(plan.settings.broker_url), set[StageName](STAGE_NAMES)
        while waiting:
            waiting -= self._settled(jobs, waiting)
            self._check(f"the models of {', '.join(sorted(waiting))}", deadline)
        self._await(GATEWAY, lambda: _is_live(plan.api_url), deadline)

    def _settled(self, jobs: JobStore, waiting: set[StageName]) -> set[StageName]:
        """Stages that are ready, or said why they are not: the rest of the platform is then still of use."""
        news = [w for w in jobs.worker_states().values() if w.stage in waiting and w.seen_at >= self._started_at]
        settled = [w for w in news if w.ready or w.error]
        for worker in settled:
            self._tell(f"{worker.stage} is ready" if worker.ready else f"{worker.stage} cannot work yet: {worker.error}")
        return {worker.stage for worker in settled}

    def _await(self, what: str, ready: Callable[[], bool], deadline: float) -> None:
        while not ready():
            self._check(what, deadline)

    def _check(self, what: str, deadline: float) -> None:
        """Wait a little; raise ServiceUnavailable when a child keeps dying or the time is over."""
        time.sleep(0.1)
        for name in (BROKER, GRAPH, *STAGE_NAMES, GATEWAY):
            child = self._supervisor.child(name) if self._supervisor else None
            if child and child.deaths >= _TOO_MANY_DEATHS:
                raise ServiceUnavailable(f"{name} does not start; the end of {child.log_file}:\n{child.tail()}")
        if time.monotonic() > deadline:
            raise ServiceUnavailable(f"{what}: not ready after {self._timeout:.0f} s; see {self._given.data_dir / 'logs'}")

    def _note(self) -> None:
        plan = self.plan
        running = Running(
            pid=os.getpid(),
            started_at=self._started_at,
            api_url=plan.api_url,
            graph_url=plan.settings.graph_url,
            graph_user=plan.settings.graph_user,
            broker_port=plan.broker_port,
            processes=self._supervisor.processes() if self._supervisor else {},
        )
        write_note(plan.settings.data_dir, running)


def stay_until_signal() -> None:
    """Block until Ctrl-C or SIGTERM."""
    with suppress(KeyboardInterrupt):
        while True:
            time.sleep(3600)


def terminate_as_interrupt() -> None:
    """Make SIGTERM and SIGHUP do what Ctrl-C does, which itself is ignored in a process that a script put in the background."""

    def interrupt(_signal: int, _frame: FrameType | None) -> None:
        raise KeyboardInterrupt

    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, interrupt)


def _broker_answers(url: str) -> bool:
    try:
        with redis.Redis.from_url(url, socket_connect_timeout=2.0) as client:
            return bool(client.ping())
    except redis.BusyLoadingError:
        return False
    except redis.AuthenticationError as error:
        raise ConfigurationError(f"the broker refuses the password in NEWSGRAPH_BROKER_URL: {error}") from error
    except redis.ConnectionError:
        return False


@contextmanager
def _undisturbed() -> Iterator[None]:
    """Ignore further signals while the children are being stopped."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    before = {number: signal.signal(number, signal.SIG_IGN) for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def _graph_answers(settings: Settings) -> bool:
    address = urlsplit(settings.graph_url)
    if not answers(address.hostname or "127.0.0.1", address.port or 7687):
        return False
    try:
        with GraphDatabase.driver(
            settings.graph_url, auth=(settings.graph_user, settings.graph_password.get_secret_value())
        ) as driver:
            driver.verify_connectivity()
    except AuthError as error:
        raise ConfigurationError(f"{settings.graph_url} refuses the user {settings.graph_user}: {error.message}") from error
    except (DriverError, Neo4jError):
        return False
    return True


def _is_live(api_url: str) -> bool:
    try:
        return httpx.get(f"{api_url}/health/live", timeout=2.0, trust_env=False).status_code == 200
    except httpx.HTTPError:
        return False


def _leftovers(running: Running | None) -> Iterator[int]:
    for process in (running.processes if running else {}).values():
        if is_alive(process):
            yield process.pid


def _end_leftovers(running: Running | None, tell: Tell) -> None:
    """After a launcher was killed, wait for its children, which are told to end then; kill those that do not."""
    if not any(_leftovers(running)):
        return
    tell("an earlier run was killed; waiting for its last processes to end")
    for _ in range(200):
        if not any(_leftovers(running)):
            return
        time.sleep(0.1)
    for pid in _leftovers(running):
        with suppress(ProcessLookupError):
            os.killpg(pid, signal.SIGKILL)
