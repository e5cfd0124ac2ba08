"""``newsgraph models --thresholds``: every number that decides, with its reason and what it was measured on."""

from collections.abc import Iterator
from pathlib import Path

from rich.markup import escape
from rich.table import Table

from deploy.cli.console import out
from shared.schemas.base import Schema
from shared.settings import REPOSITORY
from shared.thresholds import JUDGEMENT, Threshold, Thresholds

_FILES = ("services/*/thresholds.yaml", "shared/**/thresholds.yaml")


class ThresholdRow(Schema):
    """One number: ``part`` is the folder of its file, such as ``services/fusion``."""

    part: str
    name: str
    threshold: Threshold


def threshold_rows(repository: Path = REPOSITORY) -> list[ThresholdRow]:
    """All rows of all files, by folder; raises ConfigurationError where a file is malformed."""
    return list(_rows(repository))


def counts(rows: list[ThresholdRow]) -> dict[str, int]:
    """How many were measured, and how many are a judgement."""
    judged = sum(row.threshold.measured_on == JUDGEMENT for row in rows)
    return {"measured": len(rows) - judged, JUDGEMENT: judged}


def print_thresholds(rows: list[ThresholdRow]) -> None:
    """A table, and the counts."""
    table = Table(box=None)
    for column in ("part", "name", "value", "unit", "why", "measured on"):
        table.add_column(column, overflow="fold", justify="right" if column == "value" else "left")
    for row in rows:
        said = row.threshold
        table.add_row(*map(escape, (row.part, row.name, f"{said.value:g}", said.unit, said.why, said.measured_on)))
    out.print(table)
    found = counts(rows)
    out.print(f"{len(rows)} thresholds: {found['measured']} measured, {found[JUDGEMENT]} by judgement", markup=False)


def _rows(repository: Path) -> Iterator[ThresholdRow]:
    for file in sorted(path for pattern in _FILES for path in repository.glob(pattern)):
        part = file.parent.relative_to(repository).as_posix()
        for name, threshold in Thresholds(file).rows.items():
            yield ThresholdRow(part=part, name=name, threshold=threshold)
