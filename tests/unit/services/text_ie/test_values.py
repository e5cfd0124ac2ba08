"""Money, shares, measures and ages by their form, and the nationality of persons."""

import pytest

from services.text_ie.english.mentions.values import MODEL
from services.text_ie.stage import TextIEStage
from shared.schemas.article import Article
from shared.schemas.text import TextExtraction
from shared.settings import Settings
from shared.stage import StageInput

pytestmark = pytest.mark.integration


@pytest.fixture(scope="module")
def stage() -> TextIEStage:
    stage = TextIEStage(Settings())
    stage.load()
    return stage


def read(stage: TextIEStage, text: str) -> TextExtraction:
    (found,) = stage.run([StageInput(article=Article(article_id="a", title="", text=text, language="en"))])
    assert isinstance(found, TextExtraction)
    return found


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("The firm paid $5 million and €300,000.", [("$5 million", "MONEY"), ("€300,000", "MONEY")]),
        ("The mine cost US$2.5bn.", [("US$2.5bn", "MONEY")]),
        ("It was worth 3 billion rubles.", [("3 billion rubles", "MONEY")]),
        ("Prices rose 8.5 per cent.", [("8.5 per cent", "VALUE")]),
        ("They gave €300,000 to 40 percent of the workers.", [("€300,000", "MONEY"), ("40 percent", "VALUE")]),
        ("It held 200 pounds of explosives.", [("200 pounds", "VALUE")]),
        ("The ring cost 50,000 pounds.", [("50,000 pounds", "MONEY")]),
        ("The ship was 20 miles away.", [("20 miles", "VALUE")]),
        ("The 45-year-old man fell.", [("45-year-old", "VALUE")]),
    ],
)
def test_values_are_found_by_their_form(stage: TextIEStage, text: str, expected: list[tuple[str, str]]) -> None:
    values = [m for m in read(stage, text).mentions if m.type in {"MONEY", "VALUE", "TIME"}]
    assert [(m.text, m.type) for m in values] == expected
    assert {m.model for m in values} <= {MODEL, "text-ie-multitask"}
    assert {m.kind for m in values} == {"value"}


@pytest.mark.parametrize("text", ["The team won 3 games.", "Boeing sent a 737 to Oslo.", "He met the Group of 20 leaders."])
def test_plain_numbers_are_no_values(stage: TextIEStage, text: str) -> None:
    assert [m.text for m in read(stage, text).mentions if m.type in {"MONEY", "VALUE"}] == []


@pytest.mark.parametrize(
    ("text", "name", "nationality"),
    [
        ("The German chancellor Angela Merkel met them.", "Angela Merkel", "Germany"),
        ("British actor Hugh Grant married Anna.", "Hugh Grant", "Britain"),
        ("John Smith, an American citizen, was jailed in Iran.", "John Smith", "United States"),
        ("Two Chinese nationals were detained.", "Two Chinese nationals", "China"),
        ("The suspect, a 32-year-old Iraqi, was charged with murder.", "The suspect", "Iraq"),
    ],
)
def test_persons_have_the_nationality_that_the_text_gives(stage: TextIEStage, text: str, name: str, nationality: str) -> None:
    found = {entity.name: entity for entity in read(stage, text).entities}
    assert found[name].attributes["nationality"] == nationality


def test_nationality_is_a_relation_to_the_country(stage: TextIEStage) -> None:
    found = read(stage, "The Russian journalist Anna Petrova was arrested in Minsk.")
    names = {entity.id: entity.name for entity in found.entities}
    stated = {(names[r.source_id], names[r.target_id]) for r in found.relations if r.type.endswith(".NationalityCitizen")}
    assert stated == {("Anna Petrova", "Russia")}


def test_where_somebody_works_is_no_nationality(stage: TextIEStage) -> None:
    found = read(stage, "The ambassador to Germany, Richard Grenell, spoke in Berlin.")
    assert all("nationality" not in entity.attributes for entity in found.entities)
