"""The text_ie stage: language, mentions, coreference, relations and events of an article's title, text and captions."""

from collections.abc import Sequence
from typing import ClassVar

from services.text_ie.engines.spacy_parser import MODEL, SpacyParser
from services.text_ie.extraction import Extractor
from services.text_ie.language import MODEL as LANGUAGE_MODEL
from services.text_ie.language import detect_language
from services.text_ie.lexicon import load_lexicon
from services.text_ie.roles import load_frames
from services.text_ie.triggers import load_rules
from shared.blobs import Blobs
from shared.errors import StageError
from shared.schemas.article import Article
from shared.schemas.job import StageName
from shared.schemas.text import Language, NotAttempted, TextExtraction
from shared.settings import Settings
from shared.stage import StageInput, StageOutput
from shared.weights import Weights

_RULES = (
    "rules:names@1",
    "rules:known-names@1",
    "rules:nominals@1",
    "rules:coreference@1",
    "rules:event-triggers@1",
    "rules:event-roles@1",
    "rules:relations@1",
)
_PARTS = ("entities", "coreference", "relations", "events")
_LANGUAGES = {
    "es": "Spanish", "ru": "Russian", "uk": "Ukrainian", "zh": "Chinese", "ar": "Arabic", "fr": "French", "de": "German",
    "it": "Italian", "pt": "Portuguese", "tr": "Turkish", "fa": "Persian", "ja": "Japanese", "ko": "Korean", "nl": "Dutch",
    "pl": "Polish", "hi": "Hindi",
}  # fmt: skip


class TextIEStage:
    """English articles are read in full; for other languages the language is named and the rest reported as not attempted."""

    name: ClassVar[StageName] = "text_ie"

    def __init__(self, settings: Settings) -> None:
        self._weights = Weights(settings.models_file)
        self._extractor: Extractor | None = None

    def load(self) -> None:
        """Load the parser and word lists; raises WeightsError."""
        self._weights.path(LANGUAGE_MODEL)
        load_rules()
        load_frames()
        self._extractor = Extractor(SpacyParser(self._weights.path(MODEL)), load_lexicon())

    def manifest(self) -> tuple[str, ...]:
        """Both models with revision, and the versions of the rules."""
        return (self._weights.record(MODEL).revision, self._weights.record(LANGUAGE_MODEL).revision, *_RULES)

    def run(self, batch: Sequence[StageInput]) -> list[StageOutput | StageError]:
        """Extract from each article; one result each, in order."""
        return [self._attempt(item.article) for item in batch]

    def _attempt(self, article: Article) -> TextExtraction | StageError:
        try:
            return self._extract(article)
        except Exception as error:  # noqa: BLE001 the task boundary: one bad article must not stop the batch
            return StageError(f"text_ie could not read {article.article_id}: {type(error).__name__}: {error}")

    def _extract(self, article: Article) -> TextExtraction:
        if self._extractor is None:
            raise StageError("text_ie: load() must be called before run()")
        language = detect_language("\n".join(article.fields().values()), article.language)
        if language.code != "en":
            return _not_attempted(article, language)
        return self._extractor.extract(article, language)


def _not_attempted(article: Article, language: Language) -> TextExtraction:
    name = _LANGUAGES.get(language.code, f"language {language.code!r}")
    reason = f"the article is in {name} ({language.code}); this profile extracts from English (en) only"
    parts = tuple(NotAttempted(part=part, reason=reason) for part in _PARTS)
    return TextExtraction(article_id=article.article_id, language=language, not_attempted=parts)


def build(settings: Settings, blobs: Blobs) -> TextIEStage:
    """The stage as the worker wants it; it needs no blobs."""
    return TextIEStage(settings)
