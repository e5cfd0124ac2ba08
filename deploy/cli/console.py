"""What all commands share: options, output for people or machines, and errors without tracebacks."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Annotated

import typer
from pydantic import BaseModel, ValidationError
from rich.console import Console
from rich.markup import escape

from deploy.cli.api import Api, find_api
from shared.errors import NewsgraphError, ServiceUnavailable
from shared.settings import Settings

out = Console(highlight=False)
err = Console(stderr=True, highlight=False)

FAILED, UNAVAILABLE = 1, 3

AsJson = Annotated[bool, typer.Option("--json", help="print JSON for machines")]
ApiUrl = Annotated[
    str | None, typer.Option("--api", envvar="NEWSGRAPH_API_URL", help="address of the platform; found by itself if it runs here")
]
Commercial = Annotated[
    bool | None,
    typer.Option(
        "--commercial/--no-commercial",
        help="refuse models whose licence forbids commercial use or is AGPL or GPL; NEWSGRAPH_COMMERCIAL decides if left out",
    ),
]
ApiKey = Annotated[str | None, typer.Option("--api-key", envvar="NEWSGRAPH_API_KEY", help="key of the API, if it needs one")]


@contextmanager
def actionable(as_json: bool = False) -> Iterator[None]:
    """End the command with a message and an exit code where something expected goes wrong: 1, or 3 if the platform is away."""
    try:
        yield
    except (NewsgraphError, ValidationError) as error:
        message = _setting_faults(error) if isinstance(error, ValidationError) else str(error)
        if as_json:
            print_json({"error": message})
        else:
            err.print(f"[bold red]error:[/] {escape(message)}")
        raise typer.Exit(UNAVAILABLE if isinstance(error, ServiceUnavailable) else FAILED) from error
    except KeyboardInterrupt:
        raise typer.Exit(130) from None


def settings_for(commercial: bool | None) -> Settings:
    """The settings of the environment, with the option ``--commercial`` above them."""
    return Settings() if commercial is None else Settings(commercial=commercial)


def open_api(url: str | None, key: str | None) -> Api:
    """The client for the platform that the options, the environment or the data folder name."""
    settings = Settings()
    own_key = settings.api_keys[0].get_secret_value() if settings.api_keys else None
    return Api(url or find_api(settings), key or (own_key if url is None else None))


def print_json(value: object) -> None:
    """Print one JSON document on one line of standard output."""
    typer.echo(json.dumps(_plain(value), ensure_ascii=False))


def _plain(value: object) -> object:
    if isinstance(value, BaseModel):
        return value.model_dump(mode="json")
    if isinstance(value, dict):
        return {str(key): _plain(item) for key, item in value.items()}
    return [_plain(item) for item in value] if isinstance(value, list | tuple) else value


def _setting_faults(error: ValidationError) -> str:
    faults = [f"NEWSGRAPH_{'.'.join(str(p) for p in row['loc']).upper()}: {row['msg']}" for row in error.errors()]
    return "a setting is wrong: " + "; ".join(faults)
