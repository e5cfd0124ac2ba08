"""WikiEvents (Li et al. 2021): documents with entities, events and arguments across sentences; and the rebuilt training file.

The rebuilt file has no entities and two-level types; of its triggers only those with sure offsets are used, the rest is masked.
"""

import json
from collections.abc import Iterator, Sequence
from pathlib import Path

from pydantic import TypeAdapter

from lab.corpora.document import GoldDocument, GoldMention, Kind, Layer
from lab.corpora.event_labels import LabelMap, fillers, label_map
from lab.corpora.mapped_events import MappedEvents, RawEvent, input_files
from lab.corpora.noun_phrases import kind_of
from lab.corpora.split_words import join_split_words
from lab.corpora.wikievents_layout import Document, Mention, RebuiltArgument, RebuiltDocument
from lab.corpora.words import span_of
from shared.ontology import load_ontology

Span = tuple[int, int]
_SURE = frozenset({"unique", "args", "all_occurrences"})
_ENTITY_TYPES = {"VAL": "VALUE", "MON": "MONEY", "TTL": "TITLE", "CRM": "CRIME"}
_OTHER_TYPES = frozenset({"VALUE", "MONEY", "TITLE", "CRIME"})


def read(path: Path) -> Iterator[GoldDocument]:
    """Documents of a ``*.jsonl`` file of either layout, or a folder; ``coref_*.jsonlines`` beside a file gives clusters."""
    labels = label_map("kairos")
    for file in input_files(path, "*.jsonl"):
        clusters = _clusters(file)
        with file.open(encoding="utf-8") as lines:
            for line in lines:
                row = json.loads(line)
                if "sentence_spans" in row:
                    yield _rebuilt(RebuiltDocument.model_validate(row), labels)
                elif "entity_mentions" in row:
                    yield _original(Document.model_validate(row), labels, clusters)


def _clusters(file: Path) -> dict[str, str]:
    """Mention or event id -> cluster id, from the coreference file of the same split; empty where there is none."""
    beside = file.with_name(f"coref_{file.stem}.jsonlines")
    found: dict[str, str] = {}
    if beside.is_file():
        for line in beside.read_text(encoding="utf-8").splitlines():
            row = json.loads(line)
            clusters = TypeAdapter(list[list[str]]).validate_python(row["clusters"])
            found |= {name: f"{row['doc_key']}-C{index}" for index, names in enumerate(clusters) for name in names}
    return found


def _original(row: Document, labels: LabelMap, clusters: dict[str, str]) -> GoldDocument:
    text, words, sentences = _text(row)
    mentions = tuple(_mention(mention, words, sentences, row.tokens, clusters) for mention in row.entity_mentions)
    known = {mention.id for mention in mentions}
    mapped = MappedEvents(labels)
    for event in row.event_mentions:
        arguments = [(argument.role, argument.entity_id) for argument in event.arguments if argument.entity_id in known]
        span = span_of(words, event.trigger.start, event.trigger.end)
        mapped.add(RawEvent(event.id, span, event.event_type, arguments, clusters.get(event.id)))
    layers: set[Layer] = {"names", "events", "arguments"}
    if clusters:
        layers.add("coreference")
    return GoldDocument(
        id=row.doc_id,
        text=text,
        words=words,
        sentences=sentences,
        mentions=mentions,
        events=tuple(mapped.events),
        layers=frozenset(layers),
        masked=tuple(mapped.masked),
        notes=mapped.notes(),
    )


def _text(row: Document) -> tuple[str, tuple[Span, ...], tuple[Span, ...]]:
    """The text from the sentences: the file's own ``text`` has lost paragraph breaks, and its offsets drift."""
    text, words, sentences = "", [], []
    for tokens, sentence in row.sentences:
        text += "\n" if text else ""
        shift = len(text) - tokens[0][1]
        words += [(start + shift, end + shift) for _, start, end in tokens]
        sentences.append((len(text), words[-1][1]))
        text += sentence
    return text, tuple(words), tuple(sentences)


def _mention(
    mention: Mention, words: Sequence[Span], sentences: Sequence[Span], tokens: Sequence[str], clusters: dict[str, str]
) -> GoldMention:
    start, end = span_of(words, mention.start, mention.end)
    label = _ENTITY_TYPES.get(mention.entity_type, mention.entity_type)
    types = (label,) if label in _OTHER_TYPES or label in load_ontology().entity_types else ()
    first_of_sentence = start == sentences[mention.sent_idx][0]
    kind = _kind(tokens[mention.start : mention.end], label, first_of_sentence)
    return GoldMention(mention.id, start, end, types, mention.entity_type, kind, cluster=clusters.get(mention.id))


def _kind(tokens: Sequence[str], label: str, first_of_sentence: bool) -> Kind:
    """Guessed from the spelling (the corpus does not say): unknown where one capital may only be that of the sentence."""
    if label in ("VALUE", "MONEY"):
        return "value"
    kind = kind_of(tokens)
    only_first = first_of_sentence and not any(token[:1].isupper() for token in tokens[1:])
    return "" if kind == "name" and only_first else kind


def _rebuilt(row: RebuiltDocument, labels: LabelMap) -> GoldDocument:
    text, words = join_split_words(row.tokens)
    mapped, mentions = MappedEvents(labels), _ArgumentMentions(row, words, labels)
    for index, event in enumerate(row.event_mentions):
        if event.confidence in _SURE:
            arguments = mentions.arguments(event.event_type, event.arguments)
            span = span_of(words, event.trigger.start, event.trigger.end)
            mapped.add(RawEvent(f"{row.doc_id}-E{index}", span, event.event_type, arguments))
    doubtful = [span_of(words, start, end) for start, end in row.ambiguous_trigger_spans]
    return GoldDocument(
        id=row.doc_id,
        text=text,
        words=words,
        sentences=tuple(span_of(words, start, end) for start, end in row.sentence_spans if end > start),
        mentions=tuple(mentions.found.values()),
        events=tuple(mapped.events),
        layers=frozenset({"events", "arguments"}),
        masked=tuple(mapped.masked + doubtful),
        notes=mapped.notes(),
    )


class _ArgumentMentions:
    """The spans that fill roles, one mention a span; its types are the entity types that all its roles allow."""

    def __init__(self, row: RebuiltDocument, words: Sequence[Span], labels: LabelMap) -> None:
        self.found: dict[tuple[int, int], GoldMention] = {}
        self._row, self._words, self._labels = row, words, labels

    def arguments(self, label: str, rows: Sequence[RebuiltArgument]) -> list[tuple[str, str]]:
        """(role, mention id) of the arguments with sure offsets."""
        types = self._labels.types(label)
        pairs = []
        for argument in rows:
            if argument.start is not None and argument.end is not None and self._is_sure(argument):
                role = self._labels.role(argument.role, label, types)
                allowed = fillers(types, role) if role else ()
                pairs.append((argument.role, self._mention((argument.start, argument.end), allowed).id))
        return pairs

    def _is_sure(self, argument: RebuiltArgument) -> bool:
        """In the trigger's sentence, or the only place of that text in the document."""
        wanted = argument.text.split()
        size, tokens = len(wanted), self._row.tokens
        return (
            argument.how == "same_sentence" or sum(tokens[at : at + size] == wanted for at in range(len(tokens) - size + 1)) == 1
        )

    def _mention(self, at: tuple[int, int], allowed: tuple[str, ...]) -> GoldMention:
        before = self.found.get(at)
        types = tuple(name for name in before.types if name in allowed) or before.types if before else allowed
        start, end = span_of(self._words, *at)
        mention = GoldMention(before.id if before else f"{self._row.doc_id}-T{len(self.found)}", start, end, types)
        self.found[at] = mention
        return mention
