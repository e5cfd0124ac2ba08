"""Annotated texts by quotation, for gold and (through the oracle) for predictions."""

import re
from collections.abc import Sequence

from lab.corpora.document import GoldArgument, GoldDocument, GoldEvent, GoldMention, GoldRelation, Kind, Layer
from lab.evaluation.oracle import oracle
from lab.evaluation.predict import article_of
from lab.evaluation.task import Gold, Outcome, ProtocolName, Task
from shared.schemas.text import Language, TextExtraction
from shared.stage import StageInput

ALL: frozenset[Layer] = frozenset({"names", "nominals", "events", "arguments", "relations", "coreference"})


class Draft:
    """A text of sentences that end in full stops; mentions and events are quoted, ``nth`` counts equal quotations from 0."""

    def __init__(self, text: str, layers: frozenset[Layer] = ALL) -> None:
        self.text, self.layers = text, layers
        self.mentions: list[GoldMention] = []
        self.events: list[GoldEvent] = []
        self.relations: list[GoldRelation] = []
        self.masked: tuple[tuple[int, int], ...] = ()

    def at(self, quote: str, nth: int = 0) -> tuple[int, int]:
        start = [m.start() for m in re.finditer(re.escape(quote), self.text)][nth]
        return start, start + len(quote)

    def mention(self, quote: str, *types: str, kind: Kind = "name", nth: int = 0, cluster: str | None = None) -> str:
        start, end = self.at(quote, nth)
        ident = f"m{len(self.mentions)}"
        self.mentions.append(GoldMention(ident, start, end, types, kind=kind, cluster=cluster))
        return ident

    def event(self, quote: str, *types: str, nth: int = 0, cluster: str | None = None, **roles: str) -> None:
        start, end = self.at(quote, nth)
        arguments = tuple(GoldArgument(role, ident) for role, ident in roles.items())
        self.events.append(GoldEvent(f"e{len(self.events)}", start, end, types, arguments=arguments, cluster=cluster))

    def relation(self, source: str, target: str, *types: str) -> None:
        self.relations.append(GoldRelation(types, source, target))

    def document(self) -> GoldDocument:
        return GoldDocument(
            id="d1",
            text=self.text,
            words=tuple(m.span() for m in re.finditer(r"[\w-]+|[^\w\s]", self.text)),
            sentences=tuple(m.span() for m in re.finditer(r"[^.\s][^.]*\.", self.text)),
            mentions=tuple(self.mentions),
            events=tuple(self.events),
            relations=tuple(self.relations),
            layers=self.layers,
            masked=self.masked,
        )


def nothing(document: GoldDocument) -> TextExtraction:
    """An extraction that found nothing."""
    return TextExtraction(article_id=document.id, language=Language(code="en", confidence=1.0, model="rules:test"))


def scored(task: Task, layout: str, gold: Draft, found: Draft | None, protocol: ProtocolName = "strict") -> Outcome:
    """The task's scores of one document; ``found`` None is an empty prediction."""
    document = gold.document()
    extraction = oracle(found.document()) if found else nothing(document)
    return score_all(task, layout, [document], [extraction], protocol)


def score_all(
    task: Task,
    layout: str,
    documents: Sequence[GoldDocument],
    extractions: Sequence[TextExtraction],
    protocol: ProtocolName = "strict",
) -> Outcome:
    """The task's scores of some documents; the types that count are those of the gold documents."""
    names = {t for d in documents for m in d.mentions for t in m.types}
    relations = {".".join(t.split(".")[:2]) for d in documents for r in d.relations for t in r.types}
    items = [StageInput(article=article_of(d), text_ie=e) for d, e in zip(documents, extractions, strict=True)]
    return task.score(Gold(tuple(documents), layout, frozenset(names | relations)), items, protocol)
