"""A list of evaluations to run together, and the file that keeps their results: a run that was broken off goes on."""

import tomllib
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Literal

from pydantic import TypeAdapter

from lab.evaluation.run import EvalResult, Progress, evaluate, find_task
from lab.evaluation.task import ProtocolName, Request
from services.pipeline import step
from services.stage_process import build_stage
from shared.blobs import FolderBlobs
from shared.errors import NewsgraphError
from shared.schemas.base import Schema
from shared.settings import Settings

Seen = Literal["never", "thresholds"]


class Run(Schema):
    """One row of the plan. ``path`` and ``references`` lie below the data folder; ``show`` names the scores of the table.

    ``seen``: what training had of these documents or pictures, nothing or the choice of temperatures and thresholds;
    ``published``: numbers of others.
    """

    id: str
    what: str
    data: str
    task: str
    path: str
    protocol: ProtocolName
    topics: tuple[str, ...] = ()
    held_out: bool = False
    split: str | None = None
    kind: str | None = None
    references: str | None = None
    show: dict[str, str]
    seen: Seen
    published: str = ""


class Results(Schema):
    """Results by run."""

    runs: dict[str, EvalResult] = {}

    @classmethod
    def read(cls, path: Path) -> "Results":
        """What the file has; nothing where there is none."""
        return cls.model_validate_json(path.read_text(encoding="utf-8")) if path.exists() else cls()

    def write(self, path: Path) -> None:
        """Replace the file in one step."""
        partial = path.with_suffix(".partial")
        partial.write_text(self.model_dump_json(indent=1) + "\n", encoding="utf-8")
        partial.replace(path)


def load_runs(path: Path) -> tuple[Run, ...]:
    """The rows of a plan such as ``lab/results/runs.toml``."""
    with path.open("rb") as file:
        return TypeAdapter(tuple[Run, ...]).validate_python(tomllib.load(file)["run"])


def needed(runs: Iterable[Run], results: Results, settings: Settings) -> list[Run]:
    """The runs without a result by the models that are installed now."""
    return [run for run in runs if run.id not in results.runs or results.runs[run.id].models != installed_models(run, settings)]


def installed_models(run: Run, settings: Settings) -> tuple[str, ...]:
    """The manifests of the stages that a run uses, as the settings have them now."""
    stages = [build_stage(step(name), settings, FolderBlobs(settings.data_dir)) for name in find_task(run.task).stages]
    return tuple(model for stage in stages for model in stage.manifest())


def measure(
    runs: Iterable[Run], data: Path, file: Path, settings: Settings, tell: Callable[[Run], Progress]
) -> dict[str, NewsgraphError]:
    """Evaluate, writing ``file`` after each run; the paths in it are those below the data folder. Gives the runs that failed."""
    results, failures = Results.read(file), {}
    for run in runs:
        request = _request(run, data)
        try:
            result = evaluate(request, settings, tell(run)).model_copy(update={"data": run.path})
        except NewsgraphError as error:
            failures[run.id] = error
            continue
        results = Results(runs=results.runs | {run.id: result})
        results.write(file)
    return failures


def _request(run: Run, data: Path) -> Request:
    references = data / run.references if run.references is not None else None
    return Request(run.task, data / run.path, run.protocol, None, run.topics, run.held_out, run.split, run.kind, references)
