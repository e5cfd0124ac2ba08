"""Keeps child processes running: starts them, starts them again when they die, stops them all at the end."""

import contextlib
import os
import queue
import signal
import subprocess
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from deploy.local.folder import RunningProcess, born
from shared.tether import tethered

_LONGEST_PAUSE = 30.0  # seconds before the next attempt to start a child that keeps dying
_LIVED_WELL = 60.0  # seconds after which a death counts as the first one
_TICK = 0.1


@dataclass(frozen=True)
class Program:
    """What to run. Programs of a lower ``layer`` are stopped later, since others use them."""

    name: str
    command: list[str]
    environment: dict[str, str]
    layer: int
    stop_signal: signal.Signals = signal.SIGTERM
    orphan_signal: signal.Signals = signal.SIGTERM
    patience: float = 15.0  # seconds from the stop signal to the kill


class Child:
    """One program's process, through all its lives."""

    def __init__(self, program: Program, log_file: Path) -> None:
        self.program, self.log_file = program, log_file
        self.deaths = 0
        self.process: subprocess.Popen[bytes] | None = None
        self._born_at = 0.0
        self._next_start = 0.0

    def start(self) -> None:
        """Start the process in a session of its own, so that Ctrl-C reaches the launcher only."""
        with self.log_file.open("ab") as log:
            self.process = subprocess.Popen(
                tethered(self.program.command, self.program.orphan_signal),
                env=self.program.environment,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )
        self._born_at = time.monotonic()

    def died(self) -> int | None:
        """The exit code, told once per death; the next start is then put off, longer each time."""
        if self.process is None or (code := self.process.poll()) is None:
            return None
        self._kill_group()
        self.process = None
        self.deaths = 1 if time.monotonic() - self._born_at > _LIVED_WELL else self.deaths + 1
        self._next_start = time.monotonic() + self.pause
        return code

    @property
    def pause(self) -> float:
        """Seconds to wait before the next start."""
        return min(_LONGEST_PAUSE, 2.0 ** (self.deaths - 1))

    @property
    def is_due(self) -> bool:
        """Tell whether it should be started now."""
        return self.process is None and time.monotonic() >= self._next_start

    def ask_to_stop(self) -> None:
        """Send the stop signal."""
        if self.process is not None:
            with contextlib.suppress(ProcessLookupError):
                self.process.send_signal(self.program.stop_signal)

    def wait_or_kill(self, deadline: float) -> None:
        """Wait until the process has ended; kill it and what it started at the deadline."""
        if self.process is None:
            return
        with contextlib.suppress(subprocess.TimeoutExpired):
            self.process.wait(max(0.0, deadline - time.monotonic()))
        self._kill_group()
        self.process.wait()
        self.process = None

    def _kill_group(self) -> None:
        if self.process is not None:
            with contextlib.suppress(ProcessLookupError, PermissionError):
                os.killpg(self.process.pid, signal.SIGKILL)

    def tail(self, lines: int = 6) -> str:
        """The last lines of the log."""
        try:
            return "\n".join(self.log_file.read_text(encoding="utf-8", errors="replace").splitlines()[-lines:])
        except FileNotFoundError:
            return ""


class Supervisor:
    """All children, in one thread that lives as long as they do (a tether is tied to the thread that started the child)."""

    def __init__(self, logs: Path, tell: Callable[[str], None], changed: Callable[[], None]) -> None:
        self._logs, self._tell, self._changed = logs, tell, changed
        self._children: dict[str, Child] = {}
        self._new: queue.SimpleQueue[Program] = queue.SimpleQueue()
        self._stopping = threading.Event()
        self._trouble = ""
        self._thread = threading.Thread(target=self._run, name="supervisor", daemon=True)
        logs.mkdir(parents=True, exist_ok=True)
        self._thread.start()

    def launch(self, program: Program) -> None:
        """Start the program soon, and keep it running."""
        self._new.put(program)

    def child(self, name: str) -> Child | None:
        """The child of that name, once it was started."""
        return self._children.get(name)

    def processes(self) -> dict[str, RunningProcess]:
        """The living processes by name."""
        living = {name: c.process.pid for name, c in list(self._children.items()) if c.process is not None}
        return {name: RunningProcess(pid=pid, born=born(pid)) for name, pid in living.items()}

    def stop(self) -> None:
        """Stop all children and wait; returns when none is left."""
        self._stopping.set()
        self._thread.join()

    def _run(self) -> None:
        while not self._stopping.wait(_TICK):
            try:
                self._start_new()
                for child in self._children.values():
                    self._look_after(child)
            except OSError as error:  # a full disk, no more processes: children are looked after as soon as it is over
                if str(error) != self._trouble:
                    self._tell(f"the platform cannot be looked after now: {error}")
                self._trouble = str(error)
            else:
                self._trouble = ""
        for layer in sorted({c.program.layer for c in self._children.values()}, reverse=True):
            self._stop_layer([c for c in self._children.values() if c.program.layer == layer])

    def _start_new(self) -> None:
        while not self._new.empty():
            program = self._new.get()
            child = Child(program, self._logs / f"{program.name}.log")
            self._children = self._children | {program.name: child}  # before it starts: a start that fails is tried again
            child.start()

    def _look_after(self, child: Child) -> None:
        code = child.died()
        if code is not None:
            how = f"signal {-code}" if code < 0 else f"exit code {code}"
            again = f"it starts again in {child.pause:.0f} s; see {child.log_file}"
            self._tell(f"{child.program.name} has ended ({how}); {again}")
        elif child.is_due:
            child.start()
            self._changed()

    def _stop_layer(self, children: list[Child]) -> None:
        for child in children:
            child.ask_to_stop()
        begin = time.monotonic()
        for child in children:
            child.wait_or_kill(begin + child.program.patience)
