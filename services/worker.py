"""One worker process for one stage: ``python -m services.worker STAGE``. Everything that Celery needs to know is in this file.

Celery's own "ready" comes before the models are loaded, so the process that holds them (the pool's one child) announces
itself in the job store: that is what the gateway, the launcher and ``--check`` (the container health check) go by.
"""

import argparse
import logging
import signal
import sys
from datetime import UTC, datetime
from typing import Any, get_args  # Any: Celery is untyped

from celery import Celery
from celery.signals import setup_logging, worker_process_init

from services.broker import CeleryQueues, make_celery
from services.stage_process import StageProcess, worker_name
from shared.commands import Command
from shared.errors import ServiceUnavailable
from shared.jobs import open_jobs
from shared.log import configure_logging
from shared.schemas.job import StageName
from shared.settings import Settings
from shared.stage import Step
from shared.tether import end_with_parent

log = logging.getLogger(__name__)


def serve(settings: Settings, name: StageName, row: Step | None = None) -> None:
    """Run the worker of a stage until it is told to stop (SIGTERM: finish the task; SIGQUIT: give it back after 5 s)."""
    app = make_celery(settings)
    process = StageProcess(settings, name, row, CeleryQueues(app))
    _add_tasks(app, process)
    setup_logging.connect(lambda **_: _configure_logging(settings), weak=False)
    worker_process_init.connect(lambda **_: end_with_parent(signal.SIGKILL), weak=False)  # a killed worker leaves no child
    worker_process_init.connect(lambda **_: process.start(), weak=False)
    quiet = ["--without-gossip", "--without-mingle", "--loglevel", settings.log_level]
    app.worker_main(["worker", "-Q", name, "-P", "prefork", "-c", "1", "-n", f"{name}@%h", *quiet])


def _configure_logging(settings: Settings) -> None:
    """Ours, without Celery's line for each success: it prints what the task answered, names and vectors of faces among it."""
    configure_logging(settings.log_level)
    logging.getLogger("celery.app.trace").setLevel(logging.WARNING)


def check(settings: Settings, name: StageName) -> str | None:
    """What is wrong with this machine's worker of the stage; None when its models are loaded and it lives."""
    try:
        workers = open_jobs(settings.broker_url).workers()
    except ServiceUnavailable as error:
        return str(error)
    state = next((worker for worker in workers if (worker.stage, worker.worker) == (name, worker_name())), None)
    if state is None:
        return f"no worker of {name} on {worker_name()} has announced itself in the last seconds"
    return None if state.ready else (state.error or f"the models of {name} are still loading")


def _add_tasks(app: Celery, process: StageProcess) -> None:
    @app.task(name=process.step.task, ignore_result=True)  # type: ignore[untyped-decorator]
    def run(job_id: str, article_id: str, force: bool = False) -> str:
        return process.run(job_id, article_id, force=force)

    for command in process.step.commands:
        _add_command(app, process, command)


def _add_command(app: Celery, process: StageProcess, command: Command[Any, Any]) -> None:
    @app.task(name=command.task)  # type: ignore[untyped-decorator]
    def answer(order: dict[str, Any]) -> dict[str, Any]:
        return process.answer(command, order)


def main(arguments: list[str] | None = None) -> int:
    """Serve a stage, or with ``--check`` say whether its worker is ready (exit code 0)."""
    parser = argparse.ArgumentParser(prog="python -m services.worker")
    parser.add_argument("stage", choices=get_args(StageName))
    parser.add_argument("--check", action="store_true", help="exit 0 if the stage's worker has its models loaded")
    parser.add_argument("--commercial", action="store_true", help="refuse models whose licence forbids commercial use")
    options = parser.parse_args(arguments)
    settings = Settings(commercial=True) if options.commercial else Settings()
    if not options.check:
        serve(settings, options.stage)
        return 0
    problem = check(settings, options.stage)
    print(problem or f"{options.stage} is ready ({datetime.now(UTC):%H:%M:%S} UTC)")
    return 1 if problem else 0


if __name__ == "__main__":
    sys.exit(main())
