"""``newsgraph jobs``: the work that failed, with its reasons, and trying it again."""

from typing import Annotated

import typer
from rich.markup import escape
from rich.table import Table

from deploy.cli.console import ApiKey, ApiUrl, AsJson, actionable, open_api, out, print_json
from shared.schemas.job import Job

jobs = typer.Typer(help="Work that failed, with its reasons, and trying it again.", no_args_is_help=True)


@jobs.command("failed")
def failed(
    limit: Annotated[int, typer.Option(min=1, max=1000, help="how many jobs to show")] = 100,
    as_json: AsJson = False,
    api: ApiUrl = None,
    api_key: ApiKey = None,
) -> None:
    """Jobs of which a stage failed, newest first, each stage with its reason."""
    with actionable(as_json), open_api(api, api_key) as client:
        found = client.ended_jobs(("failed", "partial"), limit).jobs
        if as_json:
            print_json(found)
            return
        out.print(_table(found) if found else "no job has failed")


@jobs.command("retry")
def retry(
    job_ids: Annotated[list[str] | None, typer.Argument(metavar="[JOB]...", help="jobs to try again")] = None,
    everything: Annotated[bool, typer.Option("--all", help="all that failed (the newest 1,000)")] = False,
    as_json: AsJson = False,
    api: ApiUrl = None,
    api_key: ApiKey = None,
) -> None:
    """Run the stages that failed again, and all that is built on them."""
    with actionable(as_json), open_api(api, api_key) as client:
        wanted = [job.job_id for job in client.ended_jobs(("failed", "partial"), 1000).jobs] if everything else job_ids or []
        started = [client.retry_job(job_id) for job_id in wanted]
        if as_json:
            print_json(started)
        else:
            out.print(f"{len(started)} jobs run again; see `newsgraph status`")


def _table(found: tuple[Job, ...]) -> Table:
    table = Table(box=None)
    for column in ("job", "article", "stage", "reason"):
        table.add_column(column, no_wrap=column in ("job", "article"))
    for job in found:
        for report in job.stages:
            if report.state == "failed":
                table.add_row(job.job_id, job.article_id, report.stage, escape(report.error or ""))
    return table
