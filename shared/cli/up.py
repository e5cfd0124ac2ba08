"""``newsgraph up``: start the whole platform on this machine and stay."""

from shared.cli.console import AsJson, actionable, out, print_json
from shared.cli.platform import panel, running_platform
from shared.embedded.launcher import stay_until_signal
from shared.settings import Settings


def up(as_json: AsJson = False) -> None:
    """Start broker, graph database, workers and gateway, and stay until Ctrl-C."""
    with actionable(as_json), running_platform(Settings(), quiet=as_json) as addresses:
        if as_json:
            print_json(addresses)
        else:
            out.print(panel(addresses))
        stay_until_signal()
