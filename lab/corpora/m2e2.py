"""M2E2 (Li et al. 2020), text side: Voice of America sentences with events of 8 types; a document an article, for tests only."""

import gzip
import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from pydantic import BaseModel, Field, TypeAdapter

from lab.corpora.document import GoldArgument, GoldDocument, GoldEvent, GoldMention
from lab.corpora.event_labels import types_of_ace
from lab.corpora.mapped_events import input_files
from lab.corpora.words import span_of

_FILES = tuple(f"text_{kind}_event.json{end}" for kind in ("only", "multimedia") for end in ("", ".gz"))
_KINDS = frozenset({"PER", "ORG", "GPE", "LOC", "FAC", "VEH", "WEA", "VALUE"})
Span = tuple[int, int]


class Words(BaseModel):
    """Words ``[start, end)`` of the sentence."""

    start: int
    end: int


class Entity(Words):
    """An entity mention; events refer to it by its words."""

    entity_type: str = Field(alias="entity-type")


class Argument(Words):
    """A role of an event."""

    role: str


class Event(BaseModel):
    """An event with an ACE type such as ``Movement:Transport``."""

    event_type: str
    trigger: Words
    arguments: list[Argument]


class Sentence(BaseModel):
    """A sentence; ``index`` are first and last character of each word, counted from the article's start."""

    sentence_id: str
    sentence_start: int
    sentence: str
    words: list[str]
    index: list[tuple[int, int]]
    entities: list[Entity] = Field(alias="golden-entity-mentions")
    events: list[Event] = Field(alias="golden-event-mentions")
    image: list[str] = []


@dataclass
class _Article:
    """What of an article is built so far; sentences stand on lines of their own."""

    text: str
    words: list[Span]
    sentences: list[Span]
    mentions: dict[Span, GoldMention]
    events: dict[tuple[Span, str], GoldEvent]


def read(path: Path) -> Iterator[GoldDocument]:
    """Articles of an M2E2 folder (``text_only_event.json[.gz]``, ``text_multimedia_event.json``) or of one such file."""
    articles: dict[str, dict[str, list[Sentence]]] = {}
    for file in input_files(path, *_FILES):
        for row in _rows(file):
            articles.setdefault(row.sentence_id.rsplit("_", 1)[0], {}).setdefault(row.sentence_id, []).append(row)
    for name, rows in articles.items():
        yield _document(name, sorted(rows.values(), key=lambda same: same[0].sentence_start))


def _rows(file: Path) -> list[Sentence]:
    with gzip.open(file, "rt", encoding="utf-8") if file.suffix == ".gz" else file.open(encoding="utf-8") as stream:
        return TypeAdapter(list[Sentence]).validate_python(json.load(stream))


def _document(name: str, rows: Sequence[Sequence[Sentence]]) -> GoldDocument:
    article = _Article("", [], [], {}, {})
    for same in rows:
        words = _add_sentence(article, same[0])
        for row in same:
            _add_marks(article, row, words, name)
    images = sorted({image for same in rows for row in same for image in row.image})
    return GoldDocument(
        id=name,
        text=article.text,
        words=tuple(article.words),
        sentences=tuple(article.sentences),
        mentions=tuple(article.mentions.values()),
        events=tuple(article.events.values()),
        layers=frozenset({"events", "arguments"}),
        notes={"images": " ".join(images)},
    )


def _add_sentence(article: _Article, row: Sentence) -> list[Span]:
    """Append the sentence and its last character, which the file has only among the words; returns the words' characters."""
    text = row.sentence
    spans = [(first - row.sentence_start, last + 1 - row.sentence_start) for first, last in row.index]
    if spans and spans[-1][1] == len(text) + 1:
        text += row.words[-1][-1]
    article.text += "\n" if article.text else ""
    shift = len(article.text)
    words = [(start + shift, end + shift) for start, end in spans]
    article.text += text
    article.words += words
    article.sentences.append((shift, len(article.text)))
    return words


def _add_marks(article: _Article, row: Sentence, words: Sequence[Span], name: str) -> None:
    for entity in row.entities:
        _mention(article, span_of(words, entity.start, entity.end), entity.entity_type, name)
    for event in row.events:
        span, types = span_of(words, event.trigger.start, event.trigger.end), types_of_ace(event.event_type)
        arguments = tuple(_arguments(article, event.arguments, words, name))
        before = article.events.get((span, event.event_type))
        if before:
            arguments = tuple(dict.fromkeys(before.arguments + arguments))
        article.events[span, event.event_type] = GoldEvent(f"{name}-E{span[0]}", *span, types, event.event_type, arguments)


def _arguments(article: _Article, rows: Iterable[Argument], words: Sequence[Span], name: str) -> Iterator[GoldArgument]:
    for argument in rows:
        mention = _mention(article, span_of(words, argument.start, argument.end), "", name)
        yield GoldArgument(argument.role, mention.id, argument.role)


def _mention(article: _Article, span: Span, label: str, name: str) -> GoldMention:
    known = article.mentions.get(span)
    if known is None:
        types = (label,) if label in _KINDS else ()
        known = article.mentions[span] = GoldMention(f"{name}-T{span[0]}-{span[1]}", *span, types, label)
    return known
