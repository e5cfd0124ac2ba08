"""MAVEN (Wang et al. 2020): triggers of 168 types in lone Wikipedia sentences, ``{tokens, events: [[start, end, type]]}``."""

from collections.abc import Iterator
from pathlib import Path

from pydantic import BaseModel

from lab.corpora.document import GoldDocument
from lab.corpora.event_labels import label_map
from lab.corpora.mapped_events import MappedEvents, RawEvent, input_files
from lab.corpora.split_words import join_split_words
from lab.corpora.words import span_of


class Sentence(BaseModel):
    """A sentence with all its triggers: tokens ``[start, end)`` and the type."""

    tokens: list[str]
    events: list[tuple[int, int, str]]


def read(path: Path) -> Iterator[GoldDocument]:
    """The sentences of ``maven*_full.jsonl`` (or the file given); ``*_partial*`` files have no whole layer."""
    labels = label_map("maven")
    for file in input_files(path, "*_full.jsonl"):
        with file.open(encoding="utf-8") as lines:
            for number, line in enumerate(lines):
                row = Sentence.model_validate_json(line)
                if not row.tokens:
                    continue
                name = f"{file.stem}-{number}"
                text, words = join_split_words(row.tokens)
                mapped = MappedEvents(labels)
                for start, end, label in row.events:
                    trigger = " ".join(row.tokens[start:end])
                    mapped.add(RawEvent(f"{name}-E{start}", span_of(words, start, end), label, trigger=trigger))
                yield GoldDocument(
                    id=name,
                    text=text,
                    words=words,
                    sentences=((0, len(text)),),
                    events=tuple(mapped.events),
                    layers=frozenset() if "_partial" in file.stem else frozenset({"events"}),
                    masked=tuple(mapped.masked),
                )
