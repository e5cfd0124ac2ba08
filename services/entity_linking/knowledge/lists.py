"""Lists for a knowledge base of one's own: leaders, and names of weapons and vehicles (``TYPE.Subtype_wiki.txt``)."""

import csv
import re
from collections.abc import Iterator
from pathlib import Path

from services.entity_linking.knowledge import facts
from services.entity_linking.knowledge.record import Alias, Record
from services.entity_linking.thresholds import LIMITS
from shared.errors import InputError

LEADERS = "world_leaders_*_wikidata.csv"
_TYPES = frozenset({"VEH", "WEA", "ORG", "PER", "GPE", "LOC", "FAC"})
_COLUMNS = ("officeholder", "officeholderLabel", "positionLabel", "countryid", "start_year", "end_year")
_BRACKET = re.compile(r"\s*\([^)]*\)$")
Named = tuple[Record, list[Alias]]


def read_lists(folder: Path) -> Iterator[Named]:
    """Records ``list:WEA.Gun:ak 47`` of all lists below the folder, and leaders with their Wikidata ids; InputError if none."""
    files = [path for path in sorted(folder.rglob("*_wiki.txt")) if path.name.split(".")[0].split("_")[0] in _TYPES]
    leaders = sorted(folder.rglob(LEADERS))
    if not files and not leaders:
        raise InputError(f"no list files (TYPE.Subtype_wiki.txt or {LEADERS}) below {folder}")
    for path in files:
        yield from _names(path)
    for path in leaders:
        yield from _leaders(path)


def _names(path: Path) -> Iterator[Named]:
    subtype = path.name.removesuffix("_wiki.txt")
    words = re.sub(r"(?<=[a-z])(?=[A-Z])", " ", subtype.rpartition(".")[2]).lower()
    for name in dict.fromkeys(path.read_text(encoding="utf-8").splitlines()):
        short = _BRACKET.sub("", name.strip())
        if len(short) > 2:
            ident = f"list:{subtype}:{name.strip().casefold()}"
            yield Record(ident, short, subtype.split(".")[0], words, words, prior=LIMITS.prior_list), [Alias(name.strip())]


def _leaders(path: Path) -> Iterator[Named]:
    """One record a person, with the offices and years; people of the embedded knowledge base and single names are left out."""
    known = {entry.wikidata for _, _, entry in facts.entries("wikidata_names.yaml")}
    codes = {row["wikidata"]: row["code"] for row in facts.countries()}
    people: dict[str, list[dict[str, str]]] = {}
    with path.open(encoding="utf-8", newline="") as file:
        reader = csv.DictReader(file)
        missing = [column for column in _COLUMNS if column not in (reader.fieldnames or ())]
        if missing:
            raise InputError(f"{path} has no column {missing[0]!r}")
        for row in reader:
            people.setdefault(row["officeholder"], []).append(row)
    for ident, rows in people.items():
        if ident not in known and len(rows[0]["officeholderLabel"].split()) > 1:
            yield _leader(ident, rows, codes.get(rows[0]["countryid"], "")), []


def _leader(ident: str, rows: list[dict[str, str]], country: str) -> Record:
    offices = "; ".join(dict.fromkeys(row["positionLabel"] for row in rows))
    years = f"{min(row['start_year'] for row in rows)}-{max(row['end_year'] for row in rows)}"
    return Record(
        f"wikidata:{ident}",
        rows[0]["officeholderLabel"],
        "PER",
        "politician",
        f"{offices} ({years})",
        country,
        prior=LIMITS.prior_leader,
    )
