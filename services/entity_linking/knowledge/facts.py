"""The facts that stand in this package beside GeoNames: countries, well-known places and names, demonyms, parts of countries."""

import gzip
import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TypedDict

import yaml

DATA = Path(__file__).parent / "data"
FILES = (
    "countries.json.gz",
    "country_aliases.yaml",
    "demonyms.yaml",
    "divisions.tsv",
    "wikidata_names.yaml",
    "wikidata_places.yaml",
)


class Country(TypedDict):
    """A country or territory of Natural Earth, with its names by language from there and from CLDR."""

    wikidata: str
    code: str
    name: str
    english: list[str]
    names: dict[str, str]
    population: int
    latitude: float
    longitude: float
    sovereign: bool


NO_ID = "~"


@dataclass(frozen=True)
class Entry:
    """An entry ``Q84.code name | alias`` of the YAML files; ``code`` is empty where none is given.

    ``wikidata`` is ``~`` where no independent source confirms an id: the record then has an id of newsgraph's own.
    """

    wikidata: str
    code: str
    name: str
    aliases: tuple[str, ...]

    @property
    def kb_id(self) -> str:
        """``wikidata:Q84``, or ``newsgraph:lake-erie`` for an entry without a confirmed Wikidata id."""
        if self.wikidata != NO_ID:
            return f"wikidata:{self.wikidata}"
        return "newsgraph:" + re.sub(r"[^\w]+", "-", self.name.casefold()).strip("-")


@dataclass(frozen=True)
class Division:
    """A part of a country; ``code`` is its ISO 3166-2 code."""

    wikidata: str
    code: str
    name: str


def countries() -> list[Country]:
    """All countries and territories, ordered by Wikidata id."""
    rows: list[Country] = json.loads(gzip.decompress((DATA / "countries.json.gz").read_bytes()))
    return rows


def country_aliases() -> dict[str, list[str]]:
    """ISO 3166 code -> other English names."""
    return _lists("country_aliases.yaml")


def demonyms() -> dict[str, list[str]]:
    """ISO 3166 code or Wikidata id -> demonyms."""
    return _lists("demonyms.yaml")


def divisions() -> list[Division]:
    """Parts of countries of the package rigour, ordered by code."""
    lines = (DATA / "divisions.tsv").read_text(encoding="utf-8").splitlines()
    return [Division(*line.split("\t")) for line in lines if not line.startswith("#")]


def entries(file: str) -> Iterator[tuple[str, str, Entry]]:
    """(section, key, entry) of ``wikidata_places.yaml`` or ``wikidata_names.yaml``."""
    sections: dict[str, dict[str, str]] = yaml.safe_load((DATA / file).read_text(encoding="utf-8"))
    for section, rows in sections.items():
        for key, text in rows.items():
            yield from ((section, key, _entry(part)) for part in text.split(";"))


def _entry(text: str) -> Entry:
    ident, rest = text.strip().split(" ", 1)
    wikidata, _, code = ident.partition(".")
    name, *aliases = (part.strip() for part in rest.split("|"))
    return Entry(wikidata, code, name, tuple(aliases))


def _lists(file: str) -> dict[str, list[str]]:
    rows: dict[str, list[str]] = yaml.safe_load((DATA / file).read_text(encoding="utf-8"))
    return rows
