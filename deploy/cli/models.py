"""``newsgraph models``: which models there are, under which licence, and whether they are installed."""

from typing import Annotated

import typer
from rich.table import Table

from deploy.cli.console import FAILED, AsJson, Commercial, actionable, out, print_json, settings_for
from deploy.cli.threshold_list import counts, print_thresholds, threshold_rows
from shared.errors import WeightsError
from shared.schemas.base import Schema
from shared.settings import Settings
from shared.weights import ModelRecord, Weights


class ModelRow(Schema):
    """A model record with the state of its files; ``problem`` says what is wrong with them.

    ``refused``: its licence forbids the commercial use that is asked for; its files were not looked at, and nothing needs repair.
    """

    record: ModelRecord
    installed: bool
    refused: bool = False
    problem: str | None = None


def model_rows(settings: Settings, profile: str | None) -> list[ModelRow]:
    """All records of a profile, each with its files checked against the checksum."""
    weights = Weights.of(settings)
    return [_row(weights, record) for record in weights.records(profile)]


def models(
    as_json: AsJson = False,
    profile: Annotated[
        str | None, typer.Option(help="embedded, gpu or llm; the configured one if left out, `all` for all")
    ] = None,
    commercial: Commercial = None,
    thresholds: Annotated[
        bool,
        typer.Option("--thresholds", help="instead, the numbers that decide: why, and what each was measured on"),
    ] = False,
) -> None:
    """List the models with stage, licence and size; exit code 1 if one of the profile is missing or altered.

    Models of a hub are fetched by the workers that are set to use them: that one is not there is no fault.
    """
    with actionable(as_json):
        if thresholds:
            _list_thresholds(as_json)
            return
        settings = settings_for(commercial)
        rows = model_rows(settings, None if profile == "all" else profile or settings.profile)
        if as_json:
            print_json({"models": [row.model_dump(mode="json") for row in rows]})
        else:
            _print(rows)
        if profile != "all" and any(row.problem and not row.record.hub for row in rows):
            raise typer.Exit(FAILED)


def _list_thresholds(as_json: bool) -> None:
    rows = threshold_rows()
    if as_json:
        print_json({"thresholds": rows, "counts": counts(rows)})
    else:
        print_thresholds(rows)


def _row(weights: Weights, record: ModelRecord) -> ModelRow:
    if not weights.allowed(record.id):
        return ModelRow(record=record, installed=False, refused=True)
    try:
        weights.path(record.id)
    except WeightsError as error:
        return ModelRow(record=record, installed=False, problem=str(error))
    return ModelRow(record=record, installed=True)


def _print(rows: list[ModelRow]) -> None:
    table = Table(box=None)
    for column in ("model", "stage", "task", "licence (code / weights)", "commercial", "MB", "installed"):
        table.add_column(column, overflow="fold", justify="right" if column == "MB" else "left")
    for row in rows:
        record = row.record
        licence = f"{record.licence_code} / {record.licence_weights}"
        commercial = "yes" if record.commercial else "[yellow]no[/]"
        installed = "[green]yes[/]" if row.installed else "[yellow]refused[/]" if row.refused else "[red]no[/]"
        table.add_row(record.id, record.stage, record.task, licence, commercial, f"{record.size_bytes / 1e6:.1f}", installed)
    out.print(table)
    for row in rows:
        if not row.record.commercial:
            out.print(f"{row.record.id} is not for commercial use: {row.record.licence_weights}", style="yellow", markup=False)
    for row in rows:
        if row.problem:
            out.print(row.problem, style="red", markup=False)
