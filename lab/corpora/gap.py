"""GAP (Webster et al. 2018): one pronoun and two names a row of a TSV file, with which of the two the pronoun means.

The pair judgements are the only annotation: no layer is complete. ``notes``: ``A-coref``, ``B-coref`` (TRUE/FALSE), ``url``.
"""

import csv
from collections.abc import Iterator
from pathlib import Path

from lab.corpora.document import GoldDocument, GoldMention
from lab.corpora.packed import file_text
from shared.errors import InputError

_COLUMNS = frozenset(["ID", "Text", "Pronoun", "Pronoun-offset", "A", "A-offset", "A-coref", "B", "B-offset", "B-coref"])


def read(path: Path) -> Iterator[GoldDocument]:
    """One document a row with mentions ``P``, ``A`` and ``B``; those of one cluster corefer, names never with each other.

    Raises InputError where a column is missing or an offset does not quote the text.
    """
    rows = csv.DictReader(file_text(path).splitlines(), delimiter="\t", quoting=csv.QUOTE_NONE)
    missing = _COLUMNS - set(rows.fieldnames or ())
    if missing:
        raise InputError(f"{path.name} lacks the columns {', '.join(sorted(missing))}: give a GAP file with its header")
    for row in rows:
        yield _document(path.name, row)


def _document(name: str, row: dict[str, str]) -> GoldDocument:
    is_a, is_b = row["A-coref"].upper() == "TRUE", row["B-coref"].upper() == "TRUE"
    mentions = (
        _mention(name, row, "Pronoun", "A" if is_a else "B" if is_b else "P"),
        _mention(name, row, "A", "A"),
        _mention(name, row, "B", "B"),
    )
    notes = {"A-coref": str(is_a).upper(), "B-coref": str(is_b).upper(), "url": row.get("URL") or ""}
    return GoldDocument(row["ID"], row["Text"], mentions=mentions, notes=notes)


def _mention(name: str, row: dict[str, str], column: str, cluster: str) -> GoldMention:
    start, words = int(row[f"{column}-offset"]), row[column]
    end = start + len(words)
    if row["Text"][start:end] != words:
        raise InputError(f"{name}, row {row['ID']}: {column}-offset {start} does not quote {words!r}")
    if column == "Pronoun":
        return GoldMention("P", start, end, ("PER",), "pronoun", "pronoun", (start, end), cluster)
    return GoldMention(column, start, end, ("PER",), "name", "name", (start, end), cluster)
