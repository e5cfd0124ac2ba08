"""Text IE of English articles: fields into passages, passages into drafts, drafts into the message; many articles at once."""

from collections.abc import Sequence
from concurrent.futures import Future, ThreadPoolExecutor

from spacy.tokens import Doc

from services.text_ie.assembly import assemble, whole_text
from services.text_ie.english.drafter import Drafter
from services.text_ie.english.mentions.detection import MentionFinder
from services.text_ie.english.mentions.passage import Passage
from services.text_ie.english.network.insight import Decoder, Insight
from services.text_ie.english.network.judge import Judge
from services.text_ie.english.network.model import Encoding, Network
from services.text_ie.english.network.words import words_of
from services.text_ie.english.parse.spacy_parser import SpacyParser
from services.text_ie.english.parts import Part, groups_of
from services.text_ie.english.relations.nationality import with_nationality
from services.text_ie.lexicon import Lexicon
from services.text_ie.reading import View
from shared.schemas.article import Article
from shared.schemas.text import Language, TextExtraction

Item = tuple[Article, Language]
Parsed = list[tuple[int, list[Passage]]]


class EnglishReader:
    """Parser, network and rules. While the network reads one group of paragraphs, the parser reads the next."""

    def __init__(self, parser: SpacyParser, lexicon: Lexicon, network: Network | None) -> None:
        self._parser, self._lexicon, self._network = parser, lexicon, network
        self._judge = Judge(network, parser.vocab, lexicon) if network else None
        self._decoder = Decoder(network.labels) if network else None
        self._finder = MentionFinder(lexicon)
        self._ahead = ThreadPoolExecutor(1)

    def extract(self, items: Sequence[Item]) -> list[TextExtraction]:
        """Everything found in each article, in order."""
        drafters = [Drafter(article.published_at, self._lexicon, self._judge) for article, _ in items]
        waiting: tuple[Parsed, Future[list[Encoding]]] | None = None
        for group in groups_of([article for article, _ in items]):
            parsed = self._parse(group)
            read = self._ahead.submit(self._read, parsed)
            if waiting is not None:
                self._add(*waiting, drafters)
            waiting = parsed, read
        if waiting is not None:
            self._add(*waiting, drafters)
        return [
            with_nationality(assemble(article, language, drafter.drafts.findings(), tuple(whole_text(article))))
            for (article, language), drafter in zip(items, drafters, strict=True)
        ]

    def _parse(self, group: Sequence[Part]) -> Parsed:
        documents = self._parser.parse(v.text for part in group for v in part.views)
        return [(part.article, _passages([(v, next(documents)) for v in part.views])) for part in group]

    def _read(self, parsed: Parsed) -> list[Encoding]:
        if self._network is None:
            return []
        return self._network.read([words_of(p.document for p in passages) for _, passages in parsed])

    def _add(self, parsed: Parsed, read: Future[list[Encoding]], drafters: Sequence[Drafter]) -> None:
        """Finish a group's mentions and draft it."""
        encodings = iter(read.result())
        for article, passages in parsed:
            encoding = next(encodings, None)
            insight = self._decoder.insight(encoding) if self._decoder is not None and encoding is not None else Insight()
            drafters[article].add(self._finder.finish(passages, encoding, insight))


def _passages(parsed: Sequence[tuple[View, Doc]]) -> list[Passage]:
    passages, base = [], 0
    for seen, document in parsed:
        passages.append(Passage(seen, document, base))
        base += len(document)
    return passages
