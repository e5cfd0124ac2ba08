"""Name lists of weapons and vehicles (files ``TYPE.Subtype_wiki.txt``, a name a line) for a knowledge base of one's own."""

import re
from collections.abc import Iterator
from pathlib import Path

from services.entity_linking.knowledge.record import Alias, Record
from shared.errors import InputError

_TYPES = frozenset({"VEH", "WEA", "ORG", "PER", "GPE", "LOC", "FAC"})
_BRACKET = re.compile(r"\s*\([^)]*\)$")
_PRIOR = 0.5


def read_lists(folder: Path) -> Iterator[tuple[Record, list[Alias]]]:
    """Records ``list:WEA.Gun:ak 47`` of all list files below the folder; raises InputError if there are none."""
    files = [path for path in sorted(folder.rglob("*_wiki.txt")) if path.name.split(".")[0].split("_")[0] in _TYPES]
    if not files:
        raise InputError(f"no list files (TYPE.Subtype_wiki.txt) below {folder}")
    for path in files:
        subtype = path.name.removesuffix("_wiki.txt")
        words = re.sub(r"(?<=[a-z])(?=[A-Z])", " ", subtype.rpartition(".")[2]).lower()
        for name in dict.fromkeys(path.read_text(encoding="utf-8").splitlines()):
            short = _BRACKET.sub("", name.strip())
            if len(short) > 2:
                ident = f"list:{subtype}:{name.strip().casefold()}"
                yield Record(ident, short, subtype.split(".")[0], words, words, prior=_PRIOR), [Alias(name.strip())]
