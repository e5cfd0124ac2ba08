"""The data folder of an embedded platform: one launcher at a time, generated passwords, and a note of what runs where."""

import contextlib
import fcntl
import os
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path

from shared.errors import ConfigurationError
from shared.schemas.base import Schema

_NOTE = "running.json"


class RunningProcess(Schema):
    """A process with its start time in clock ticks, since process numbers are used again."""

    pid: int
    born: str


class Running(Schema):
    """What runs on a data folder; the command line finds the API by it. Holds no password."""

    pid: int
    started_at: datetime
    api_url: str
    graph_url: str
    graph_user: str
    broker_port: int | None
    processes: dict[str, RunningProcess] = {}


@contextmanager
def only_launcher(folder: Path) -> Iterator[None]:
    """Hold the folder for this process; raises ConfigurationError when another launcher has it."""
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    with (folder / "launcher.lock").open("a+") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            other = read_note(folder)
            where = f" (process {other.pid}, {other.api_url})" if other else ""
            raise ConfigurationError(
                f"newsgraph already runs on {folder}{where}; stop that one, or set NEWSGRAPH_DATA_DIR to another folder"
            ) from error
        yield


def write_note(folder: Path, running: Running) -> None:
    """Say what runs; readable by this user only."""
    temporary = folder / f".{_NOTE}.{os.getpid()}"
    with os.fdopen(os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w", encoding="utf-8") as file:
        file.write(running.model_dump_json(indent=1))
    temporary.replace(folder / _NOTE)


def read_note(folder: Path) -> Running | None:
    """What runs (or ran, after a crash) on the folder; None when nothing is noted."""
    try:
        return Running.model_validate_json((folder / _NOTE).read_text(encoding="utf-8"))
    except (FileNotFoundError, ValueError):
        return None


def remove_note(folder: Path) -> None:
    """Nothing runs any more."""
    (folder / _NOTE).unlink(missing_ok=True)


def password(folder: Path, name: str) -> str:
    """The generated password of that name, made on first use in a file that only this user reads."""
    path = folder / name
    with contextlib.suppress(FileExistsError), os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
        file.write(secrets.token_urlsafe(18))
    return path.read_text(encoding="utf-8").strip()


def born(pid: int) -> str:
    """When the process started, in clock ticks since boot; empty when it is gone (or this is not Linux)."""
    try:
        return Path(f"/proc/{pid}/stat").read_text(encoding="utf-8").rpartition(")")[2].split()[19]
    except (FileNotFoundError, ProcessLookupError, IndexError):
        return ""


def is_alive(process: RunningProcess) -> bool:
    """Tell whether this very process still lives."""
    return bool(process.born) and born(process.pid) == process.born
