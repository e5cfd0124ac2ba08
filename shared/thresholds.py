"""Thresholds as data: ``thresholds.yaml`` of a service says of each number what it is, why, and what it was measured on.

    minimum_place:
      value: 0.85
      unit: probability
      why: below it the place of a scene was wrong in more than one of ten pictures
      measured_on: judgement        # or the data and the command

``thresholds.py`` of the service has ``LIMITS = Thresholds(Path(__file__).with_name("thresholds.yaml"))``; then
``LIMITS.minimum_place`` is the number.
"""

from functools import cached_property
from pathlib import Path

import yaml
from pydantic import TypeAdapter, ValidationError

from shared.errors import ConfigurationError
from shared.schemas.base import Schema

JUDGEMENT = "judgement"


class Threshold(Schema):
    """One number. ``measured_on`` names data and command, or is ``judgement`` where nothing was measured."""

    value: float
    unit: str
    why: str
    measured_on: str


class Thresholds:
    """The numbers of one file as attributes; the file is read at first use."""

    def __init__(self, file: Path) -> None:
        self.file = file

    @cached_property
    def rows(self) -> dict[str, Threshold]:
        """All rows by name; raises ConfigurationError where the file is malformed."""
        try:
            rows = yaml.safe_load(self.file.read_text(encoding="utf-8"))
            return TypeAdapter(dict[str, Threshold]).validate_python(rows)
        except (ValidationError, yaml.YAMLError) as error:
            raise ConfigurationError(f"{self.file.name}: {error}") from error

    def __getattr__(self, name: str) -> float:
        """The value of a row; raises AttributeError where there is none."""
        if name.startswith("__"):
            raise AttributeError(name)
        try:
            return self.rows[name].value
        except KeyError:
            raise AttributeError(f"{self.file} has no threshold {name}") from None
