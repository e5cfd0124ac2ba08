"""CoNLL04 (Roth & Yih 2004) in the columns of Bekoulis et al. 2018: ``index word tag relations targets`` after ``#doc ID`` lines.

A relation stands at its first argument's last word and names the index of its second argument's last word.
"""

import ast
from collections.abc import Iterator
from pathlib import Path

from lab.corpora.document import GoldDocument, GoldMention, GoldRelation
from lab.corpora.entity_labels import entity_meaning, relation_meaning
from lab.corpora.iob import chunks
from lab.corpora.layout import lay_out
from lab.corpora.packed import packed_texts
from shared.errors import InputError


def read(path: Path) -> Iterator[GoldDocument]:
    """One document a sentence, of a file or a folder's ``{train,dev,test}.txt``; InputError names a bad line."""
    for name, text in packed_texts(path, ("train.txt", "dev.txt", "test.txt")):
        rows: list[list[str]] = []
        title = ""
        for number, line in enumerate([*text.splitlines(), "#doc"], 1):
            if line.startswith("#doc"):
                if rows:
                    yield _document(f"{name}:{title}", rows)
                title, rows = line.removeprefix("#doc").strip(), []
            elif line.strip():
                rows.append(_cells(name, number, line))


def _cells(name: str, number: int, line: str) -> list[str]:
    cells = line.split("\t")
    if len(cells) != 5:
        raise InputError(f"{name}, line {number}: five columns (index, word, tag, relations, targets) expected, got {len(cells)}")
    return cells


def _document(identifier: str, rows: list[list[str]]) -> GoldDocument:
    layout = lay_out([[row[1] for row in rows]])
    mentions: dict[int, GoldMention] = {}
    masked = []
    for chunk in chunks([row[2] for row in rows]):
        start, end = layout.span(0, chunk.first, chunk.last)
        meaning = entity_meaning("conll", chunk.label)
        mentions[chunk.last - 1] = GoldMention(f"{chunk.first}-{chunk.last}", start, end, meaning.types, chunk.label, "name")
        masked += [(start, end)] if meaning.masked else []
    return GoldDocument(
        identifier,
        layout.text,
        layout.flat,
        layout.sentences,
        tuple(mentions.values()),
        relations=tuple(_relations(rows, mentions)),
        layers=frozenset({"names", "relations"}),
        masked=tuple(masked),
    )


def _relations(rows: list[list[str]], mentions: dict[int, GoldMention]) -> Iterator[GoldRelation]:
    for index, row in enumerate(rows):
        for label, target in zip(ast.literal_eval(row[3]), ast.literal_eval(row[4]), strict=True):
            first, second = mentions.get(index), mentions.get(int(target))
            if label != "N" and first and second:
                meaning = relation_meaning("conll04", str(label), first.types, second.types)
                source, other = (second, first) if meaning.flip else (first, second)
                yield GoldRelation(meaning.types, source.id, other.id, str(label))
