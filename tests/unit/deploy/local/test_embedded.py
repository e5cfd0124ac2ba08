"""Ports, lock, passwords, tethered children and supervision of the embedded platform, with real processes."""

import os
import signal
import socket
import stat
import subprocess
import sys
import time
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest
from pydantic import SecretStr

from deploy.local.folder import (
    Running,
    RunningProcess,
    born,
    is_alive,
    only_launcher,
    password,
    read_note,
    remove_note,
    write_note,
)
from deploy.local.plan import make_plan
from deploy.local.ports import any_free_port, choose_port, is_free
from deploy.local.supervisor import Program, Supervisor
from shared.errors import ConfigurationError
from shared.schemas.job import STAGE_NAMES
from shared.settings import REPOSITORY, Settings


def until(condition: Callable[[], bool], timeout: float = 15.0) -> None:
    deadline = time.monotonic() + timeout
    while not condition():
        assert time.monotonic() < deadline, "waited in vain"
        time.sleep(0.05)


def test_a_taken_port_is_replaced_and_the_user_is_told() -> None:
    told: list[str] = []
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        taken = other.getsockname()[1]
        assert not is_free("127.0.0.1", taken)
        chosen = choose_port(taken, None, told.append)
        assert chosen != taken
        assert str(taken) in told[0]
        assert str(chosen) in told[0]
        with pytest.raises(ConfigurationError, match="NEWSGRAPH_PORT"):
            choose_port(taken, "NEWSGRAPH_PORT", told.append)


def test_a_free_port_is_taken_silently() -> None:
    port = any_free_port()
    assert choose_port(port, None, pytest.fail) == port


def test_a_port_that_another_launcher_chose_is_not_chosen_again_although_nobody_listens_yet() -> None:
    port = any_free_port()
    program = "import sys; from deploy.local.ports import choose_port; print(choose_port(int(sys.argv[1]), None, lambda _: None))"
    command = [sys.executable, "-c", program, str(port)]
    other = subprocess.run(command, capture_output=True, text=True, cwd=REPOSITORY, check=True)
    assert int(other.stdout) != port


def test_a_port_is_free_again_when_the_launcher_that_chose_it_is_gone() -> None:
    program = "from deploy.local.ports import any_free_port; print(any_free_port())"
    gone = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, cwd=REPOSITORY, check=True)
    assert choose_port(int(gone.stdout), None, pytest.fail) == int(gone.stdout)


def test_ports_offered_to_one_process_differ() -> None:
    assert len({any_free_port() for _ in range(200)}) == 200


def test_a_second_launcher_on_the_same_folder_is_refused(tmp_path: Path) -> None:
    imports = "from pathlib import Path; from deploy.local.folder import only_launcher"
    command = f"{imports}\nwith only_launcher(Path({str(tmp_path)!r})): pass"
    with only_launcher(tmp_path):
        write_note(tmp_path, a_note(tmp_path))
        second = subprocess.run([sys.executable, "-c", command], capture_output=True, text=True, cwd=REPOSITORY, check=False)
        assert "already runs" in second.stderr
        assert "http://127.0.0.1:8000" in second.stderr
    third = subprocess.run([sys.executable, "-c", command], capture_output=True, text=True, cwd=REPOSITORY, check=False)
    assert third.returncode == 0


def a_note(_folder: Path) -> Running:
    me = RunningProcess(pid=os.getpid(), born=born(os.getpid()))
    return Running(
        pid=os.getpid(),
        started_at=datetime.now(UTC),
        api_url="http://127.0.0.1:8000",
        graph_url="bolt://127.0.0.1:7687",
        graph_user="root",
        broker_port=6380,
        processes={"me": me, "another with my number": RunningProcess(pid=os.getpid(), born="1")},
    )


def test_the_note_survives_a_round_trip_and_tells_processes_with_the_same_number_apart(tmp_path: Path) -> None:
    assert read_note(tmp_path) is None
    write_note(tmp_path, a_note(tmp_path))
    note = read_note(tmp_path)
    assert note is not None
    assert [is_alive(process) for process in note.processes.values()] == [True, False]
    assert stat.S_IMODE((tmp_path / "running.json").stat().st_mode) == 0o600
    remove_note(tmp_path)
    assert read_note(tmp_path) is None


def test_a_password_is_made_once_and_only_its_owner_can_read_it(tmp_path: Path) -> None:
    first = password(tmp_path, "graph-password")
    assert len(first) >= 20
    assert password(tmp_path, "graph-password") == first
    assert stat.S_IMODE((tmp_path / "graph-password").stat().st_mode) == 0o600
    assert password(tmp_path, "broker-password") != first


def test_the_plan_has_stores_workers_and_gateway_with_real_ports(tmp_path: Path) -> None:
    plan = make_plan(Settings(data_dir=tmp_path), lambda _: None)
    assert [p.name for p in plan.stores] == ["broker", "graph"]
    assert [p.name for p in (*plan.workers, *plan.graph_users)] == [*STAGE_NAMES, "gateway"]
    environment = plan.workers[0].environment
    assert environment["NEWSGRAPH_BROKER_URL"] == plan.settings.broker_url
    assert environment["NEWSGRAPH_GRAPH_PASSWORD"] == password(tmp_path, "graph-password")
    assert password(tmp_path, "broker-password") not in " ".join(plan.stores[0].command)


def test_a_graph_or_broker_that_the_user_names_is_used_instead(tmp_path: Path) -> None:
    given = Settings(
        data_dir=tmp_path,
        graph_url="bolt://127.0.0.1:7999",
        graph_user="neo4j",
        graph_password=SecretStr("s3cret-s3cret"),
        broker_url="redis://127.0.0.1:6999/0",
    )
    plan = make_plan(given, lambda _: None)
    assert plan.stores == ()
    assert plan.workers[0].environment["NEWSGRAPH_GRAPH_URL"] == "bolt://127.0.0.1:7999"
    assert plan.workers[0].environment["NEWSGRAPH_GRAPH_USER"] == "neo4j"
    assert plan.settings.graph_password.get_secret_value() == "s3cret-s3cret"
    assert plan.broker_port is None


def program(name: str, code: str, *, layer: int = 0, patience: float = 5.0) -> Program:
    environment = os.environ | {"PYTHONPATH": str(REPOSITORY)}
    return Program(name, [sys.executable, "-c", code], environment, layer=layer, patience=patience)


def test_a_child_that_dies_is_started_again_and_the_user_is_told(tmp_path: Path) -> None:
    told: list[str] = []
    supervisor = Supervisor(tmp_path, told.append, lambda: None)
    try:
        supervisor.launch(program("sleeper", "import time; print('hello', flush=True); time.sleep(60)"))
        until(lambda: "sleeper" in supervisor.processes())
        first = supervisor.processes()["sleeper"].pid
        os.kill(first, signal.SIGKILL)
        until(lambda: supervisor.processes().get("sleeper", RunningProcess(pid=first, born="")).pid != first)
        until(lambda: "hello" in (tmp_path / "sleeper.log").read_text())
    finally:
        supervisor.stop()
    assert "sleeper has ended (signal 9)" in told[0]


def test_stopping_ends_children_that_do_not_listen_and_what_they_started(tmp_path: Path) -> None:
    pid_file = tmp_path / "grandchild"
    deaf = (
        "import signal, subprocess, sys, time; signal.signal(signal.SIGTERM, signal.SIG_IGN)\n"
        "child = subprocess.Popen([sys.executable, '-c', 'import time; time.sleep(60)'])\n"
        f"open({str(pid_file)!r}, 'w').write(str(child.pid)); time.sleep(60)"
    )
    supervisor = Supervisor(tmp_path, lambda _: None, lambda: None)
    supervisor.launch(program("deaf", deaf, patience=0.5))
    until(lambda: pid_file.exists() and pid_file.read_text() != "")
    child, grandchild = supervisor.processes()["deaf"].pid, int(pid_file.read_text())
    supervisor.stop()
    until(lambda: not _runs(child) and not _runs(grandchild))


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux ties a child to its parent's life")
def test_children_end_when_the_launcher_is_killed(tmp_path: Path) -> None:
    script = (
        "import os, sys, time; from pathlib import Path; from deploy.local.supervisor import Program, Supervisor\n"
        f"s = Supervisor(Path({str(tmp_path)!r}), print, lambda: None)\n"
        "s.launch(Program('sleeper', [sys.executable, '-c', 'import time; time.sleep(60)'], dict(os.environ), layer=0))\n"
        "while 'sleeper' not in s.processes(): time.sleep(0.05)\n"
        "time.sleep(1.0); print(s.processes()['sleeper'].pid, flush=True); time.sleep(60)"
    )
    launcher = subprocess.Popen(
        [sys.executable, "-c", script], cwd=REPOSITORY, env=os.environ | {"PYTHONPATH": str(REPOSITORY)}, stdout=subprocess.PIPE
    )
    assert launcher.stdout is not None
    child = int(launcher.stdout.readline())
    assert _runs(child)
    launcher.kill()
    launcher.wait()
    launcher.stdout.close()
    until(lambda: not _runs(child))


def _runs(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except (FileNotFoundError, ProcessLookupError):
        return False
