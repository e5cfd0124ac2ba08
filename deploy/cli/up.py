"""``newsgraph up``: start the whole platform on this machine and stay."""

from deploy.cli.console import AsJson, Commercial, actionable, out, print_json, settings_for
from deploy.cli.platform import panel, running_platform
from deploy.local.launcher import stay_until_signal


def up(as_json: AsJson = False, commercial: Commercial = None) -> None:
    """Start broker, graph database, workers and gateway, and stay until Ctrl-C."""
    with actionable(as_json), running_platform(settings_for(commercial), quiet=as_json) as addresses:
        if as_json:
            print_json(addresses)
        else:
            out.print(panel(addresses))
        stay_until_signal()
