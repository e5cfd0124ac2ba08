"""FAMuS (Vashishtha et al. 2024): short Wikipedia reports with one trigger and its frame; nothing else of the text is marked."""

from collections.abc import Iterator
from pathlib import Path

from pydantic import BaseModel

from lab.corpora.document import GoldDocument
from lab.corpora.event_labels import LabelMap, label_map
from lab.corpora.mapped_events import MappedEvents, RawEvent, input_files
from lab.corpora.split_words import join_split_words
from lab.corpora.words import span_of


class Report(BaseModel):
    """A report; ``trigger`` is (text, first and last character, first and last token), both ends inclusive."""

    frame: str
    trigger: tuple[str, int, int, int, int]
    tokens: list[str]


def read(path: Path) -> Iterator[GoldDocument]:
    """Reports of ``reports_*.jsonl`` with a frame that some map knows; no layer is complete, the trigger is an example."""
    frames, shared_names = label_map("famus"), label_map("maven")
    for file in input_files(path, "reports_*.jsonl"):
        with file.open(encoding="utf-8") as lines:
            for number, line in enumerate(lines):
                row = Report.model_validate_json(line)
                known = frames if row.frame.lower() in frames.events else shared_names
                if known.knows(row.frame):
                    yield _document(row, f"{file.stem}-{number}", known)


def _document(row: Report, name: str, labels: LabelMap) -> GoldDocument:
    text, words = join_split_words(row.tokens)
    trigger, _, _, first, last = row.trigger
    mapped, span = MappedEvents(labels), span_of(words, first, last + 1)
    mapped.add(RawEvent(f"{name}-E", span, row.frame, trigger=trigger))
    return GoldDocument(id=name, text=text, words=words, events=tuple(mapped.events), masked=tuple(mapped.masked))
