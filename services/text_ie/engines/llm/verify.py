"""Verification: every quotation must stand in the text, every label in the ontology; what does not is dropped and counted."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from services.text_ie.engines.llm.schema import Answer, AnswerEntity, AnswerEvent, AnswerMention, Quote
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
from services.text_ie.thresholds import LIMITS
from shared.ontology import EventType, Ontology
from shared.schemas.article import Article
from shared.schemas.base import TextSpan
from shared.schemas.text import MentionKind

CONFIDENCE = LIMITS.confidence_llm
_KINDS: tuple[MentionKind, ...] = ("name", "nominal", "pronoun")
_NO_SPACES = re.compile(r"[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u9fff]")


def find_quote(text: str, quote: str) -> tuple[int, int] | None:
    """Where the quotation stands, with any white space for white space, not inside of a longer word; None if nowhere."""
    words = quote.strip().strip('"“”„«»').split()
    if not words:
        return None
    for match in re.finditer(r"\s+".join(map(re.escape, words)), text):
        if not _cuts_word(text, *match.span()):
            return match.span()
    return None


def _cuts_word(text: str, start: int, end: int) -> bool:
    return _joined(text[start - 1 : start], text[start]) or _joined(text[end - 1], text[end : end + 1])


def _joined(left: str, right: str) -> bool:
    return left.isalnum() and right.isalnum() and not _NO_SPACES.match(left) and not _NO_SPACES.match(right)


@dataclass
class Verified:
    """What stood the test, and how many quotations and labels did not."""

    findings: Findings = field(default_factory=Findings)
    dropped_quotes: int = 0
    dropped_labels: int = 0


class Verifier:
    """Checks answers about windows of one article."""

    def __init__(self, article: Article, ontology: Ontology, model: str) -> None:
        """``model`` is what the findings name as their source."""
        self._ontology, self._model = ontology, model
        self._texts = article.fields()

    def verify(self, answer: Answer, window: Sequence[TextSpan], key: str) -> Verified:
        """The window's findings; ``key`` tells its entities from those of other windows."""
        return _Check(self._texts, self._ontology, self._model, window, key).run(answer)


class _Check:
    def __init__(self, texts: dict[str, str], ontology: Ontology, model: str, window: Sequence[TextSpan], key: str) -> None:
        self._texts, self._ontology, self._model, self._window, self._key = texts, ontology, model, window, key
        self._entities: dict[str, list[FoundMention]] = {}
        self.result = Verified()

    def run(self, answer: Answer) -> Verified:
        for entity in answer.entities:
            self._entity(entity)
        for event in answer.events:
            self._event(event)
        for relation in answer.relations:
            self._relation(relation.type, relation.source, relation.target)
        self.result.findings.mentions += [m for group in self._entities.values() for m in group]
        return self.result

    def _entity(self, entity: AnswerEntity) -> None:
        if entity.type not in self._ontology.entity_types:
            self.result.dropped_labels += 1
            return
        found = [self._mention(m, entity) for m in entity.mentions]
        mentions = [m for m in found if m is not None]
        if any(m.kind != "pronoun" for m in mentions):  # a pronoun alone says nothing
            self._entities.setdefault(entity.id, []).extend(mentions)

    def _mention(self, mention: AnswerMention, entity: AnswerEntity) -> FoundMention | None:
        span = self._resolve(mention)
        kind: MentionKind = next((k for k in _KINDS if k == mention.kind), "nominal")
        return self._made(span, entity.type, kind, entity.id) if span else None

    def _made(self, span: TextSpan, kind_type: str, kind: MentionKind, entity: str) -> FoundMention:
        kind = "value" if kind_type in VALUES else kind
        return FoundMention(span, kind_type, kind, CONFIDENCE, self._model, cluster=f"{self._key}:{entity}")

    def _event(self, event: AnswerEvent) -> None:
        kind = self._ontology.event_types.get(event.type)
        if kind is None:
            self.result.dropped_labels += 1
            return
        trigger = self._resolve(event.trigger)
        if trigger is None:
            return
        arguments = tuple(self._arguments(event, kind))
        time = self._time(event.time) if event.time else None
        stated = FoundMention(trigger, kind.id, "trigger", CONFIDENCE, self._model)
        self.result.findings.events.append(
            FoundEvent(kind.id, (stated,), CONFIDENCE, self._model, arguments, event.asserted, time)
        )

    def _time(self, quote: Quote) -> FoundTime | None:
        span = self._resolve(quote)
        if span is None:
            return None
        mention = FoundMention(span, "TIME", "value", CONFIDENCE, self._model)
        self.result.findings.mentions.append(mention)
        return FoundTime(mention, TimeBounds())

    def _arguments(self, event: AnswerEvent, kind: EventType) -> Iterable[FoundArgument]:
        for argument in event.arguments:
            role, mentions = kind.role(argument.role), self._entities.get(argument.entity)
            if role is None or not mentions or not _allowed(mentions[0].type, role.fillers):
                self.result.dropped_labels += 1
                continue
            span = self._resolve(argument.quote)
            if span is None:
                continue
            filler = next((m for m in mentions if m.span == span), None)
            if filler is None:
                filler = self._made(span, mentions[0].type, "nominal", argument.entity)
                mentions.append(filler)
            yield FoundArgument(role.name, filler, CONFIDENCE, self._model)

    def _relation(self, name: str, source: str, target: str) -> None:
        kind, ends = self._ontology.relation_types.get(name), (self._entities.get(source), self._entities.get(target))
        if not kind or not ends[0] or not ends[1]:
            self.result.dropped_labels += 1
            return
        first, second = ends[0][0], ends[1][0]
        if _allowed(first.type, kind.source) and _allowed(second.type, kind.target):
            self.result.findings.relations.append(FoundRelation(kind.id, first, second, CONFIDENCE, self._model))
        else:
            self.result.dropped_labels += 1

    def _resolve(self, quote: Quote) -> TextSpan | None:
        """In the sentence named, else in the first sentence of the window that has it."""
        named = self._window[quote.sentence - 1 : quote.sentence] if quote.sentence > 0 else ()
        for span in (*named, *self._window):
            if found := find_quote(self._texts[span.field][span.start : span.end], quote.text):
                return TextSpan(field=span.field, start=span.start + found[0], end=span.start + found[1])
        self.result.dropped_quotes += 1
        return None


def _allowed(kind: str, fillers: Sequence[str]) -> bool:
    """Fillers are coarse types; an entity may have a subtype."""
    return kind in fillers or kind.split(".")[0] in fillers
