"""``newsgraph demo``: start the platform, work through the sample articles, show what was found, and stay."""

from typing import Annotated

import typer

from deploy.cli.api import Api
from deploy.cli.console import FAILED, AsJson, Commercial, actionable, open_api, out, print_json, settings_for
from deploy.cli.findings import print_outcome
from deploy.cli.follow import Outcome, ingest
from deploy.cli.platform import Addresses, panel, running_platform
from deploy.cli.read_inputs import read_inputs
from deploy.cli.samples import add_sample_people
from deploy.local.launcher import stay_until_signal
from shared.samples import sample_articles


def demo(
    as_json: AsJson = False,
    stay: Annotated[
        bool, typer.Option("--stay/--no-stay", help="stay up until Ctrl-C, or stop when the samples are done")
    ] = True,
    commercial: Commercial = None,
) -> None:
    """Start everything, ingest the bundled sample articles, show what was found, and stay until Ctrl-C."""
    with actionable(as_json):
        folder = str(sample_articles())
        with running_platform(settings_for(commercial), quiet=as_json) as addresses:
            with open_api(addresses.api, None) as api:
                people = add_sample_people(api)
                outcomes = ingest(api, read_inputs([folder]), out, force=False, wait=True)
                _tell(api, addresses, people, outcomes, as_json)
            if stay:
                stay_until_signal()
            elif not all(outcome.is_good for outcome in outcomes):
                raise typer.Exit(FAILED)


def _tell(api: Api, addresses: Addresses, people: list[str], outcomes: list[Outcome], as_json: bool) -> None:
    if as_json:
        print_json({"addresses": addresses, "people": people, "articles": outcomes})
        return
    for line in people:
        out.print(line, markup=False)
    for outcome in outcomes:
        print_outcome(out, outcome, api.graph(outcome.article_id) if outcome.article_id else None)
    if outcomes and not any(outcome.created for outcome in outcomes):
        out.print("All samples had been processed by an earlier run; the graph was kept.")
    out.print(panel(addresses))
