"""Languages without a tagger: country names are found exactly, and everything else is said to be missing."""

import pytest

from services.text_ie.country_names import known_places
from services.text_ie.engines.other_languages import LANGUAGES, CountryNamesEngine, not_attempted
from services.text_ie.language_names import language_name
from shared.schemas.article import Article
from shared.schemas.text import Language, TextExtraction
from shared.settings import Settings
from shared.weights import Weights

pytestmark = pytest.mark.unit


def read(text: str, code: str) -> TextExtraction:
    engine = CountryNamesEngine(Weights(Settings().models_file))
    engine.load()
    article = Article(article_id="a", title="", text=text)
    (found,) = engine.extract([(article, Language(code=code, confidence=1.0, model="test"))])
    assert isinstance(found, TextExtraction)
    assert all(article.quote(m.span) == m.text and m.model == "rules:known-names" for m in found.mentions)
    return found


@pytest.mark.parametrize(
    ("code", "text", "expected"),
    [
        ("es", "Estados Unidos y Francia firmaron. México no.", ["United States", "France", "Mexico"]),
        ("es", "La Guinea Ecuatorial limita con Gabón.", ["Equatorial Guinea", "Gabon"]),
        ("es", "EE. UU. condenó el ataque en Siria.", ["United States", "Syria"]),
        ("uk", "Україна та Польща домовилися, сказав посол США.", ["Ukraine", "Poland", "United States"]),
        ("ar", "وصل الرئيس إلى روسيا بعد زيارة الصين.", ["Russia", "China"]),
        ("fr", "Les États-Unis et l’Allemagne ont signé.", ["United States", "Germany"]),
        ("de", "Außenminister in Russland eingetroffen.", ["Russia"]),
        ("tr", "Rusya ve ABD görüştü.", ["Russia", "United States"]),
    ],
)
def test_countries_are_found_by_their_own_names(code: str, text: str, expected: list[str]) -> None:
    assert [entity.attributes["english"] for entity in read(text, code).entities] == expected


@pytest.mark.parametrize(
    ("code", "text"),
    [
        ("es", "El gobernador de Nuevo México habló."),
        ("es", "Los franceses y una chinaza."),
        ("uk", "Малі підприємства закриваються."),
        ("ar", "أعلن البنك عن دعم مالي جديد."),
        ("fr", "La compagnie et Air France négocient."),
        ("es", "Lo publicó El Mundo."),
    ],
)
def test_other_words_and_longer_names_are_left_alone(code: str, text: str) -> None:
    assert read(text, code).mentions == ()


def test_one_country_is_one_entity_and_unions_are_organisations() -> None:
    found = read("México ganó. En México hay fiesta, dice la ONU.", "es")
    assert [(e.name, e.type, len(e.mention_ids)) for e in found.entities] == [("México", "GPE", 2), ("ONU", "ORG", 1)]
    assert len(found.sentences) == 2


@pytest.mark.parametrize("code", sorted(LANGUAGES))
def test_every_missing_part_is_named(code: str) -> None:
    parts = {part.part: part.reason for part in not_attempted(code)}
    assert parts.keys() == {"entities", "coreference", "relations", "events"}
    assert "only names of countries were looked up" in parts["entities"]
    assert all(language_name(code) in reason for reason in parts.values())
    assert len(known_places(code)) > 250


def test_an_unknown_language_has_no_names() -> None:
    assert known_places("xx") == {}
