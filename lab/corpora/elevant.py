"""ELEVANT entity linking benchmarks (Bast et al. 2022): ``*.benchmark.jsonl``, spans with Wikidata ids.

``kb_id`` is the Wikidata id or ``NIL``; dates and quantities have none. Optional labels, labels that could not be mapped to
Wikidata and everything outside the evaluation span are masked. Nested labels are mentions too: only the outer ones need linking
(``notes`` has the ids of the inner ones as ``inner``).
"""

from collections.abc import Iterator
from pathlib import Path

from pydantic import BaseModel, ValidationError

from lab.corpora.document import GoldDocument, GoldMention, Kind
from lab.corpora.entity_labels import entity_meaning
from lab.corpora.noun_phrases import head_index, kind_of
from lab.corpora.packed import packed_texts
from shared.errors import InputError

NIL = "NIL"
_VALUES = frozenset({"DATETIME", "QUANTITY"})


class _Label(BaseModel):
    id: int
    span: tuple[int, int]
    entity_id: str = ""
    type: str = ""
    optional: bool | None = None
    coref: bool | None = None
    parent: int | None = None


class _Article(BaseModel):
    id: int
    title: str = ""
    text: str
    labels: list[_Label] = []
    evaluation_span: tuple[int, int] | None = None


def read(path: Path) -> Iterator[GoldDocument]:
    """One document a line of a file or of all ``*.jsonl`` of a folder; raises InputError at a line of another layout."""
    for name, text in packed_texts(path, (".jsonl",)):
        for number, line in enumerate(text.split("\n"), 1):
            if line.strip():
                try:
                    article = _Article.model_validate_json(line)
                except ValidationError as error:
                    raise InputError(f"{name}, line {number} is not in ELEVANT's layout: {error}") from error
                yield _document(name, article)


def _document(name: str, article: _Article) -> GoldDocument:
    mentions, masked = [], list(_outside(article))
    for label in article.labels:
        start, end = label.span
        if not article.text[start:end].strip():
            continue
        mention = _mention(article.text, label)
        mentions.append(mention)
        if label.optional or (mention.kb_id is None and label.entity_id not in _VALUES and label.type not in _VALUES):
            masked.append((start, end))
    inner = " ".join(str(label.id) for label in article.labels if label.parent is not None)
    return GoldDocument(
        f"{name}:{article.id}",
        article.text,
        mentions=tuple(mentions),
        layers=frozenset({"links"}),
        masked=tuple(masked),
        notes={"title": article.title, **({"inner": inner} if inner else {})},
    )


def _outside(article: _Article) -> Iterator[tuple[int, int]]:
    start, end = article.evaluation_span or (0, len(article.text))
    if start > 0:
        yield 0, start
    if end < len(article.text):
        yield end, len(article.text)


def _mention(text: str, label: _Label) -> GoldMention:
    start, end = label.span
    words = text[start:end].split()
    is_value = label.entity_id in _VALUES or label.type in _VALUES
    known = label.entity_id[:1] == "Q" and label.entity_id[1:].isdigit()
    unknown = label.entity_id in {"<NIL>", "NIL"} or label.entity_id.startswith("Unknown")
    kb_id = None if is_value else label.entity_id if known else NIL if unknown else None
    kind: Kind = "value" if is_value else kind_of(words) if label.coref else "name"
    types = entity_meaning("elevant", label.type, words[head_index(words)]).types
    return GoldMention(str(label.id), start, end, types, label.type, kind, kb_id=kb_id)
