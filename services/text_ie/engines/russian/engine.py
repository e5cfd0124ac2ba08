"""Names in Russian: slovnet's tagger on Navec vectors (project natasha, MIT); base forms by pymorphy3's dictionary."""

import re
from collections.abc import Iterator, Sequence
from typing import Any

from services.text_ie.country_names import known_places
from services.text_ie.engines.names_only import NameForm, extraction, names_alone, part_of, sentence_spans
from services.text_ie.engines.needed import require
from services.text_ie.engines.russian.words import Words
from services.text_ie.findings import FoundMention
from services.text_ie.lexicon import word_list
from services.text_ie.thresholds import LIMITS
from shared.errors import StageError
from shared.schemas.article import Article
from shared.schemas.base import TextSpan
from shared.schemas.text import Language, TextExtraction
from shared.weights import Weights

MODEL = "slovnet-ner-ru"
VECTORS = "navec-news-ru"
DICTIONARY = "pymorphy3-ru"
_MODULES = {
    "slovnet": "slovnet==0.6.0",
    "navec": "navec==0.10.0",
    "razdel": "razdel==0.5.0",
    "pymorphy3": "pymorphy3==2.0.6",
    "dawg_python": "DAWG2-Python==0.9.0",
}
_CONFIDENCE = {
    "PER": LIMITS.confidence_russian_person,
    "LOC": LIMITS.confidence_russian_place,
    "ORG": LIMITS.confidence_russian_organisation,
}
_KINDS = ("ORG", "GPE", "FAC", "LOC")
NOT_ATTEMPTED = names_alone("Russian", "ru")


class RussianEngine:
    """Persons, organisations, places and facilities by name. The model is read when the first Russian article comes."""

    name = "russian"
    languages: frozenset[str] | None = frozenset({"ru"})

    def __init__(self, weights: Weights) -> None:
        self._weights = weights
        self._reader: _Reader | None = None

    def load(self) -> None:
        """Check that weights and packages are there, about 0.1 s; raises WeightsError. Nothing stays in memory."""
        for model in (MODEL, VECTORS, DICTIONARY):
            self._weights.path(model)
        require(MODEL, _MODULES)

    def extract(self, items: Sequence[tuple[Article, Language]]) -> list[TextExtraction | StageError]:
        """One result an article, in order; an article that cannot be read is a StageError."""
        return [self._attempt(*item) for item in items]

    def _attempt(self, article: Article, language: Language) -> TextExtraction | StageError:
        try:
            if self._reader is None:
                self._reader = _Reader(self._weights)
            return extraction(article, language, self._reader.read(article), NOT_ATTEMPTED)
        except Exception as error:  # noqa: BLE001 the task boundary: one bad article must not stop the batch
            return StageError(f"text_ie could not read {article.article_id}: {type(error).__name__}: {error}")


class _Reader:
    def __init__(self, weights: Weights) -> None:
        from navec import Navec
        from slovnet import NER

        self._tagger: Any = NER.load(str(weights.path(MODEL)))
        self._tagger.navec(Navec.load(str(weights.path(VECTORS))))
        self._words = Words()
        self._places = {_key(self._words.thing(name)): place for name, place in known_places("ru").items()}
        self._parts = {kind: word_list(kind, "ru") for kind in _KINDS}

    def read(self, article: Article) -> Iterator[tuple[TextSpan, list[NameForm]]]:
        """Every sentence with its names."""
        sentences = list(sentence_spans(article, _sentences))
        tagged = self._tagger.map(words for _, words in sentences)
        for (span, words), markup in zip(sentences, tagged, strict=True):
            yield span, [self._name(span, words, one.start, one.stop, one.type) for one in markup.spans]

    def _name(self, span: TextSpan, sentence: str, start: int, end: int, tag: str) -> NameForm:
        words = sentence[start:end]
        form = self._words.person(words) if tag == "PER" else self._words.thing(words)
        place = self._places.get(_key(form)) if tag != "PER" else None
        mention = FoundMention(
            part_of(span, start, end),
            type=place.type if place else self._type(tag, form, sentence[:start]),
            kind="name",
            confidence=_CONFIDENCE[tag],
            model=MODEL,
            subtype=place.subtype if place else None,
        )
        return NameForm(mention, _key(form), form=form, english=place.english if place else "")

    def _type(self, tag: str, form: str, before: str) -> str:
        """The tagger's LOC holds states, landscapes and buildings; words of the name, or the word before it, tell them apart."""
        if tag != "LOC":
            return tag
        common = before.split()[-1:]  # на площади Тахрир
        words = {*_key(form), *(self._words.lemma(word) for word in re.findall(r"[\w-]+", form))}
        words |= {self._words.lemma(word) for word in common if word.islower()}
        return next((kind for kind in _KINDS if self._parts[kind] & words), "GPE")


def _key(form: str) -> tuple[str, ...]:
    """Lower case, ``ё`` as ``е``."""
    return tuple(re.findall(r"[\w-]+\.?", form.lower().replace("ё", "е")))


def _sentences(paragraph: str) -> Iterator[tuple[int, int]]:
    from razdel import sentenize

    for sentence in sentenize(paragraph):
        yield sentence.start, sentence.stop
