"""Text IE of one English article: fields into passages, passages into drafts, drafts into the message."""

from collections.abc import Iterator

from services.text_ie.assembly import assemble
from services.text_ie.drafts import Drafter
from services.text_ie.engines.spacy_parser import SpacyParser
from services.text_ie.found import Passage
from services.text_ie.lexicon import Lexicon
from services.text_ie.links import abbreviations_take_type, harmonise_types, link_by_syntax
from services.text_ie.names import find_names
from services.text_ie.nominals import find_nominals
from services.text_ie.reading import View, paragraphs, view
from services.text_ie.recovery import recover_names
from shared.schemas.article import Article
from shared.schemas.base import TextSpan
from shared.schemas.text import Language, TextExtraction

_CHUNK = 100_000


class Extractor:
    """Runs all rules over the parse; long articles chunk by chunk, so that only one chunk's parse is in memory."""

    def __init__(self, parser: SpacyParser, lexicon: Lexicon) -> None:
        self._parser = parser
        self._lexicon = lexicon

    def extract(self, article: Article, language: Language) -> TextExtraction:
        """Everything found in the article."""
        drafter, coverage = Drafter(article.article_id, self._lexicon), []
        for chunk in _chunks(article):
            for passage in self._read(chunk):
                drafter.add(passage)
        for name, text in article.fields().items():
            start = len(text) - len(text.lstrip())
            coverage.append(TextSpan(field=name, start=start, end=len(text.rstrip())))
        return assemble(article, language, drafter.drafts, tuple(coverage))

    def _read(self, views: list[View]) -> list[Passage]:
        documents = self._parser.parse(v.text for v in views)
        passages = [Passage(v, document) for v, document in zip(views, documents, strict=True)]
        for passage in passages:
            passage.mentions = find_names(passage.document, self._lexicon)
        harmonise_types(passages)
        recover_names(passages)
        for passage in passages:
            abbreviations_take_type(passage)
            passage.mentions += find_nominals(passage.document, passage.mentions, self._lexicon)
            passage.index()
            link_by_syntax(passage)
        return passages


def _chunks(article: Article) -> Iterator[list[View]]:
    """Paragraphs of all fields in groups of about ``_CHUNK`` characters."""
    views: list[View] = []
    size = 0
    for name, text in article.fields().items():
        for start, end in paragraphs(text):
            views.append(view(name, text, start, end))
            size += end - start
            if size >= _CHUNK:
                yield views
                views, size = [], 0
    if views:
        yield views
