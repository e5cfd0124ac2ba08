"""``newsgraph ingest``: send articles and show what was found."""

from typing import Annotated

import typer

from deploy.cli.console import FAILED, ApiKey, ApiUrl, AsJson, actionable, err, open_api, out, print_json
from deploy.cli.findings import print_outcome
from deploy.cli.follow import ingest as send
from deploy.cli.read_inputs import read_inputs

Sources = Annotated[
    list[str],
    typer.Argument(
        metavar="PATH_OR_URL...", help=".txt .md .html .json .jsonl, a video with its .txt beside it, a folder, or a web page"
    ),
]
Force = Annotated[bool, typer.Option("--force", help="work again on articles that are known already")]
Wait = Annotated[bool, typer.Option("--wait/--no-wait", help="follow the jobs to their end, or return once they are queued")]


def ingest(
    sources: Sources, force: Force = False, wait: Wait = True, as_json: AsJson = False, api: ApiUrl = None, api_key: ApiKey = None
) -> None:
    """Send articles with their images and videos.

    These are named like the file, lie in a folder FILE_images or FILE_videos, or are referred to in JSON, Markdown or HTML.
    """
    with actionable(as_json), open_api(api, api_key) as client:
        client.readiness()
        outcomes = send(client, read_inputs(sources), err, force=force, wait=wait)
        if as_json:
            print_json({"articles": outcomes})
        else:
            for outcome in outcomes:
                graph = client.graph(outcome.article_id) if wait and outcome.article_id else None
                print_outcome(out, outcome, graph)
        if not all(outcome.is_good for outcome in outcomes) or not outcomes:
            raise typer.Exit(FAILED)
