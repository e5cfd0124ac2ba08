"""GENEVA (Parekh et al. 2023): sentences of FrameNet with events of MAVEN's types and their arguments, as whole phrases."""

import gzip
from collections.abc import Iterator
from pathlib import Path

from pydantic import BaseModel

from lab.corpora.document import GoldDocument, GoldMention
from lab.corpora.event_labels import LabelMap, fillers, label_map
from lab.corpora.mapped_events import MappedEvents, RawEvent, input_files
from lab.corpora.noun_phrases import head_index
from lab.corpora.split_words import join_split_words
from lab.corpora.words import span_of

Span = tuple[int, int]


class Entity(BaseModel):
    """Tokens ``[start, end)``."""

    id: str
    start: int
    end: int


class Trigger(BaseModel):
    """Tokens ``[start, end)``."""

    start: int
    end: int
    text: str


class Argument(BaseModel):
    """A FrameNet role."""

    entity_id: str
    role: str


class Event(BaseModel):
    """An event of one of 115 types."""

    id: str
    event_type: str
    trigger: Trigger
    arguments: list[Argument]


class Sentence(BaseModel):
    """One line of a file."""

    wnd_id: str
    tokens: list[str]
    entity_mentions: list[Entity]
    event_mentions: list[Event]


def read(path: Path) -> Iterator[GoldDocument]:
    """Sentences of ``data_*.json[.gz]`` files, each sentence once (the training samples overlap)."""
    labels, seen = label_map("maven"), set[str]()
    for file in input_files(path, "data_*.json", "data_*.json.gz"):
        with gzip.open(file, "rt", encoding="utf-8") if file.suffix == ".gz" else file.open(encoding="utf-8") as lines:
            for line in lines:
                row = Sentence.model_validate_json(line)
                if row.wnd_id not in seen:
                    seen.add(row.wnd_id)
                    yield _document(row, labels)


def _document(row: Sentence, labels: LabelMap) -> GoldDocument:
    text, words = join_split_words(row.tokens)
    entities = {entity.id: entity for entity in row.entity_mentions}
    mapped, mentions = MappedEvents(labels), dict[str, GoldMention]()
    for event in row.event_mentions:
        label, trigger = event.event_type, event.trigger
        types = labels.types(label, trigger.text)
        for argument in event.arguments:
            role = labels.role(argument.role, label, types)
            if role and argument.entity_id not in mentions:
                allowed = fillers(types, role)
                mentions[argument.entity_id] = _mention(entities[argument.entity_id], row.tokens, words, allowed)
        pairs = [(argument.role, argument.entity_id) for argument in event.arguments]
        mapped.add(RawEvent(event.id, span_of(words, trigger.start, trigger.end), label, pairs, trigger=trigger.text))
    return GoldDocument(
        id=row.wnd_id,
        text=text,
        words=words,
        sentences=((0, len(text)),),
        mentions=tuple(mentions.values()),
        events=tuple(mapped.events),
        layers=frozenset({"events", "arguments"}),
        masked=tuple(mapped.masked),
        notes=mapped.notes(),
    )


def _mention(entity: Entity, tokens: list[str], words: tuple[Span, ...], types: tuple[str, ...]) -> GoldMention:
    """The phrase with its head; a phrase with a preposition has the head of its noun phrase."""
    start, end = span_of(words, entity.start, entity.end)
    head = entity.start + head_index(tokens[entity.start : entity.end])
    return GoldMention(entity.id, start, end, types, head=words[head])
