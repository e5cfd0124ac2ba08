"""Photo captions of Voice of America with the events of an older system (CLIP-Event): silver, about three quarters right."""

import re
from collections.abc import Iterator
from pathlib import Path

from pydantic import BaseModel

from lab.corpora.document import GoldDocument, GoldMention
from lab.corpora.event_labels import LabelMap, fillers, label_map
from lab.corpora.mapped_events import MappedEvents, RawEvent, input_files
from lab.corpora.split_words import join_split_words
from lab.corpora.words import span_of

_TAG = re.compile(r'<span|style="[^"]*">|</?span>')
Tokens = tuple[int, int]
SILVER_WEIGHT = 0.4


class Argument(BaseModel):
    """A role; ``span`` is missing where the filler is not in the sentence."""

    role: str
    entity: str
    span: Tokens | None = None


class Event(BaseModel):
    """An event; ``trigger`` are tokens ``[start, end)``."""

    id: str
    type: str
    trigger: Tokens
    arguments: list[Argument]


class Caption(BaseModel):
    """One sentence of a caption. ``in_m2e2``: the article is one of M2E2's, so it must not be trained on."""

    caption_id: str
    tokens: list[str]
    events: list[Event]
    image_urls: list[str] = []
    in_m2e2: bool


def read(path: Path) -> Iterator[GoldDocument]:
    """Captions of ``*_silver.jsonl`` at weight 0.4, each text once; those of M2E2 articles are left out."""
    labels, seen = label_map("voa"), set[str]()
    for file in input_files(path, "*_silver.jsonl"):
        with file.open(encoding="utf-8") as lines:
            for number, line in enumerate(lines):
                row = Caption.model_validate_json(line)
                document = None if row.in_m2e2 else _document(row, f"{row.caption_id}#{number}", labels)
                if document is not None and document.text not in seen:
                    seen.add(document.text)
                    yield document


def _document(row: Caption, name: str, labels: LabelMap) -> GoldDocument | None:
    kept, places = _without_markup(row.tokens)
    if not kept:
        return None
    text, words = join_split_words(kept)
    mapped, mentions = MappedEvents(labels), dict[Tokens, GoldMention]()
    for event in row.events:
        trigger = _trigger(event.trigger, row.tokens, places)
        arguments, types = [], labels.types(event.type)
        for argument in event.arguments:
            if argument.span is not None:
                at = places[argument.span[0]], places[argument.span[1]]
                role = labels.role(argument.role, event.type, types)
                allowed = mentions[at].types if at in mentions else fillers(types, role) if role else ()
                mentions[at] = GoldMention(f"{name}-T{at[0]}-{at[1]}", *span_of(words, *at), allowed, cluster=argument.entity)
                arguments.append((argument.role, mentions[at].id))
        mapped.add(RawEvent(event.id, span_of(words, *trigger), event.type, arguments))
    return GoldDocument(
        id=name,
        text=text,
        words=words,
        sentences=((0, len(text)),),
        mentions=tuple(mentions.values()),
        events=tuple(mapped.events),
        layers=frozenset({"events", "arguments"}),
        masked=tuple(mapped.masked),
        weight=SILVER_WEIGHT,
        notes=mapped.notes() | {"image_urls": " ".join(row.image_urls)},
    )


def _without_markup(tokens: list[str]) -> tuple[list[str], list[int]]:
    """The words without what is left of HTML, and for each old place (and the end) the new one."""
    kept: list[str] = []
    places = []
    for token in tokens:
        places.append(len(kept))
        clean = _TAG.sub("", token)
        if clean:
            kept.append(clean)
    return kept, [*places, len(kept)]


def _trigger(trigger: Tokens, tokens: list[str], places: list[int]) -> Tokens:
    """A trigger of several words is cut at the markup that coloured the rest of it: take the rest too."""
    end = trigger[1]
    if end < len(tokens) and tokens[end] == "<span":
        while end < len(tokens) and "</span>" not in tokens[end]:
            end += 1
        end = min(end + 1, len(tokens))
    return places[trigger[0]], places[end]
