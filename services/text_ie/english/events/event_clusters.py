"""Event coreference across articles: triggers in, a cluster number for each out."""

from collections.abc import Sequence

from services.text_ie.english.events.topic_clustering import topic_numbers
from services.text_ie.english.network.event_coreference import EventScorer, SeenEvent, clusters
from services.text_ie.english.network.model import Network
from services.text_ie.english.network.words import words_of
from services.text_ie.english.parse.spacy_parser import SpacyParser
from services.text_ie.reading import paragraphs, view
from shared.schemas.article import Article

Span = tuple[int, int]


class EventClusters:
    """Parses and encodes articles, and clusters the events at given places of their texts."""

    def __init__(self, parser: SpacyParser, network: Network, revisions: tuple[str, ...]) -> None:
        self._parser, self._network, self._revisions = parser, network, revisions
        self._scorer = EventScorer(network, parser.vocab)

    def manifest(self) -> tuple[str, ...]:
        """Parser and network with revision."""
        return self._revisions

    def cluster(self, documents: Sequence[tuple[Article, Sequence[Span]]]) -> list[list[int]]:
        """For each article, one number per trigger span of its text; equal numbers mean one event, across articles too."""
        seen = [event for number, (article, spans) in enumerate(documents) for event in self._see(number, article, spans)]
        topics = topic_numbers([article.text for article, _ in documents])
        numbers = iter(clusters(self._scorer, seen, topics))
        return [[next(numbers) for _ in spans] for _, spans in documents]

    def _see(self, number: int, article: Article, spans: Sequence[Span]) -> list[SeenEvent]:
        views = [view("text", article.text, start, end) for start, end in paragraphs(article.text)]
        documents = list(self._parser.parse(v.text for v in views))
        characters = [
            seen.span(token.idx, token.idx + len(token))
            for seen, document in zip(views, documents, strict=True)
            for token in document
        ]
        encoding = self._network.read([words_of(documents)])[0]
        heads = [_head(characters, [w.head for w in encoding.words], span) for span in spans]
        return self._scorer.see(encoding, heads, number)


def _head(characters: Sequence[Span], heads: Sequence[int], span: Span) -> int:
    """The word of a span nearest to the root; the word nearest to the span where it covers none."""
    covered = [n for n, (start, end) in enumerate(characters) if start < span[1] and span[0] < end]
    if not covered:
        return min(range(len(characters)), key=lambda n: abs(characters[n][0] - span[0]))
    inside = set(covered)
    return next((n for n in covered if heads[n] not in inside or heads[n] == n), covered[0])
