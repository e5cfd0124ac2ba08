"""Cross-document event coreference on ECB+: the gold triggers of a topic are given, the clusters are asked for.

All documents of a topic stand together (its ``ecb`` and ``ecbplus`` halves are not told apart for the system), singletons count
on both sides, and topics add up before anything is divided (Barhom et al. 2019, but with gold topics, not clustered ones).
"""

from collections.abc import Sequence
from typing import Protocol

from lab.corpora.document import GoldDocument
from lab.evaluation.coref_scores import CorefTally, Mention, disjoint, tally
from services.text_ie.catalogue import ENGINES, ENGLISH
from services.text_ie.english.engine import load_network
from services.text_ie.english.events.event_clusters import EventClusters
from services.text_ie.english.parse.spacy_parser import MODEL, SpacyParser
from services.text_ie.settings import EngineSettings
from shared.engines import EngineRegistry
from shared.errors import StageError
from shared.schemas.article import Article
from shared.settings import Settings

Span = tuple[int, int]


class EventCoreference(Protocol):
    """What the product offers to join event mentions of several articles."""

    def manifest(self) -> tuple[str, ...]:
        """Ids of the models and rules that decide."""
        ...

    def cluster(self, documents: Sequence[tuple[Article, Sequence[Span]]]) -> list[list[int]]:
        """For each article, one number per trigger span of its text; equal numbers mean one event, across articles too."""
        ...


def build_event_coreference(settings: Settings) -> EventCoreference:
    """The product's own, loaded; raises WeightsError."""
    registry = EngineRegistry(ENGINES, settings)
    parser = SpacyParser(registry.weights.path(MODEL), names=False)
    network = load_network(registry.weights, EngineSettings().text_model_folder)
    return EventClusters(parser, network, registry.lines(ENGLISH))


def topics(documents: Sequence[GoldDocument]) -> list[list[GoldDocument]]:
    """Documents by topic, in order of first appearance."""
    groups: dict[str, list[GoldDocument]] = {}
    for document in documents:
        groups.setdefault(document.topic, []).append(document)
    return list(groups.values())


def gold_clusters(documents: Sequence[GoldDocument]) -> list[frozenset[Mention]]:
    """Clusters of ``(document id, start, end)``; an event without a cluster is one of its own."""
    groups: dict[tuple[str, str], list[Mention]] = {}
    for document in documents:
        for event in document.events:
            key = ("shared", event.cluster) if event.cluster is not None else (document.id, event.id)
            groups.setdefault(key, []).append((document.id, event.start, event.end))
    return disjoint(list(groups.values()))


def predicted_clusters(documents: Sequence[GoldDocument], system: EventCoreference) -> list[frozenset[Mention]]:
    """Clusters of the same mentions as the system makes them; raises StageError where its answer does not fit the question."""
    spans = [_triggers(document) for document in documents]
    articles = [Article(article_id=document.id, text=document.text) for document in documents]
    answer = system.cluster(list(zip(articles, spans, strict=True)))
    if [len(numbers) for numbers in answer] != [len(asked) for asked in spans]:
        raise StageError("event coreference must answer one cluster number for each trigger of each article")
    groups: dict[int, list[Mention]] = {}
    for document, asked, numbers in zip(documents, spans, answer, strict=True):
        for (start, end), number in zip(asked, numbers, strict=True):
            groups.setdefault(number, []).append((document.id, start, end))
    return disjoint(list(groups.values()))


def score_topics(documents: Sequence[GoldDocument], system: EventCoreference) -> CorefTally:
    """The sum over all topics."""
    total = CorefTally()
    for topic in topics(documents):
        total += tally(gold_clusters(topic), predicted_clusters(topic, system))
    return total


def _triggers(document: GoldDocument) -> list[Span]:
    return list(dict.fromkeys((event.start, event.end) for event in document.events))
