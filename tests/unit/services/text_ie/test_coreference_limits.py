"""What coreference refuses to join, and what syntax says of two mentions."""

import pytest

from services.text_ie.english.coreference.candidates import gender_of
from services.text_ie.english.mentions.cannot_link import constrain_by_syntax
from services.text_ie.english.mentions.passage import Passage, TokenMention
from services.text_ie.english.parse.spacy_parser import MODEL, SpacyParser
from services.text_ie.lexicon import load_lexicon
from services.text_ie.reading import view
from shared.settings import Settings
from shared.weights import Weights
from tests.unit.services.text_ie.test_coreference import Story

pytestmark = pytest.mark.unit


@pytest.fixture(scope="module")
def parser() -> SpacyParser:
    return SpacyParser(Weights(Settings().models_file).path(MODEL))


def read(parser: SpacyParser, text: str, people: dict[str, str]) -> Passage:
    """A passage with one mention a given word."""
    document = next(iter(parser.parse(iter([text]))))
    passage = Passage(view("text", text, 0, len(text)), document)
    for word, kind in people.items():
        at = next(t.i for t in document if t.text == word)
        passage.mentions.append(TokenMention(at, at + 1, at, kind, "PER", 0.9, "test"))  # type: ignore[arg-type]
    constrain_by_syntax(passage)
    return passage


def test_two_persons_of_different_names_stay_two_even_in_apposition() -> None:
    story = Story()
    abe, milley = story.add("Shinzo Abe", "name", "PER"), story.add("Mark Milley", "name", "PER")
    assert not story.same(abe, milley, ((abe, milley),))


def test_he_is_not_a_group_and_it_is_no_person() -> None:
    story = Story()
    soldiers = story.add("the soldiers", "nominal", "PER", plural=True)
    he, it = story.add("he", "pronoun", "PER", gender="m"), story.add("it", "pronoun", "ORG", gender="n")
    assert not story.same(soldiers, he, ((soldiers, he),))
    assert not story.same(soldiers, it, ((soldiers, it),))


def test_subject_and_plain_object_are_two_but_a_reflexive_object_may_be_one(parser: SpacyParser) -> None:
    assert read(parser, "Merkel blamed her yesterday.", {"Merkel": "name", "her": "pronoun"}).cannot_link == [(0, 1)]
    assert not read(parser, "Merkel blamed herself yesterday.", {"Merkel": "name", "herself": "pronoun"}).cannot_link


def test_conjoined_names_are_two(parser: SpacyParser) -> None:
    assert read(parser, "Merkel and Macron met in Paris.", {"Merkel": "name", "Macron": "name"}).cannot_link == [(0, 1)]


def test_a_pronoun_in_a_fronted_phrase_means_the_subject_after_it(parser: SpacyParser) -> None:
    passage = read(parser, "In his speech to the union, Macron praised the workers.", {"his": "pronoun", "Macron": "name"})
    assert passage.cataphora == [(0, 1)]
    passage = read(parser, "Macron praised the workers in his speech.", {"his": "pronoun", "Macron": "name"})
    assert not passage.cataphora


def test_a_lone_surname_that_is_also_a_first_name_tells_no_gender() -> None:
    name = TokenMention(0, 1, 0, "name", "PER", 0.9, "test")
    assert gender_of(name, ("Zoe", "Telford"), "Telford", load_lexicon()) == "f"
    assert gender_of(name, ("Kelsey",), "Kelsey", load_lexicon()) == ""
