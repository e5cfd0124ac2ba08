"""The engine of the gpu profile: GLiNER2 with the ontology as its schema. Two rounds over overlapping windows:

names and event triggers first, then roles of the event types found and relations between the entity types found.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from pydantic import TypeAdapter

from services.text_ie.assembly import assemble
from services.text_ie.engines.gliner import schema
from services.text_ie.engines.gliner.model import (
    AnswerSpan,
    EntityAnswer,
    Extractor,
    Record,
    RelationAnswer,
    SchemaBuilder,
    load_model,
    revision,
)
from services.text_ie.engines.merging import merge_windows
from services.text_ie.engines.windows import joined, pack, sentences, split_long, words
from services.text_ie.findings import (
    VALUES,
    Findings,
    FoundArgument,
    FoundEvent,
    FoundMention,
    FoundRelation,
    FoundTime,
    TimeBounds,
)
from services.text_ie.settings import EngineSettings
from services.text_ie.thresholds import LIMITS
from shared.errors import StageError
from shared.manifest import settings_id
from shared.ontology import EventType, load_ontology
from shared.schemas.article import Article
from shared.schemas.base import TextSpan
from shared.schemas.text import Language, MentionKind, NotAttempted, TextExtraction

MODEL = "gliner2.5-multi"  # the record in deploy/models.toml
_DECIDING = ("gliner_model", "gliner_revision", "gliner_threshold")
_MAX_WORDS = int(LIMITS.max_gliner_window)
_MIN_FILLER = LIMITS.min_gliner_filler
_NO_SPACES = frozenset({"zh", "ja", "th", "lo", "my", "km"})
_NOT_ATTEMPTED = (
    NotAttempted(part="coreference", reason="GLiNER2 finds no pronouns; only equal names are joined to one entity"),
    NotAttempted(part="assertion", reason="GLiNER2 does not tell negated or uncertain events from stated ones"),
)
_RECORDS = TypeAdapter(dict[str, list[Record]])


@dataclass
class _Window:
    """What ``model`` found in one window: mentions that may fill roles do not overlap, nor do triggers."""

    span: TextSpan
    text: str
    model: str
    fillers: list[FoundMention] = field(default_factory=list)
    triggers: list[FoundMention] = field(default_factory=list)


class GlinerEngine:
    """GLiNER2 of either architecture; the default model is multilingual."""

    name = "gliner"
    languages: frozenset[str] | None = None

    def __init__(self, settings: EngineSettings, device: str) -> None:
        self._settings, self._device = settings, device
        self._ontology = load_ontology()
        self._extractor: Extractor | None = None

    @property
    def model(self) -> str:
        """What mentions and events name as their model."""
        default = EngineSettings.model_fields["gliner_model"].default
        chosen = self._settings.gliner_model
        return MODEL if chosen == default else f"gliner2:{chosen.rstrip('/').rsplit('/', 1)[-1]}"

    def load(self) -> None:
        """Import torch and gliner2, and load the weights; raises WeightsError."""
        self._extractor = load_model(self._settings, self._device)

    def manifest(self) -> tuple[str, ...]:
        """The model with its revision, and the settings that decide."""
        return (f"{self.model}@{revision(self._settings)}", settings_id("gliner", self._settings, _DECIDING))

    def extract(self, items: Sequence[tuple[Article, Language]]) -> list[TextExtraction | StageError]:
        """Read the articles one after the other, the windows of each in batches."""
        return [self._attempt(article, language) for article, language in items]

    def _attempt(self, article: Article, language: Language) -> TextExtraction | StageError:
        if self._extractor is None:
            return StageError("text_ie: load() must be called before extract()")
        try:
            return self._extract(self._extractor, article, language)
        except RuntimeError as error:  # torch's own, such as memory running out on the GPU
            return StageError(
                f"text_ie: GLiNER2 failed on {self._device}: {str(error)[:300]}; try a lower NEWSGRAPH_GLINER_BATCH"
            )

    def _extract(self, extractor: Extractor, article: Article, language: Language) -> TextExtraction:
        extractor.set_word_splitter("char" if language.code in _NO_SPACES else "whitespace")
        spans = sentences(article)
        reads = [_Window(w, article.quote(w), self.model) for w in _windows(article, spans)]
        self._find_mentions(extractor, reads)
        findings = Findings(spans)
        self._find_events(extractor, reads, findings)
        self._find_relations(extractor, reads, findings)
        sure = [m for r in reads for m in r.fillers if m.confidence >= self._settings.gliner_threshold]
        findings.mentions = list(dict.fromkeys([*sure, *_used(findings)]))
        return assemble(
            article,
            language,
            merge_windows(article, findings, self.model),
            coverage=joined(article, [r.span for r in reads]),
            not_attempted=_NOT_ATTEMPTED,
        )

    def _find_mentions(self, extractor: Extractor, reads: list[_Window]) -> None:
        labels = (*schema.entity_labels(self._ontology), *schema.event_labels(self._ontology))
        ids = {label.name: label.id for label in labels}
        asked = [(read, one) for read in reads for one in schema.label_passes(extractor, labels)]
        found: defaultdict[TextSpan, list[FoundMention]] = defaultdict(list)
        lowest = min(_MIN_FILLER, self._settings.gliner_threshold)
        for (read, _), raw in zip(asked, self._run(extractor, asked, lowest), strict=True):
            for label, items in EntityAnswer.model_validate(raw).entities.items():
                found[read.span] += [m for item in items if (m := _mention(read, item, ids[label]))]
        for read in reads:
            rows = found[read.span]
            read.fillers = _best([m for m in rows if m.type in self._ontology.entity_types])
            triggers = [m for m in rows if m.type in self._ontology.event_types]
            read.triggers = _best([m for m in triggers if m.confidence >= self._settings.gliner_threshold])

    def _find_events(self, extractor: Extractor, reads: list[_Window], findings: Findings) -> None:
        asked: list[tuple[_Window, SchemaBuilder]] = []
        for read in reads:
            findings.events += [FoundEvent(t.type, (t,), t.confidence, self.model) for t in read.triggers]
            types = [self._ontology.event_types[name] for name in dict.fromkeys(t.type for t in read.triggers)]
            asked += [(read, one) for one in schema.event_passes(extractor, types)]
        for (read, _), raw in zip(asked, self._run(extractor, asked, self._settings.gliner_threshold), strict=True):
            for name, records in _RECORDS.validate_python(raw).items():
                events = (self._event(read, self._ontology.event_types[name], record) for record in records)
                findings.events += [event for event in events if event]

    def _event(self, read: _Window, kind: EventType, record: Record) -> FoundEvent | None:
        """The record's roles for the trigger of the first round that it names, or else for the window's only one of the type."""
        own = next((_mention(read, f, kind.id) for f in _spans(record.get(schema.TRIGGER))), None)
        known = [t for t in read.triggers if t.type == kind.id]
        only = known[0] if len(known) == 1 else None
        trigger = next((t for t in known if own and _overlap(t.span, own.span)), only)
        if trigger is None:
            return None
        arguments = []
        for role in kind.roles:
            for found in _spans(record.get(role.name)):
                if filler := _filler(read, found, role.fillers):
                    arguments.append(FoundArgument(role.name, filler, found.confidence, self.model))
        time = next((m for f in _spans(record.get(schema.TIME)) if (m := _filler(read, f, ("TIME",)))), None)
        dated = FoundTime(time, TimeBounds()) if time else None
        return FoundEvent(kind.id, (trigger,), trigger.confidence, self.model, tuple(arguments), time=dated)

    def _find_relations(self, extractor: Extractor, reads: list[_Window], findings: Findings) -> None:
        asked: list[tuple[_Window, SchemaBuilder]] = []
        ids = {x.name: x.id for x in schema.relation_labels(self._ontology, set(self._ontology.entity_types))}
        for read in reads:
            present = {m.type for m in read.fillers if m.confidence >= self._settings.gliner_threshold}
            passes = schema.relation_passes(extractor, schema.relation_labels(self._ontology, present))
            asked += [(read, one) for one in passes]
        for (read, _), raw in zip(asked, self._run(extractor, asked, self._settings.gliner_threshold), strict=True):
            for label, pairs in RelationAnswer.model_validate(raw).relation_extraction.items():
                kind = self._ontology.relation_types[ids[label.split(": ")[0]]]  # the span architecture adds the definition
                for pair in pairs:
                    source, target = _filler(read, pair.head, kind.source), _filler(read, pair.tail, kind.target)
                    if source and target:
                        sure = min(pair.head.confidence, pair.tail.confidence)
                        findings.relations.append(FoundRelation(kind.id, source, target, sure, self.model))

    def _run(self, extractor: Extractor, asked: Sequence[tuple[_Window, SchemaBuilder]], threshold: float) -> list[object]:
        return extractor.batch_extract(
            [read.text for read, _ in asked],
            [one for _, one in asked],
            batch_size=self._settings.gliner_batch,
            threshold=threshold,
            include_confidence=True,
            include_spans=True,
        )


def _windows(article: Article, spans: list[TextSpan]) -> Iterable[TextSpan]:
    """Contiguous windows of one field each."""
    texts = article.fields()
    for name in texts:
        pieces = split_long(article, [s for s in spans if s.field == name], _MAX_WORDS)
        for window in pack(list(pieces), _MAX_WORDS, lambda s: words(texts[s.field][s.start : s.end])):
            yield TextSpan(field=name, start=window[0].start, end=window[-1].end)


def _mention(read: _Window, found: AnswerSpan, kind_type: str) -> FoundMention | None:
    """The words as a mention, if they really stand there and are more than marks."""
    if read.text[found.start : found.end] != found.text or not any(c.isalnum() for c in found.text):
        return None
    start = read.span.start + found.start
    span = TextSpan(field=read.span.field, start=start, end=start + len(found.text))
    kind = "trigger" if kind_type in load_ontology().event_types else _kind(found.text, kind_type)
    return FoundMention(span, kind_type, kind, found.confidence, read.model)


def _kind(text: str, kind_type: str) -> MentionKind:
    """The model does not say; capitals do, and scripts without capitals count as names."""
    if kind_type in VALUES:
        return "value"
    cased = text.lower() != text.upper()
    return "name" if not cased or any(word[0].isupper() for word in text.split()) else "nominal"


def _best(mentions: list[FoundMention]) -> list[FoundMention]:
    """The surest that do not overlap."""
    kept: list[FoundMention] = []
    for one in sorted(mentions, key=lambda m: (-m.confidence, m.span.start, m.span.end)):
        if not any(_overlap(one.span, other.span) for other in kept):
            kept.append(one)
    return kept


def _overlap(one: TextSpan, other: TextSpan) -> bool:
    return one.field == other.field and one.start < other.end and other.start < one.end


def _spans(value: AnswerSpan | list[AnswerSpan] | float | None) -> list[AnswerSpan]:
    if isinstance(value, AnswerSpan):
        return [value]
    return value if isinstance(value, list) else []


def _filler(read: _Window, found: AnswerSpan, types: Sequence[str]) -> FoundMention | None:
    """The mention of an allowed type that the words overlap most."""
    words_found = _mention(read, found, "")
    if words_found is None:
        return None
    span = words_found.span
    fitting = [m for m in read.fillers if m.type in types and _overlap(m.span, span)]
    return max(fitting, key=lambda m: min(m.span.end, span.end) - max(m.span.start, span.start), default=None)


def _used(findings: Findings) -> Iterable[FoundMention]:
    for event in findings.events:
        yield from (argument.mention for argument in event.arguments)
        if event.time:
            yield event.time.mention
    for relation in findings.relations:
        yield relation.source
        yield relation.target
