"""Lists of things by the labels of detectors (``rules/objects.yaml``): sport, vehicles, weapons, what is worn, held, ridden."""

from collections.abc import Iterable, Iterator
from functools import cache
from pathlib import Path
from typing import Annotated

import yaml
from pydantic import BeforeValidator, TypeAdapter

from shared.errors import ConfigurationError

_FILE = Path(__file__).parent / "rules" / "objects.yaml"
_LIST = "+"


@cache
def objects(name: str) -> frozenset[str]:
    """The labels of a list; raises ConfigurationError for an unknown name."""
    return frozenset(_of(name))


def expand(labels: Iterable[str]) -> tuple[str, ...]:
    """Labels in order, each once, with every ``+name`` replaced by that list; raises ConfigurationError for an unknown name."""
    return tuple(dict.fromkeys(_expanded(labels)))


Labels = Annotated[tuple[str, ...], BeforeValidator(expand)]
"""Labels of a rule file, where ``+name`` stands for a list of objects.yaml."""


def _expanded(labels: Iterable[str]) -> Iterator[str]:
    for label in labels:
        if label.startswith(_LIST):
            yield from _of(label.removeprefix(_LIST))
        else:
            yield label


def _of(name: str) -> tuple[str, ...]:
    lists = _lists()
    if name not in lists:
        raise ConfigurationError(f"objects.yaml has no list {name!r}, only {', '.join(sorted(lists))}")
    return expand(lists[name])


@cache
def _lists() -> dict[str, tuple[str, ...]]:
    return TypeAdapter(dict[str, tuple[str, ...]]).validate_python(yaml.safe_load(_FILE.read_text(encoding="utf-8")))
