"""DocRED and Re-DocRED (Yao et al. 2019, Tan et al. 2022): ``*.json[.gz]`` of Wikipedia abstracts, relations between entities."""

from collections.abc import Iterator, Sequence
from pathlib import Path

from pydantic import BaseModel, Field, TypeAdapter, ValidationError

from lab.corpora.document import GoldDocument, GoldMention, GoldRelation, Kind
from lab.corpora.entity_labels import entity_meaning, relation_meaning
from lab.corpora.layout import TextLayout, lay_out
from lab.corpora.packed import file_text
from shared.errors import InputError

_VALUES = frozenset({"TIME", "NUM"})


class _Mention(BaseModel):
    type: str
    sent_id: int
    pos: tuple[int, int]


class _Relation(BaseModel):
    r: str
    h: int
    t: int


class _Document(BaseModel):
    title: str
    sents: list[list[str]]
    vertex: list[list[_Mention]] = Field(alias="vertexSet")
    labels: list[_Relation] = []


def read(path: Path) -> Iterator[GoldDocument]:
    """Documents of a file or of all ``*.json``/``*.json.gz`` of a folder; each entity is a cluster.

    A relation joins the two entities' nearest mentions; labels of one meaning give one.
    Raises InputError where a file has another layout.
    """
    files = (
        sorted(file for file in path.rglob("*.json*") if file.name.endswith((".json", ".json.gz"))) if path.is_dir() else [path]
    )
    for file in files:
        try:
            rows = TypeAdapter(list[_Document]).validate_json(file_text(file))
        except ValidationError as error:
            raise InputError(f"{file.name} is not in the layout of DocRED: {error}") from error
        for number, row in enumerate(rows):
            yield _document(f"{file.name}:{number}", row)


def _document(identifier: str, row: _Document) -> GoldDocument:
    layout = lay_out(row.sents)
    clusters = [list(_mentions(layout, row, number)) for number in range(len(row.vertex))]
    mentions = tuple(mention for cluster in clusters for mention in cluster)
    return GoldDocument(
        identifier,
        layout.text,
        layout.flat,
        layout.sentences,
        mentions,
        relations=tuple(_relations(row.labels, clusters)),
        layers=frozenset({"names", "relations"}),
        masked=tuple((m.start, m.end) for m in mentions if m.label == "MISC"),
        notes={"title": row.title},
    )


def _mentions(layout: TextLayout, row: _Document, number: int) -> Iterator[GoldMention]:
    seen: set[tuple[int, int]] = set()
    for index, mention in enumerate(row.vertex[number]):
        start, end = layout.span(mention.sent_id, *mention.pos)
        if (start, end) in seen:
            continue
        seen.add((start, end))
        types = entity_meaning("docred", mention.type).types
        kind: Kind = "value" if mention.type in _VALUES else "name"
        yield GoldMention(f"{number}_{index}", start, end, types, mention.type, kind, cluster=str(number))


def _relations(rows: Sequence[_Relation], clusters: Sequence[Sequence[GoldMention]]) -> Iterator[GoldRelation]:
    seen: set[tuple[tuple[str, ...], str, str]] = set()
    for row in rows:
        relation = _relation(row, clusters[row.h], clusters[row.t])
        key = (relation.types, relation.source_id, relation.target_id)
        if not relation.types or key not in seen:
            yield relation
        seen.add(key)


def _relation(row: _Relation, heads: Sequence[GoldMention], tails: Sequence[GoldMention]) -> GoldRelation:
    first, second = min(((a, b) for a in heads for b in tails), key=_distance)
    meaning = relation_meaning("docred", row.r, first.types, second.types)
    source, target = (second, first) if meaning.flip else (first, second)
    return GoldRelation(meaning.types, source.id, target.id, row.r)


def _distance(pair: tuple[GoldMention, GoldMention]) -> tuple[int, int, int]:
    """Characters between the two starts; ties go to the earlier mentions, in either order of arguments."""
    starts = sorted((pair[0].start, pair[1].start))
    return starts[1] - starts[0], starts[0], starts[1]
