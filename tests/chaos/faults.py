"""What may happen to a platform while it works: each fault is done to it once, in the middle of articles."""

import os
import signal
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

import redis

from deploy.local.folder import read_note
from services.broker import CeleryQueues, make_celery
from services.pipeline import PIPELINE
from shared.jobs import open_jobs
from shared.settings import Settings
from tests.chaos.running_platform import Platform, start

Act = Callable[[Platform], None]


@dataclass(frozen=True)
class Fault:
    """``act`` does it and returns when the cause is over; what is left is for the platform to mend."""

    name: str
    act: Act
    bounded: bool = True
    """Whether it belongs to the short form of the run."""


def kill(part: str) -> Act:
    """The main process of a part, at once."""

    def act(platform: Platform) -> None:
        os.kill(platform.pid(part), signal.SIGKILL)

    return act


def kill_child(stage: str) -> Act:
    """The process of a worker that holds the models."""

    def act(platform: Platform) -> None:
        for child in children(platform.pid(stage)):
            with suppress(ProcessLookupError):
                os.kill(child, signal.SIGKILL)

    return act


def pause(part: str, seconds: float) -> Act:
    """Freeze a part, so that it holds its connections and answers nothing."""

    def act(platform: Platform) -> None:
        frozen = [platform.pid(part), *children(platform.pid(part))]
        for pid in frozen:
            os.kill(pid, signal.SIGSTOP)
        time.sleep(seconds)
        for pid in frozen:
            os.kill(pid, signal.SIGCONT)

    return act


def kill_launcher(platform: Platform) -> None:
    """The launcher, with which everything ends; then the user starts it again."""
    platform.process.kill()
    platform.process.wait()
    again = start(platform.folder)
    platform.process, platform.url = again.process, again.url


def deliver_twice(platform: Platform) -> None:
    """Every message that any job could want comes once more."""
    settings = Settings(broker_url=_broker_url(platform))
    jobs, queues = open_jobs(settings.broker_url), CeleryQueues(make_celery(settings))
    for job_id in platform.jobs.values():
        if job := jobs.get(job_id):
            for row in PIPELINE:
                queues.send(row, job)


def lose_messages(platform: Platform) -> None:
    """All queues are emptied: every message on its way is gone."""
    with redis.Redis.from_url(_broker_url(platform)) as client:
        client.delete(*(row.name for row in PIPELINE))


def children(pid: int) -> list[int]:
    """The child processes of a process."""
    found = Path(f"/proc/{pid}/task/{pid}/children").read_text(encoding="utf-8").split()
    return [int(child) for child in found]


def _broker_url(platform: Platform) -> str:
    note = read_note(platform.folder)
    assert note is not None
    password = (platform.folder / "broker-password").read_text(encoding="utf-8").strip()
    return f"redis://:{password}@127.0.0.1:{note.broker_port}/0"


def faults(pause_seconds: float) -> tuple[Fault, ...]:
    """All of them, in order."""
    return (
        Fault("messages delivered twice", deliver_twice),
        Fault("messages lost", lose_messages),
        *(Fault(f"{row.name} killed", kill(row.name), bounded=row.name == "text_ie") for row in PIPELINE),
        *(Fault(f"child of {row.name} killed", kill_child(row.name), bounded=row.name == "fusion") for row in PIPELINE),
        Fault("broker killed", kill("broker")),
        Fault("graph killed", kill("graph")),
        Fault("gateway killed", kill("gateway")),
        Fault(f"broker frozen for {pause_seconds:.0f} s", pause("broker", pause_seconds)),
        Fault(f"graph frozen for {pause_seconds:.0f} s", pause("graph", pause_seconds), bounded=False),
        Fault("launcher killed and started again", kill_launcher),
    )
