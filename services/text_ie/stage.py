"""The text_ie stage: language, mentions, coreference, relations and events of an article's title, text and captions."""

from collections import defaultdict
from collections.abc import Sequence
from pathlib import Path
from typing import ClassVar

from services.text_ie.catalogue import ENGINES, LANGUAGE, READERS
from services.text_ie.engine import TextEngine
from services.text_ie.language import detect_language
from services.text_ie.language_names import language_name
from shared.blobs import Blobs
from shared.engines import EngineRegistry
from shared.errors import StageError
from shared.manifest import ontology_id, source_id
from shared.schemas.article import Article
from shared.schemas.job import StageName
from shared.schemas.text import Language, NotAttempted, TextExtraction
from shared.settings import Settings
from shared.stage import StageInput, StageOutput

FOLDER = Path(__file__).parent
_PARTS = ("entities", "coreference", "relations", "events")
Item = tuple[int, Article, Language]


class TextIEStage:
    """Each article goes to the first engine that reads its language; without one, what was not attempted is reported."""

    name: ClassVar[StageName] = "text_ie"

    def __init__(self, settings: Settings) -> None:
        self._registry = EngineRegistry(ENGINES, settings)
        self._engines: list[TextEngine] = [engine for role in READERS if (engine := self._registry.maybe(role))]
        self._refusals = self._registry.refusals()
        self._loaded = False

    def load(self) -> None:
        """Load the engines; raises WeightsError."""
        self._registry.one(LANGUAGE)
        for engine in self._engines:
            engine.load()
        self._loaded = True

    def manifest(self) -> tuple[str, ...]:
        """The engines' models and settings, and the rules and word lists."""
        return (*self._registry.manifest(), source_id(FOLDER), ontology_id())

    def run(self, batch: Sequence[StageInput]) -> list[StageOutput | StageError]:
        """Extract from each article; one result each, in order. Articles of one language are read together."""
        results: list[StageOutput | StageError | None] = [None] * len(batch)
        waiting: defaultdict[int, list[Item]] = defaultdict(list)
        for number, item in enumerate(batch):
            found = self._assign(item.article)
            if isinstance(found, tuple):
                waiting[found[0]].append((number, item.article, found[1]))
            else:
                results[number] = found
        for engine, items in waiting.items():
            for (number, _, _), result in zip(items, _extract(self._engines[engine], items), strict=True):
                results[number] = self._with_refusals(result)
        return [result if result is not None else StageError("text_ie: no result") for result in results]

    def _with_refusals(self, result: TextExtraction | StageError) -> TextExtraction | StageError:
        """Where licences forbid what would have read the article, its output says so."""
        if isinstance(result, StageError) or result.language.code != "en" or not self._refusals:
            return result
        return result.model_copy(update={"not_attempted": (*result.not_attempted, *self._refusals)})

    def _assign(self, article: Article) -> tuple[int, Language] | TextExtraction | StageError:
        """The number of the engine that reads the article; what was not attempted where there is none."""
        if not self._loaded:
            return StageError("text_ie: load() must be called before run()")
        try:
            language = detect_language("\n".join(article.fields().values()), article.language)
        except Exception as error:  # noqa: BLE001 the task boundary: one bad article must not stop the batch
            return StageError(f"text_ie could not read {article.article_id}: {type(error).__name__}: {error}")
        for number, engine in enumerate(self._engines):
            if engine.languages is None or language.code in engine.languages:
                return number, language
        return _not_attempted(article, language, self._engines)


def _extract(engine: TextEngine, items: Sequence[Item]) -> list[TextExtraction | StageError]:
    """The engine's answers; if it fails as a whole, each article gets its error."""
    try:
        return engine.extract([(article, language) for _, article, language in items])
    except Exception as error:  # noqa: BLE001 the task boundary: other languages of the batch go on
        reason = f"text_ie could not read {{}}: {type(error).__name__}: {error}"
        return [StageError(reason.format(article.article_id)) for _, article, _ in items]


def _not_attempted(article: Article, language: Language, known: Sequence[TextEngine]) -> TextExtraction:
    name = language_name(language.code)
    codes = sorted({code for engine in known for code in engine.languages or ()})
    read = ", ".join(f"{language_name(code)} ({code})" for code in codes)
    reason = f"the article is in {name} ({language.code}); this profile extracts from {read} only"
    parts = tuple(NotAttempted(part=part, reason=reason) for part in _PARTS)
    return TextExtraction(article_id=article.article_id, language=language, not_attempted=parts)


def build(settings: Settings, blobs: Blobs) -> TextIEStage:
    """The stage as the worker wants it; it needs no blobs."""
    return TextIEStage(settings)
