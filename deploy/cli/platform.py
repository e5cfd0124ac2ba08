"""The embedded platform as the commands ``up`` and ``demo`` show it."""

import time
from collections.abc import Iterator
from contextlib import contextmanager

from rich.markup import escape
from rich.panel import Panel

from deploy.cli.console import out
from deploy.local.launcher import Launcher, terminate_as_interrupt
from shared.schemas.base import Schema
from shared.settings import Settings


class Addresses(Schema):
    """Where to look. The password is that of the graph database, for Neo4j Browser and drivers."""

    api: str
    explorer: str
    docs: str
    bolt: str
    user: str
    password: str
    data_dir: str


@contextmanager
def running_platform(settings: Settings, *, quiet: bool) -> Iterator[Addresses]:
    """Start everything, telling the progress; inside, the platform is ready. SIGTERM ends it like Ctrl-C."""
    terminate_as_interrupt()
    begin = time.monotonic()
    console = None if quiet else out

    def tell(message: str) -> None:
        if console is not None:
            console.print(f"[dim]{time.monotonic() - begin:6.1f} s[/]  {escape(message)}")

    tell(f"starting newsgraph in {settings.data_dir.absolute()}")
    try:
        with Launcher(settings, tell) as launcher:
            tell("everything is up")
            yield _addresses(launcher)
            tell("stopping")
    finally:
        tell("stopped")


def panel(addresses: Addresses) -> Panel:
    """The addresses in a box."""
    return Panel.fit(
        f"[bold]Explorer[/]       {addresses.explorer}\n"
        f"[bold]API docs[/]       {addresses.docs}\n"
        f"[bold]Graph (Bolt)[/]   {addresses.bolt}\n"
        f"                 user {escape(addresses.user)}   password {escape(addresses.password) or '(none)'}\n"
        f"[bold]Data and logs[/]  {escape(addresses.data_dir)}\n\n"
        "In another terminal: newsgraph ingest FILE_OR_URL, newsgraph status. Ctrl-C stops everything.",
        title="newsgraph is up",
    )


def _addresses(launcher: Launcher) -> Addresses:
    settings, url = launcher.plan.settings, launcher.plan.api_url
    return Addresses(
        api=url,
        explorer=f"{url}/",
        docs=f"{url}/docs",
        bolt=settings.graph_url,
        user=settings.graph_user,
        password=settings.graph_password.get_secret_value(),
        data_dir=str(settings.data_dir),
    )
