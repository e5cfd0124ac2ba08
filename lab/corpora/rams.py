"""RAMS (Ebner et al. 2020): five sentences around one trigger with its arguments; other events of the text are not marked."""

import gzip
import re
from collections.abc import Iterator
from pathlib import Path

from pydantic import BaseModel

from lab.corpora.document import GoldDocument, GoldMention
from lab.corpora.event_labels import LabelMap, fillers, label_map
from lab.corpora.mapped_events import MappedEvents, RawEvent, input_files
from lab.corpora.split_words import join_split_words
from lab.corpora.words import span_of

_ROLE = re.compile(r"^evt\d+arg\d+")
Tokens = tuple[int, int]


class Document(BaseModel):
    """One line of a file; spans are tokens of the document, both ends inclusive."""

    doc_key: str
    sentences: list[list[str]]
    evt_triggers: list[tuple[int, int, list[tuple[str, float]]]]
    gold_evt_links: list[tuple[Tokens, Tokens, str]]


def read(path: Path) -> Iterator[GoldDocument]:
    """Documents of a ``*.jsonlines[.gz]`` file or of a folder of them; the layer is ``arguments`` alone."""
    labels = label_map("rams")
    for file in input_files(path, "*.jsonlines", "*.jsonlines.gz"):
        with gzip.open(file, "rt", encoding="utf-8") if file.suffix == ".gz" else file.open(encoding="utf-8") as lines:
            for line in lines:
                yield _document(Document.model_validate_json(line), labels)


def _document(row: Document, labels: LabelMap) -> GoldDocument:
    text, words = join_split_words([word for sentence in row.sentences for word in sentence])
    mapped, mentions = MappedEvents(labels), dict[Tokens, GoldMention]()
    for start, end, names in row.evt_triggers:
        label, arguments = names[0][0], []
        types = labels.types(label)
        for trigger, filler, link in row.gold_evt_links:
            if trigger == (start, end):
                role = _ROLE.sub("", link)
                name = labels.role(role, label, types)
                span = span_of(words, filler[0], filler[1] + 1)
                known = mentions.get(filler)
                allowed = known.types if known else fillers(types, name) if name else ()
                mentions[filler] = GoldMention(f"{row.doc_key}-T{filler[0]}-{filler[1]}", *span, allowed)
                arguments.append((role, mentions[filler].id))
        mapped.add(RawEvent(f"{row.doc_key}-E{start}", span_of(words, start, end + 1), label, arguments))
    return GoldDocument(
        id=row.doc_key,
        text=text,
        words=words,
        sentences=_sentences(row, words),
        mentions=tuple(mentions.values()),
        events=tuple(mapped.events),
        layers=frozenset({"arguments"}),
        notes=mapped.notes(),
    )


def _sentences(row: Document, words: tuple[Tokens, ...]) -> tuple[Tokens, ...]:
    spans, at = [], 0
    for sentence in row.sentences:
        if sentence:
            spans.append(span_of(words, at, at + len(sentence)))
        at += len(sentence)
    return tuple(spans)
