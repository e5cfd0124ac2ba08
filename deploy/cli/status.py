"""``newsgraph status``: are all parts ready, and what has been worked on lately."""

import typer
from rich.markup import escape
from rich.table import Table

from deploy.cli.console import UNAVAILABLE, ApiKey, ApiUrl, AsJson, actionable, open_api, out, print_json
from shared.schemas.api import ArticlePage, Readiness


def status(as_json: AsJson = False, api: ApiUrl = None, api_key: ApiKey = None) -> None:
    """Show whether broker, graph and workers are ready, and the newest articles; exit code 3 if something is not ready."""
    with actionable(as_json), open_api(api, api_key) as client:
        readiness, page = client.readiness(), client.articles()
        if as_json:
            print_json({"api": client.url, "readiness": readiness, "articles": page})
        else:
            out.print(f"[bold]{client.url}[/]")
            out.print(_parts(readiness))
            out.print(_articles(page))
        if not readiness.ready:
            raise typer.Exit(UNAVAILABLE)


def _parts(readiness: Readiness) -> Table:
    table = Table(box=None)
    for column in ("part", "state", "detail"):
        table.add_column(column)
    for name, part in readiness.parts().items():
        table.add_row(name, "[green]ready[/]" if part.ready else "[red]not ready[/]", escape(part.detail))
    return table


def _articles(page: ArticlePage) -> Table:
    table = Table(box=None, title=f"{page.total} articles", title_justify="left")
    for column in ("article", "state", "title"):
        table.add_column(column, no_wrap=column == "article")
    for row in page.articles:
        table.add_row(row.article_id, row.state or "-", escape(row.title or row.beginning[:60]))
    return table
