"""Sends articles and follows their jobs, with a live table of stages."""

import time
from collections.abc import Iterable
from dataclasses import dataclass

from rich.console import Console
from rich.live import Live
from rich.markup import escape
from rich.table import Table

from deploy.cli.api import Api
from deploy.cli.article_input import ArticleInput
from deploy.cli.read_inputs import Unreadable
from shared.errors import InputError
from shared.jobs.states import UNFINISHED
from shared.schemas.api import Accepted
from shared.schemas.base import Schema
from shared.schemas.job import STAGE_NAMES, Job, StageReport

_POLL = 0.4  # seconds
_SIGNS = {"waiting": "[dim]·[/]", "running": "[yellow]working[/]", "reused": "[green]known[/]", "failed": "[red]failed[/]"}


class Outcome(Schema):
    """What became of one source: refused (``error``), known already (``created`` false), or worked on."""

    source: str
    title: str = ""
    error: str | None = None
    warnings: tuple[str, ...] = ()
    created: bool = False
    article_id: str | None = None
    job: Job | None = None

    @property
    def is_good(self) -> bool:
        """Tell whether the article stands in the graph, at least in part."""
        return self.job is not None and self.job.state in ("done", "partial", *UNFINISHED)


@dataclass
class _Row:
    article: ArticleInput
    accepted: Accepted
    job: Job


def ingest(api: Api, inputs: Iterable[ArticleInput | Unreadable], console: Console, *, force: bool, wait: bool) -> list[Outcome]:
    """Send everything, show the stages until all jobs have ended, and tell what became of each; raises ServiceUnavailable."""
    refused: list[Outcome] = []
    rows: list[_Row] = []
    with Live(console=console, refresh_per_second=4, transient=True) as live:
        for item in inputs:
            if isinstance(item, Unreadable):
                refused.append(Outcome(source=item.source, error=item.reason))
                continue
            try:
                accepted = api.submit(item.body(), force=force)
            except InputError as error:
                refused.append(Outcome(source=item.source, title=item.title, error=str(error), warnings=item.warnings))
                continue
            rows.append(_Row(item, accepted, api.job(accepted.job_id)))
            live.update(progress_table(rows))
        while wait and any(row.job.state in UNFINISHED for row in rows):
            time.sleep(_POLL)
            for row in rows:
                if row.job.state in UNFINISHED:
                    row.job = api.job(row.accepted.job_id)
            live.update(progress_table(rows))
    return refused + [_outcome(row) for row in rows]


def progress_table(rows: list[_Row], most: int = 12) -> Table:
    """One line per article, one column per stage; the articles that are under way, if there are too many."""
    table = Table(box=None, pad_edge=False)
    for name in ("article", *STAGE_NAMES):
        table.add_column(name.replace("_", " "), overflow="ellipsis", no_wrap=True, max_width=30 if name == "article" else None)
    active = [row for row in rows if row.job.state in UNFINISHED]
    shown = rows if len(rows) <= most else active[:most]
    for row in shown:
        table.add_row(escape(row.article.title or row.article.source), *(stage_sign(report) for report in row.job.stages))
    if len(shown) < len(rows):
        table.add_row(f"[dim]{len(rows) - len(active)} of {len(rows)} done[/]")
    return table


def stage_sign(report: StageReport) -> str:
    """A word or a time for the state of a stage."""
    return _SIGNS.get(report.state) or f"[green]{report.seconds or 0:.1f} s[/]"


def _outcome(row: _Row) -> Outcome:
    return Outcome(
        source=row.article.source,
        title=row.article.title,
        warnings=row.article.warnings,
        created=row.accepted.created,
        article_id=row.accepted.article_id,
        job=row.job,
    )
