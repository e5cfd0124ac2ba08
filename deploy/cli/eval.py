"""``newsgraph eval``: score the production stages against annotated documents or pictures."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated

import typer
from rich.markup import escape
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn, TimeRemainingColumn
from rich.table import Table

from deploy.cli.console import AsJson, actionable, err, out, print_json
from lab.evaluation.registry import TASKS
from lab.evaluation.run import EvalResult, evaluate
from lab.evaluation.run import Progress as Tell
from lab.evaluation.task import PictureTask, ProtocolName, Request
from shared.settings import Settings

TaskName = Annotated[str, typer.Argument(metavar="TASK", help=f"one of: {', '.join(TASKS)}")]
Data = Annotated[Path, typer.Option(help="file or folder with annotated documents or pictures, in the layout of its corpus")]
Protocol = Annotated[ProtocolName, typer.Option(help="strict: everything counts; relaxed: as in the literature (see the notes)")]
Limit = Annotated[int | None, typer.Option(min=1, metavar="N", help="the first N documents or pictures only")]
Topics = Annotated[
    list[str] | None, typer.Option("--topic", help="documents of this topic or genre only (GUM: news); repeatable")
]
HeldOut = Annotated[
    bool,
    typer.Option("--held-out", help="only what training leaves out (GUM, LitBank, Re-DocRED, ECB+, ELEVANT; sets of pictures)"),
]
Split = Annotated[str | None, typer.Option(help="pictures that the index gives this split only, such as dev")]
Kind = Annotated[str | None, typer.Option(help="gallery: what the pictures show, logo or landmark")]
References = Annotated[Path | None, typer.Option(help="gallery: folder of reference pictures; DATA's own where left out")]
_PARTS = ("f1", "precision", "recall")


def evaluate_task(
    task: TaskName,
    data: Data,
    protocol: Protocol = "strict",
    topic: Topics = None,
    held_out: HeldOut = False,
    split: Split = None,
    kind: Kind = None,
    references: References = None,
    limit: Limit = None,
    as_json: AsJson = False,
) -> None:
    """Score what the stages find in documents or pictures; the same code as for articles. Progress goes to standard error."""
    with actionable(as_json):
        request = Request(task, data, protocol, limit, tuple(topic or ()), held_out, split, kind, references)
        with _progress(task) as tell:
            result = evaluate(request, Settings(), tell)
        if as_json:
            print_json(result)
        else:
            _print(result)


@contextmanager
def _progress(task: str) -> Iterator[Tell]:
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn(), TimeRemainingColumn())
    with Progress(*columns, console=err) as progress:
        bar = progress.add_task(f"{escape(task)}: reading", total=None)
        items = "pictures" if isinstance(TASKS.get(task), PictureTask) else "documents"
        yield lambda done, total: progress.update(bar, description=f"{escape(task)}: {items}", completed=done, total=total)


def _print(result: EvalResult) -> None:
    out.print(f"[bold]{escape(result.task)}[/] on {escape(result.data)}, protocol [bold]{result.protocol}[/]")
    out.print(_scores(result.scores))
    if result.types:
        out.print(_types(result.types))
    out.print("  ".join(f"{name.replace('_', ' ')} [bold]{value}[/]" for name, value in result.counts.items()))
    unit = "words" if "words" in result.counts else "pictures"
    speed = result.counts.get(unit, 0) / result.seconds if result.seconds else 0.0
    out.print(f"{result.seconds:.1f} s without loading, {speed:,.{0 if speed >= 10 else 1}f} {unit}/s")
    for note in result.notes:
        out.print(f"note: {note}", style="dim", markup=False)
    out.print(f"models: {', '.join(result.models)}", style="dim", markup=False)


def _scores(scores: dict[str, float]) -> Table:
    """One line a measure: F1 with its precision and recall where there are such, else the value."""
    table = Table(box=None)
    table.add_column("measure")
    for part in _PARTS:
        table.add_column(part.upper() if part == "f1" else part, justify="right")
    secondary = {f"{name[:-3]}_{part}" for name in scores if name.endswith("_f1") for part in _PARTS[1:]}
    for name, value in scores.items():
        if name not in secondary:
            parts = [scores.get(f"{name[:-3]}_{part}") for part in _PARTS[1:]] if name.endswith("_f1") else [None, None]
            table.add_row(f"[bold]{escape(name)}[/]", f"[bold]{value:.1f}[/]", *("" if p is None else f"{p:.1f}" for p in parts))
    return table


def _types(types: dict[str, dict[str, float]]) -> Table:
    columns = list(dict.fromkeys(name for row in types.values() for name in row))
    table = Table(box=None, title="by type", title_justify="left")
    table.add_column("type", overflow="fold")
    for name in columns:
        table.add_column(name, justify="right")
    for kind, row in types.items():
        table.add_row(escape(kind), *(_number(row.get(name)) for name in columns))
    return table


def _number(value: float | None) -> str:
    """At most one digit after the point; whole numbers (support) without."""
    return "" if value is None else f"{round(value, 1):g}"
