"""``newsgraph eval``: score the production stages against annotated documents."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated

import typer
from rich.markup import escape
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn, TimeRemainingColumn
from rich.table import Table

from shared.cli.console import AsJson, actionable, err, out, print_json
from shared.eval.registry import TASKS
from shared.eval.run import EvalResult, Request, evaluate
from shared.eval.run import Progress as Tell
from shared.eval.task import ProtocolName
from shared.settings import Settings

TaskName = Annotated[str, typer.Argument(metavar="TASK", help=f"one of: {', '.join(TASKS)}")]
Data = Annotated[Path, typer.Option(help="file or folder with annotated documents, in the layout of its corpus")]
Protocol = Annotated[ProtocolName, typer.Option(help="strict: everything counts; relaxed: as in the literature (see the notes)")]
Limit = Annotated[int | None, typer.Option(min=1, metavar="N", help="the first N documents only")]
Topics = Annotated[
    list[str] | None, typer.Option("--topic", help="documents of this topic or genre only (GUM: news); repeatable")
]
HeldOut = Annotated[
    bool, typer.Option("--held-out", help="documents that training leaves out only (GUM, LitBank, Re-DocRED, ECB+, ELEVANT)")
]
_PARTS = ("f1", "precision", "recall")


def evaluate_task(
    task: TaskName,
    data: Data,
    protocol: Protocol = "strict",
    topic: Topics = None,
    held_out: HeldOut = False,
    limit: Limit = None,
    as_json: AsJson = False,
) -> None:
    """Score what the stages find in annotated documents; the same code as for articles. Progress goes to standard error."""
    with actionable(as_json):
        settings = Settings()
        with _progress(task) as tell:
            result = evaluate(Request(task, data, protocol, limit, tuple(topic or ()), held_out), settings, tell)
        if as_json:
            print_json(result)
        else:
            _print(result)


@contextmanager
def _progress(task: str) -> Iterator[Tell]:
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn(), TimeRemainingColumn())
    with Progress(*columns, console=err) as progress:
        bar = progress.add_task(f"{escape(task)}: reading", total=None)
        yield lambda done, total: progress.update(bar, description=f"{escape(task)}: documents", completed=done, total=total)


def _print(result: EvalResult) -> None:
    out.print(f"[bold]{escape(result.task)}[/] on {escape(result.data)}, protocol [bold]{result.protocol}[/]")
    out.print(_scores(result.scores))
    if result.types:
        out.print(_types(result.types))
    out.print("  ".join(f"{name.replace('_', ' ')} [bold]{value}[/]" for name, value in result.counts.items()))
    speed = result.counts.get("words", 0) / result.seconds if result.seconds else 0.0
    out.print(f"{result.seconds:.1f} s without loading, {speed:,.0f} words/s")
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
