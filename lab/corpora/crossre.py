"""CrossRE (Bassignana & Plank 2022): ``*.json`` with a sentence a line, CrossNER entities and relations between them."""

from collections.abc import Iterator
from pathlib import Path

from pydantic import BaseModel, ValidationError

from lab.corpora.document import GoldDocument, GoldMention, GoldRelation
from lab.corpora.entity_labels import entity_meaning, relation_meaning
from lab.corpora.layout import TextLayout, lay_out
from lab.corpora.packed import packed_texts
from shared.errors import InputError


class _Sentence(BaseModel):
    doc_key: str
    sentence: list[str]
    ner: list[tuple[int, int, str]] = []
    relations: list[tuple[int, int, int, int, str, str, bool, bool]] = []


def read(path: Path) -> Iterator[GoldDocument]:
    """One document a sentence; relations the annotators were unsure of are left out. Raises InputError for another layout."""
    for name, text in packed_texts(path, (".json",)):
        for number, line in enumerate(text.split("\n"), 1):
            if line.strip():
                try:
                    yield _document(_Sentence.model_validate_json(line))
                except ValidationError as error:
                    raise InputError(f"{name}, line {number} is not in CrossRE's layout: {error}") from error


def _document(row: _Sentence) -> GoldDocument:
    layout = lay_out([row.sentence])
    mentions = {(first, last): _mention(layout, first, last, label) for first, last, label in row.ner}
    return GoldDocument(
        row.doc_key,
        layout.text,
        layout.flat,
        layout.sentences,
        tuple(mentions.values()),
        relations=tuple(_relations(row, mentions)),
        layers=frozenset({"names", "relations"}),
        masked=tuple((m.start, m.end) for m in mentions.values() if entity_meaning("conll", m.label).masked),
        topic=row.doc_key.split("-")[0],
    )


def _mention(layout: TextLayout, first: int, last: int, label: str) -> GoldMention:
    start, end = layout.span(0, first, last + 1)
    return GoldMention(f"{first}-{last}", start, end, entity_meaning("conll", label).types, label, "name")


def _relations(row: _Sentence, mentions: dict[tuple[int, int], GoldMention]) -> Iterator[GoldRelation]:
    for a, b, c, d, label, _, unsure, _ in row.relations:
        first, second = mentions.get((a, b)), mentions.get((c, d))
        if first and second and not unsure:
            meaning = relation_meaning("crossre", label, first.types, second.types)
            source, target = (second, first) if meaning.flip else (first, second)
            yield GoldRelation(meaning.types, source.id, target.id, label)
