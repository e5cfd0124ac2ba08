"""One item of a Wikidata JSON dump as a record with its names."""

import json
import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache

import yaml

from services.entity_linking.knowledge.facts import DATA, countries
from services.entity_linking.knowledge.record import Alias, Record
from services.entity_linking.thresholds import LIMITS

INSTANCE, COUNTRY, POSITION, POPULATION, ISO = "P31", "P17", "P625", "P1082", "P297"
Json = Mapping[str, object]


@dataclass(frozen=True)
class Item:
    """A record of a dump line with its names in the wanted languages."""

    record: Record
    aliases: tuple[Alias, ...]


@cache
def _classes() -> dict[str, tuple[str, str]]:
    """Wikidata class -> (entity type, kind); the first in the file wins."""
    rows: dict[str, dict[str, list[str]]] = yaml.safe_load((DATA / "wikidata_types.yaml").read_text(encoding="utf-8"))
    flat = [(ident, (type_, kind)) for type_, kinds in rows.items() for kind, idents in kinds.items() for ident in idents]
    return dict(reversed(flat))


@cache
def _country_codes() -> dict[str, str]:
    return {row["wikidata"]: row["code"] for row in countries()}


def parse(line: str, languages: tuple[str, ...]) -> Item | None:
    """The item of a dump line; None for brackets, other classes and items without a label in the languages. Raises ValueError."""
    line = line.strip().rstrip(",")
    if line in {"", "[", "]"}:
        return None
    item = json.loads(line)
    if not isinstance(item, dict):
        raise ValueError("not an object")
    claims = _object(item, "claims")
    found = _kind(claims)
    labels = {code: _text(_object(_object(item, "labels"), code), "value") for code in languages}
    name = next((labels[code] for code in languages if labels[code]), "")
    if found is None or not name or item.get("type", "item") != "item":
        return None
    return Item(_record(str(item["id"]), name, found, item, languages), tuple(_aliases(item, labels, languages)))


def _record(ident: str, name: str, found: tuple[str, str], item: Json, languages: tuple[str, ...]) -> Record:
    claims, descriptions = _object(item, "claims"), _object(item, "descriptions")
    described = next((text for code in languages if (text := _text(_object(descriptions, code), "value"))), "")
    country = next((_text(v, "id") for v in _values(claims, COUNTRY)), "")
    code = next((str(v) for v in _values(claims, ISO)), _country_codes().get(country, ""))
    place: Json = next((v for v in _values(claims, POSITION) if isinstance(v, Mapping)), {})
    people = max((_number(v.get("amount")) for v in _values(claims, POPULATION) if isinstance(v, Mapping)), default=0.0)
    sites = len(_object(item, "sitelinks"))
    return Record(
        f"wikidata:{ident}",
        name,
        found[0],
        found[1],
        "country" if found[1] == "country" else described,
        code,
        latitude=_number(place.get("latitude")) if place else None,
        longitude=_number(place.get("longitude")) if place else None,
        population=int(people),
        prior=round(min(1.0, math.log1p(sites) / math.log1p(LIMITS.sitelinks_of_best_known)), 4),
    )


def _aliases(item: Json, labels: dict[str, str], languages: tuple[str, ...]) -> Iterator[Alias]:
    others = _object(item, "aliases")
    for code in languages:
        if labels[code]:
            yield Alias(labels[code], "name", code)
        rows = others.get(code)
        for row in rows if isinstance(rows, list) else ():
            if isinstance(row, Mapping) and (text := _text(row, "value")):
                yield Alias(text, "alias", code)


def _kind(claims: Json) -> tuple[str, str] | None:
    """Entity type and kind by the item's classes: a class that stands earlier in the table wins."""
    of = {_text(value, "id") for value in _values(claims, INSTANCE)}
    order = {found: position for position, found in enumerate(reversed(list(_classes().values())))}
    known = [_classes()[ident] for ident in of if ident in _classes()]
    return min(known, key=lambda found: order[found]) if known else None


def _values(claims: Json, what: str) -> Iterator[object]:
    """Values of a property, preferred ones first, deprecated ones not at all."""
    rows = claims.get(what)
    statements = [row for row in rows if isinstance(row, Mapping)] if isinstance(rows, list) else []
    for row in sorted(statements, key=lambda r: r.get("rank") != "preferred"):
        value = _object(_object(row, "mainsnak"), "datavalue").get("value")
        if value is not None and row.get("rank") != "deprecated":
            yield value


def _object(row: Json, key: str) -> Json:
    value = row.get(key)
    return value if isinstance(value, Mapping) else {}


def _text(row: object, key: str) -> str:
    value = row.get(key) if isinstance(row, Mapping) else None
    return value if isinstance(value, str) else ""


def _number(value: object) -> float:
    return float(value) if isinstance(value, str | int | float) else 0.0
