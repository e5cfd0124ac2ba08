"""One evaluation from a path to the result that ``newsgraph eval --json`` prints."""

from collections.abc import Callable, Mapping
from dataclasses import replace

from lab.corpora.held_out import HELD_OUT
from lab.evaluation.confusion import Confusion
from lab.evaluation.predict import Predictions, predict
from lab.evaluation.registry import TASKS
from lab.evaluation.task import Gold, Outcome, PictureTask, ProtocolName, Request, Task
from lab.evaluation.vision.bench import Bench
from shared.errors import InputError, StageError
from shared.schemas.base import Schema
from shared.settings import Settings

Progress = Callable[[int, int], None]
_LONGEST_MESSAGE = 300  # characters


class EvalResult(Schema):
    """Scores in percent. ``models`` is the stages' manifest; ``seconds`` the time of the stages without loading their models."""

    task: str
    data: str
    protocol: ProtocolName
    scores: dict[str, float]
    counts: dict[str, int]
    seconds: float
    models: tuple[str, ...]
    types: dict[str, dict[str, float]]
    notes: tuple[str, ...]
    confusions: tuple[Confusion, ...] = ()


def evaluate(request: Request, settings: Settings, progress: Progress) -> EvalResult:
    """Read, run the stages, score. ``progress`` hears items done and in all. Raises InputError, WeightsError, StageError."""
    task = find_task(request.task)
    if foreign := request.given() - task.takes:
        raise InputError(f"the task {task.name!r} has no use for {', '.join(sorted(foreign))}; leave it out")
    if isinstance(task, PictureTask):
        return _of_pictures(task, request, Bench(settings, progress))
    return _of_documents(task, request, settings, progress)


def _of_documents(task: Task, request: Request, settings: Settings, progress: Progress) -> EvalResult:
    gold = _chosen(task.read(request.data), request)
    done = 0

    def tell(more: int) -> None:
        nonlocal done
        done += more
        progress(done, len(gold.documents))

    progress(0, len(gold.documents))
    predictions = predict(gold.documents, task.stages, settings, tell)
    if len(predictions.failures) == len(gold.documents):
        raise StageError(f"all documents failed; the first: {_first(predictions.failures)}")
    outcome = task.score(gold, predictions.items, request.protocol)
    return _result(request, gold, predictions, outcome)


def _of_pictures(task: PictureTask, request: Request, bench: Bench) -> EvalResult:
    outcome = task.run(request, bench)
    counts, notes = outcome.counts | {"failed_pictures": len(bench.failures)}, list(outcome.notes)
    if bench.failures and len(bench.failures) >= counts.get("pictures", 0):
        raise StageError(f"all pictures failed; the first: {_first(bench.failures)}")
    if request.held_out:
        notes.append("only pictures that training leaves out")
    if request.split is not None:
        notes.append(f"only pictures of split {request.split}")
    if request.limit is not None and request.limit <= counts.get("pictures", 0):
        notes.append(f"only the first {request.limit} pictures")
    if bench.failures:
        notes.append(f"{len(bench.failures)} pictures failed and count as empty; the first: {_first(bench.failures)}")
    return EvalResult(
        task=request.task,
        data=str(request.data),
        protocol=request.protocol,
        scores=outcome.scores,
        counts=counts,
        seconds=round(bench.seconds, 2),
        models=bench.models(task.stages),
        types=outcome.types,
        notes=tuple(notes),
    )


def find_task(name: str) -> Task | PictureTask:
    """The task of that name; raises InputError that lists all."""
    if name not in TASKS:
        known = "; ".join(f"{task.name} ({task.summary})" for task in TASKS.values())
        raise InputError(f"there is no task {name!r}; choose one of: {known}")
    return TASKS[name]


def _chosen(gold: Gold, request: Request) -> Gold:
    if request.held_out and gold.layout not in HELD_OUT:
        raise InputError(
            f"training takes {gold.layout} as a whole or not at all: only {', '.join(HELD_OUT)} have a held-out part"
        )
    kept = [d for d in gold.documents if not request.held_out or HELD_OUT[gold.layout](d)]
    documents = [d for d in kept if not request.topics or d.topic in request.topics]
    if not kept:
        raise InputError(f"no document in {request.data} is held out: all of them may be trained on")
    if not documents:
        known = ", ".join(sorted({d.topic for d in kept if d.topic})) or "none"
        raise InputError(f"no document has the topic {' or '.join(request.topics)}; topics in {request.data}: {known}")
    return replace(gold, documents=tuple(documents[: request.limit]))


def _result(request: Request, gold: Gold, predictions: Predictions, outcome: Outcome) -> EvalResult:
    characters = sum(len(document.text) for document in gold.documents)
    words = sum(len(document.words) or len(document.text.split()) for document in gold.documents)
    counts = {"documents": len(gold.documents), "words": words, "characters": characters, "failed_documents": 0}
    notes = [*outcome.notes]
    if request.held_out:
        notes.append("only documents that training leaves out")
    if request.topics:
        notes.append(f"only documents of topic {' or '.join(request.topics)}")
    if request.limit is not None and request.limit <= len(gold.documents):
        notes.append(f"only the first {len(gold.documents)} documents")
    if predictions.failures:
        counts["failed_documents"] = len(predictions.failures)
        notes.append(
            f"{len(predictions.failures)} documents failed and count as empty; the first: {_first(predictions.failures)}"
        )
    return EvalResult(
        task=request.task,
        data=str(request.data),
        protocol=request.protocol,
        scores=outcome.scores,
        counts=counts | outcome.counts,
        seconds=round(predictions.seconds, 2),
        models=predictions.models,
        types=outcome.types,
        notes=tuple(notes),
        confusions=outcome.confusions,
    )


def _first(failures: Mapping[str, str]) -> str:
    """The message of the first item that failed, on one line."""
    return " ".join(next(iter(failures.values())).split())[:_LONGEST_MESSAGE]
