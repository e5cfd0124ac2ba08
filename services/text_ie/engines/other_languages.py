"""Languages without a name tagger in this profile: only names of countries are looked up, exactly as CLDR spells them."""

import re
from collections.abc import Iterator, Sequence
from functools import cache

from services.text_ie.country_names import MODEL, known_places
from services.text_ie.engines.names_only import NameForm, extraction, part_of, sentence_spans
from services.text_ie.findings import FoundMention
from services.text_ie.language_names import language_name
from services.text_ie.lexicon import read_mapping
from services.text_ie.thresholds import LIMITS
from shared.errors import StageError
from shared.schemas.article import Article
from shared.schemas.base import TextSpan
from shared.schemas.text import Language, NotAttempted, TextExtraction
from shared.weights import Weights

LANGUAGES = frozenset({"es", "uk", "ar", "fr", "de", "it", "pt", "tr", "fa", "ko", "nl", "pl", "hi"})
_SENTENCE = re.compile(r".+?(?:(?:[!?…؟۔।]|(?<!\b[A-Z])(?<!\b[A-Z]{2})\.)+[\"”»’)]*(?=\s)|$)", re.DOTALL)
_OPENINGS = frozenset(str(read_mapping("country_names.yaml")["openings"]).split())
_MAX_ARTICLE = LIMITS.max_article_letters
_NOUNS_ARE_CAPITALISED = frozenset({"de"})


class CountryNamesEngine:
    """Countries, continents and unions of states by exact name; a name inside a longer capitalised name is left alone."""

    name = "country-names"
    languages: frozenset[str] | None = LANGUAGES

    def __init__(self, weights: Weights) -> None:
        """No weights are needed; every engine is built alike."""

    def load(self) -> None:
        """Nothing to load: the names come with Babel."""

    def extract(self, items: Sequence[tuple[Article, Language]]) -> list[TextExtraction | StageError]:
        """One result an article, in order; an article that cannot be read is a StageError."""
        return [self._attempt(*item) for item in items]

    def _attempt(self, article: Article, language: Language) -> TextExtraction | StageError:
        try:
            sentences = sentence_spans(article, _sentences)
            found = ((span, list(_names(span, words, language.code))) for span, words in sentences)
            return extraction(article, language, found, not_attempted(language.code))
        except Exception as error:  # noqa: BLE001 the task boundary: one bad article must not stop the batch
            return StageError(f"text_ie could not read {article.article_id}: {type(error).__name__}: {error}")


def not_attempted(code: str) -> tuple[NotAttempted, ...]:
    """What is missing for an article in that language, part by part."""
    language = language_name(code)
    reason = f"the article is in {language} ({code}): "
    need = f"this profile has no {{}} for {language}; use the gpu or llm profile"
    return (
        NotAttempted(part="entities", reason=f"{reason}only names of countries were looked up; " + need.format("name tagger")),
        NotAttempted(part="coreference", reason=reason + need.format("coreference")),
        NotAttempted(part="relations", reason=reason + need.format("relations")),
        NotAttempted(part="events", reason=reason + need.format("events")),
    )


def _names(span: TextSpan, sentence: str, code: str) -> Iterator[NameForm]:
    places = known_places(code)
    for found in _pattern(code).finditer(sentence):
        if code not in _NOUNS_ARE_CAPITALISED and _inside_longer_name(sentence, *found.span()):
            continue
        place = places[found[0]]
        mention = FoundMention(
            part_of(span, *found.span()), place.type, "name", LIMITS.confidence_country_name, MODEL, subtype=place.subtype
        )
        yield NameForm(mention, key=(place.english,), form=found[0], english=place.english)


def _inside_longer_name(sentence: str, start: int, end: int) -> bool:
    """``Nuevo México``, ``Radio Cuba``: a capitalised word stands directly beside; not the article that opens a sentence."""
    before, after = re.search(r"(\S+) $", sentence[:start]), re.match(r" (\w+)", sentence[end:])
    opens = before is not None and before.start() == 0 and (len(before[1]) <= _MAX_ARTICLE or before[1].lower() in _OPENINGS)
    return bool(
        (before and not opens and before[1][:1].isupper() and before[1][-1:].isalnum()) or (after and after[1][:1].isupper())
    )


@cache
def _pattern(code: str) -> re.Pattern[str]:
    names = sorted(known_places(code), key=len, reverse=True)
    return re.compile(r"(?<![\w-])(?:" + "|".join(map(re.escape, names)) + r")(?![\w-])")


def _sentences(paragraph: str) -> Iterator[tuple[int, int]]:
    for found in _SENTENCE.finditer(paragraph):
        yield found.span()
