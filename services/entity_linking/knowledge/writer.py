"""Writes a knowledge base: one SQLite file with records, their names, and a trigram index of the spellings."""

import sqlite3
from collections.abc import Iterable
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from services.entity_linking.knowledge.normalisation import normalise
from services.entity_linking.knowledge.record import Alias, Record

SCHEMA_VERSION = "1"
_MAX_NAME = 120
_TABLES = """
CREATE TABLE IF NOT EXISTS meta (key TEXT PRIMARY KEY, value TEXT) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS record (
    n INTEGER PRIMARY KEY, id TEXT UNIQUE, name TEXT, type TEXT, kind TEXT, description TEXT, country TEXT, admin TEXT,
    latitude REAL, longitude REAL, population INTEGER, prior REAL, capital INTEGER, vector BLOB);
CREATE TABLE IF NOT EXISTS alias (
    key TEXT, record INTEGER, kind TEXT, language TEXT, PRIMARY KEY (key, record, kind)) WITHOUT ROWID;
"""
_INDEXES = """
CREATE INDEX IF NOT EXISTS record_kind ON record (kind, country);
CREATE VIRTUAL TABLE IF NOT EXISTS spelling USING fts5 (key, tokenize = 'trigram', detail = 'none');
DELETE FROM spelling;
INSERT INTO spelling (key) SELECT DISTINCT key FROM alias WHERE length(key) BETWEEN 6 AND 40;
"""


class KBWriter:
    """Adds records; nothing is kept before ``commit``. A file that exists is continued."""

    def __init__(self, path: Path) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        self._db = sqlite3.connect(path)
        self._db.execute("PRAGMA journal_mode = WAL")
        self._db.execute("PRAGMA synchronous = OFF")
        self._db.executescript(_TABLES)

    def add(self, record: Record, aliases: Iterable[Alias], vector: NDArray[np.float32] | None = None) -> None:
        """Add a record with its names (its own name is one of them); where the id is there already, only the names are added."""
        row = (
            record.id, record.name, record.type, record.kind, record.description, record.country, record.admin, record.latitude,
            record.longitude, record.population, record.prior, int(record.capital), pack(vector),
        )  # fmt: skip
        added = self._db.execute(f"INSERT OR IGNORE INTO record VALUES (NULL{', ?' * len(row)})", row)
        number = added.lastrowid if added.rowcount else self._number(record.id)
        names = [Alias(record.name, "name"), *aliases]
        keys = ((normalise(a.name), number, a.kind, a.language) for a in names if len(a.name) <= _MAX_NAME)
        self._db.executemany("INSERT OR IGNORE INTO alias VALUES (?, ?, ?, ?)", (row for row in keys if row[0]))

    def _number(self, ident: str) -> int:
        return int(self._db.execute("SELECT n FROM record WHERE id = ?", (ident,)).fetchone()[0])

    def note(self, **facts: str) -> None:
        """Keep facts about the knowledge base itself, for ``newsgraph kb info`` and for resuming."""
        self._db.executemany("INSERT OR REPLACE INTO meta VALUES (?, ?)", facts.items())

    def noted(self, key: str) -> str | None:
        """A fact kept before, None if there is none."""
        row = self._db.execute("SELECT value FROM meta WHERE key = ?", (key,)).fetchone()
        return str(row[0]) if row else None

    def commit(self) -> None:
        """Keep what was added since the last commit, all or nothing."""
        self._db.commit()

    def finish(self) -> None:
        """Index the spellings and close; only a finished file can be opened."""
        self._db.executescript(_INDEXES)
        self.note(schema=SCHEMA_VERSION, finished="yes")
        self._db.commit()
        self._db.execute("PRAGMA journal_mode = DELETE")
        self._db.close()

    def close(self) -> None:
        """Close without finishing; what was committed stays for the next build."""
        self._db.rollback()
        self._db.close()


def pack(vector: NDArray[np.float32] | None) -> bytes | None:
    """A unit vector as int8 (times 127), one byte a dimension."""
    return None if vector is None else np.round(vector * 127).astype(np.int8).tobytes()


def unpack(blob: bytes) -> NDArray[np.float32]:
    """The vector of ``pack``, exact to 1/254 in each dimension."""
    vector: NDArray[np.float32] = np.frombuffer(blob, np.int8).astype(np.float32) / np.float32(127)
    return vector
