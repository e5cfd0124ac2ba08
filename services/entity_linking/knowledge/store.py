"""Reads a knowledge base: candidates of a name, records by id or country, and what the file says of itself."""

import sqlite3
from collections import OrderedDict
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from rapidfuzz import fuzz, process

from services.entity_linking.knowledge.names import normalise
from services.entity_linking.knowledge.record import STRENGTH, AliasKind, Candidate, Record
from services.entity_linking.knowledge.writer import SCHEMA_VERSION, unpack
from services.entity_linking.thresholds import LIMITS
from shared.errors import ConfigurationError

_CACHED = 20_000
_COLUMNS = "id, name, type, kind, description, country, admin, latitude, longitude, population, prior, capital"


class KnowledgeBase:
    """A finished knowledge base, opened for reading; answers are cached, memory stays at a few megabytes."""

    def __init__(self, path: Path) -> None:
        if not path.is_file():
            raise ConfigurationError(
                f"no knowledge base at {path}; build one with `newsgraph kb build`, or unset NEWSGRAPH_KB_FILE"
            )
        self.path = path
        self._db = sqlite3.connect(f"file:{path.resolve()}?mode=ro", uri=True, check_same_thread=False)
        self._cache: OrderedDict[tuple[str, bool], list[Candidate]] = OrderedDict()
        try:
            facts = self.facts()
        except sqlite3.DatabaseError as error:
            raise ConfigurationError(f"{path} is no knowledge base of newsgraph ({error})") from error
        if facts.get("finished") != "yes" or facts.get("schema") != SCHEMA_VERSION:
            raise ConfigurationError(f"{path} is unfinished or of another version; run the same `newsgraph kb build` again")
        self._countries: dict[str, Record] = {}

    def facts(self) -> dict[str, str]:
        """What the builder noted: sources, licences, versions."""
        return dict(self._db.execute("SELECT key, value FROM meta ORDER BY key").fetchall())

    def counts(self) -> dict[str, int]:
        """Records by type, and ``aliases`` and ``vectors`` in all."""
        rows = dict(self._db.execute("SELECT type, count(*) FROM record GROUP BY type ORDER BY 2 DESC").fetchall())
        more = "SELECT count(*), (SELECT count(*) FROM record WHERE vector IS NOT NULL) FROM alias"
        aliases, vectors = self._db.execute(more).fetchone()
        return {**rows, "aliases": aliases, "vectors": vectors}

    def candidates(self, name: str, fuzzy: bool = True) -> list[Candidate]:
        """Records of that name, best known first; where there is none, those of a misspelling (its first three letters right)."""
        key = normalise(name)
        slot = (key, fuzzy)
        if slot not in self._cache:
            found = self._exact(key)
            self._cache[slot] = found if found or not fuzzy else self._near(key)
            if len(self._cache) > _CACHED:
                self._cache.popitem(last=False)
        return self._cache[slot]

    def known(self, kb_id: str) -> bool:
        """Whether a record has that id."""
        return self._db.execute("SELECT 1 FROM record WHERE id = ?", (kb_id,)).fetchone() is not None

    def record(self, kb_id: str) -> Record | None:
        """The record of that id."""
        row = self._db.execute(f"SELECT {_COLUMNS} FROM record WHERE id = ?", (kb_id,)).fetchone()
        return _record(row) if row else None

    def country(self, code: str) -> Record | None:
        """The record of an ISO 3166 country."""
        if not self._countries:
            rows = self._db.execute(f"SELECT {_COLUMNS} FROM record WHERE kind = 'country' ORDER BY prior").fetchall()
            self._countries = {record.country: record for record in map(_record, rows)}
        return self._countries.get(code)

    def country_name(self, code: str) -> str:
        """The English name of an ISO 3166 country; the code itself where it is unknown."""
        found = self.country(code)
        return found.name if found else code

    def vector(self, kb_id: str) -> NDArray[np.float32] | None:
        """The vector of a record's description, shape (384,), where the file has vectors."""
        row = self._db.execute("SELECT vector FROM record WHERE id = ? AND vector IS NOT NULL", (kb_id,)).fetchone()
        return unpack(row[0]) if row else None

    def nearest(self, vector: NDArray[np.float32], count: int) -> list[tuple[float, Record]]:
        """Records whose description vectors are nearest, with the cosine; scans all vectors."""
        rows = self._db.execute(f"SELECT {_COLUMNS}, vector FROM record WHERE vector IS NOT NULL").fetchall()
        if not rows:
            return []
        scores = np.stack([unpack(row[-1]) for row in rows]) @ vector
        return [(float(scores[i]), _record(rows[i][:-1])) for i in np.argsort(-scores, kind="stable")[:count]]

    def _exact(self, key: str) -> list[Candidate]:
        columns = ", ".join(f"r.{column}" for column in _COLUMNS.split(", "))
        query = (
            f"SELECT a.kind, {columns} FROM alias a JOIN record r ON r.n = a.record WHERE a.key = ? ORDER BY r.prior DESC, r.id"
        )
        best: dict[str, Candidate] = {}
        for kind, *row in self._db.execute(query, (key,)):
            candidate = _candidate(kind, _record(tuple(row)))
            if candidate.record.id not in best or best[candidate.record.id].match < candidate.match:
                best[candidate.record.id] = candidate
        return list(best.values())[: int(LIMITS.max_candidates)]

    def _near(self, key: str) -> list[Candidate]:
        if len(key) < LIMITS.min_fuzzy_length or not key.replace(" ", "").isalpha():
            return []
        first, after, length = key[:3], key[:2] + chr(ord(key[2]) + 1), len(key)
        query = "SELECT DISTINCT key FROM alias WHERE key >= ? AND key < ? AND length(key) BETWEEN ? AND ?"
        keys = [row[0] for row in self._db.execute(query, (first, after, length - 2, length + 2))]
        near = process.extractOne(key, keys, scorer=fuzz.ratio, score_cutoff=LIMITS.min_fuzzy_ratio)
        if near is None:
            return []
        part = near[1] / 100 * LIMITS.misspelled_match
        return [Candidate(c.record, c.kind, c.match * part) for c in self._exact(near[0])]

    def find(self, words: str, count: int) -> list[Candidate]:
        """Records whose names are like the words, for people who search: exact ones first, then by shared trigrams."""
        key = normalise(words)
        found = self._exact(key)
        grams = dict.fromkeys(key[i : i + 3] for i in range(len(key) - 2))
        query = " OR ".join('"' + gram.replace('"', '""') + '"' for gram in grams)
        rows = (
            self._db.execute("SELECT key FROM spelling WHERE spelling MATCH ? ORDER BY rank LIMIT 100", (query,)) if query else ()
        )
        near = sorted(((fuzz.ratio(key, row[0]), row[0]) for row in rows if row[0] != key), key=lambda pair: (-pair[0], pair[1]))
        for likeness, spelling in near[:count]:
            found += [Candidate(c.record, c.kind, c.match * likeness / 100) for c in self._exact(spelling)]
        first: dict[str, Candidate] = {}
        for candidate in found:
            first.setdefault(candidate.record.id, candidate)
        return list(first.values())[:count]


def _candidate(kind: AliasKind, record: Record) -> Candidate:
    return Candidate(record, kind, STRENGTH[kind])


def _record(row: tuple[Any, ...]) -> Record:
    values = dict(zip(_COLUMNS.split(", "), row, strict=True))
    return Record(**{**values, "capital": bool(values["capital"])})
