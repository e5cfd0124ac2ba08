"""Coreference rules on hand-made candidates."""

import pytest

from services.text_ie.english.coreference.candidates import Candidate
from services.text_ie.english.coreference.name_coreference import initials_of
from services.text_ie.english.coreference.naming import aliases, best_name
from services.text_ie.english.coreference.sieve import resolve
from services.text_ie.lexicon import load_lexicon
from shared.schemas.text import MentionKind

pytestmark = pytest.mark.unit


class Story:
    """Builds candidates one after the other and tells which of them became one."""

    def __init__(self) -> None:
        self.candidates: list[Candidate] = []

    def add(self, text: str, kind: MentionKind, entity_type: str, **features: object) -> int:
        order = len(self.candidates)
        words = tuple(text.split())
        country = load_lexicon().country(text) if entity_type == "GPE" and kind == "name" else None
        values: dict[str, object] = {
            "order": order, "field": "text", "kind": kind, "type": entity_type, "words": words, "text": text,
            "head": words[-1].lower(), "sentence": order, "depth": 1, "subject": False, "verb": -1, "country": country,
            "demonym": load_lexicon().is_demonym(text),
        }  # fmt: skip
        self.candidates.append(Candidate(**(values | features)))  # type: ignore[arg-type]
        return order

    def same(self, one: int, other: int, linked: tuple[tuple[int, int], ...] = ()) -> bool:
        clusters = resolve(self.candidates, linked)
        return clusters.find(one) == clusters.find(other)


def test_a_surname_joins_the_full_name_and_not_a_namesake_of_other_gender() -> None:
    story = Story()
    barack = story.add("Barack Obama", "name", "PER", gender="m")
    michelle = story.add("Michelle Obama", "name", "PER", gender="f")
    he = story.add("Obama", "name", "PER", gender="m", title="mr.")
    assert story.same(barack, he)
    assert not story.same(barack, michelle)


def test_washington_is_not_the_united_states_but_american_and_us_are() -> None:
    story = Story()
    country = story.add("the United States".removeprefix("the "), "name", "GPE")
    short, demonym = story.add("U.S.", "name", "GPE"), story.add("American", "name", "GPE")
    washington = story.add("Washington", "name", "GPE")
    assert story.same(country, short)
    assert story.same(country, demonym)
    assert not story.same(country, washington)


def test_an_acronym_joins_the_long_name_of_the_same_type() -> None:
    story = Story()
    long = story.add("Syrian Democratic Forces", "name", "ORG")
    assert story.same(long, story.add("SDF", "name", "ORG"))
    assert "SDF" in initials_of(("Syrian", "Democratic", "Forces"))


def test_the_town_takes_up_the_nearest_town_and_never_a_country() -> None:
    story = Story()
    story.add("Aleppo", "name", "GPE", sentence=0)
    manbij = story.add("Manbij", "name", "GPE", sentence=1, depth=3)
    raqqa = story.add("Raqqa", "name", "GPE", sentence=1, depth=6)
    turkey = story.add("Turkey", "name", "GPE", sentence=1, depth=1)
    town = story.add("the town", "nominal", "GPE", sentence=1, definite=True)
    assert story.same(town, manbij)
    assert not story.same(town, raqqa)
    assert not story.same(town, turkey)


def test_the_president_is_not_the_vice_president() -> None:
    story = Story()
    obama = story.add("Barack Obama", "name", "PER", title="president")
    biden = story.add("Joe Biden", "name", "PER", title="vice president", subject=True)
    president = story.add("The president", "nominal", "PER", definite=True)
    assert story.same(president, obama)
    assert not story.same(president, biden)


def test_pronouns_agree_in_gender_and_number() -> None:
    story = Story()
    anna = story.add("Anna Diaz", "name", "PER", gender="f", subject=True)
    tom = story.add("Tom Reed", "name", "PER", gender="m", sentence=0)
    soldiers = story.add("soldiers", "nominal", "PER", plural=True)
    she = story.add("she", "pronoun", "PER", gender="f")
    they = story.add("they", "pronoun", "PER", plural=True)
    assert story.same(she, anna)
    assert not story.same(she, tom)
    assert story.same(they, soldiers)


def test_an_object_pronoun_is_not_its_own_subject() -> None:
    story = Story()
    tom = story.add("Tom Reed", "name", "PER", gender="m", subject=True, verb=5, sentence=0)
    him = story.add("him", "pronoun", "PER", gender="m", verb=5, sentence=0)
    assert not story.same(tom, him)


def test_links_from_syntax_never_join_different_types() -> None:
    story = Story()
    name, place = story.add("Acme", "name", "ORG"), story.add("the city", "nominal", "GPE")
    assert not story.same(name, place, ((name, place),))


def test_best_name_is_the_fullest_and_a_demonym_gives_the_country() -> None:
    story = Story()
    for text in ("PYD", "Kurdish Democratic Union Party"):
        story.add(text, "name", "ORG")
    story.add("Turkish", "name", "GPE")
    assert best_name(story.candidates[:2]) == "Kurdish Democratic Union Party"
    assert aliases(story.candidates[:2], "Kurdish Democratic Union Party") == "PYD"
    assert best_name(story.candidates[2:]) == "Turkey"
