"""Names in Russian with the real tagger and dictionary."""

from pathlib import Path

import pytest

from services.text_ie.engines.russian.engine import RussianEngine
from services.text_ie.engines.russian.words import Words
from shared.errors import WeightsError
from shared.schemas.article import Article
from shared.schemas.text import Language, TextExtraction
from shared.settings import Settings
from shared.weights import Weights
from tests.unit.services.text_ie.imported import imported_by_loading

pytestmark = pytest.mark.integration
RUSSIAN = Language(code="ru", confidence=1.0, model="test")


@pytest.fixture(scope="module")
def engine() -> RussianEngine:
    engine = RussianEngine(Weights(Settings().models_file))
    engine.load()
    return engine


def read(engine: RussianEngine, text: str, title: str = "") -> TextExtraction:
    article = Article(article_id="a", title=title, text=text)
    (found,) = engine.extract([(article, RUSSIAN)])
    assert isinstance(found, TextExtraction)
    assert all(article.quote(m.span) == m.text for m in found.mentions)
    assert all(any(s.span.contains(m.span) for s in found.sentences) for m in found.mentions)
    return found


def named(found: TextExtraction) -> dict[str, str]:
    return {entity.name: entity.type for entity in found.entities}


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Канцлер Австрии Карл Нехаммер прилетел в Анкару.", {"Австрия": "GPE", "Карл Нехаммер": "PER", "Анкара": "GPE"}),
        ("Пожарные спасли двух человек в Красноярском крае.", {"Красноярский край": "GPE"}),
        ("Танкер сел на мель в Чёрном море.", {"Чёрное море": "LOC"}),
        ("На площади Тахрир собрались тысячи людей.", {"Тахрир": "FAC"}),
        ("Евросоюз ввёл санкции против Сирии.", {"Евросоюз": "ORG", "Сирия": "GPE"}),
        ("Всемирный банк выделил Непалу кредит.", {"Всемирный банк": "ORG", "Непал": "GPE"}),
        ("Командующий Западным военным округом вылетел в Ростов.", {"Западный военный округ": "ORG", "Ростов": "GPE"}),
    ],
)
def test_names_are_typed_and_shown_in_the_nominative(engine: RussianEngine, text: str, expected: dict[str, str]) -> None:
    assert named(read(engine, text)) == expected


def test_all_cases_of_a_name_are_one_entity(engine: RussianEngine) -> None:
    text = "Эмма Томпсон прилетела в Варшаву. Из Варшавы Томпсон поедет в Прагу.\n\nВ Праге Эмму Томпсон встретит мэр."
    found = read(engine, text, title="Эмма Томпсон в Варшаве")
    by_name = {entity.name: entity for entity in found.entities}
    assert by_name.keys() == {"Эмма Томпсон", "Варшава", "Прага"}
    assert len(by_name["Варшава"].mention_ids) == 3
    assert by_name["Эмма Томпсон"].attributes["aliases"] == "Томпсон"


def test_persons_of_one_surname_stay_apart(engine: RussianEngine) -> None:
    found = read(engine, "Борис Ельцин выступил первым. Затем говорила Наина Ельцина, а Борис Немцов молчал.")
    assert len([entity for entity in found.entities if entity.type == "PER"]) == 3


def test_countries_have_their_english_name(engine: RussianEngine) -> None:
    found = read(engine, "Посол США покинул Саудовскую Аравию.")
    assert {e.attributes["english"] for e in found.entities} == {"United States", "Saudi Arabia"}
    assert {m.subtype for m in found.mentions} == {"GPE.Country"}


def test_what_is_not_read_is_said_part_by_part(engine: RussianEngine) -> None:
    found = read(engine, "Полиция задержала 30 человек в Минске.")
    assert [part.part for part in found.not_attempted] == ["coreference", "relations", "events"]
    assert "reads entities only in Russian" in found.not_attempted[2].reason
    assert "gpu or llm profile" in found.not_attempted[2].reason
    assert found.events == found.relations == ()
    assert [article_span.field for article_span in found.coverage] == ["text"]


@pytest.mark.parametrize("text", ["", "!!!", "ООО", "«»", "2024", "Ё", "А. Б. В.", "Hello world. Привет, 世界!", "слово " * 4000])
def test_strange_input_is_read_without_error(engine: RussianEngine, text: str) -> None:
    read(engine, text, title="т")


def test_loading_checks_the_weights_but_keeps_no_model(tmp_path: Path) -> None:
    known = Settings().models_file.read_text(encoding="utf-8")
    assert not imported_by_loading(RussianEngine.__module__, "RussianEngine") & {"slovnet", "navec", "pymorphy3"}
    broken = tmp_path / "models.toml"
    broken.write_text(known.replace("slovnet_ner_news_v1.tar", "nothing.tar"), encoding="utf-8")
    with pytest.raises(WeightsError, match=r"slovnet-ner-ru.*natasha==1\.6\.0"):
        RussianEngine(Weights(broken)).load()


@pytest.mark.parametrize(
    ("written", "base"),
    [
        ("Республики Крым", "Республика Крым"),
        ("Соединённых Штатов", "Соединённые Штаты"),
        ("Министерства обороны России", "Министерство обороны России"),
        ("Ростове-на-Дону", "Ростов-На-Дону"),
        ("МЧС", "МЧС"),
        ("CNN", "CNN"),
    ],
)
def test_base_forms_of_things(written: str, base: str) -> None:
    assert Words().thing(written).casefold() == base.casefold()
