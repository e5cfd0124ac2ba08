import pytest

from services.fusion.name_matching import identity_name, normalise, person_match, person_tokens, place_match, spelled_alike


@pytest.mark.parametrize(
    ("name", "tokens"),
    [
        ("President Recep Tayyip Erdoğan's", ("recep", "tayyip", "erdogan")),
        ("U.S. Secretary of State Rex Tillerson", ("rex", "tillerson")),
        ("Martin Luther King Jr.", ("martin", "luther", "king")),
        ("the president", ("president",)),
    ],
)
def test_titles_and_suffixes_are_no_part_of_a_persons_name(name: str, tokens: tuple[str, ...]) -> None:
    assert person_tokens(name) == tokens


def test_dotted_acronyms_become_one_word() -> None:
    assert [normalise(n) for n in ("the U.S.", "U.S .", "U. K.", "St. Louis")] == ["us", "us", "uk", "st louis"]


def test_a_last_name_fits_a_full_name_less_well_than_the_full_name_itself() -> None:
    assert person_match("Barack Obama", "President Barack Obama") == 1.0
    assert 0 < person_match("Barack Obama", "Obama") < person_match("B. Obama", "Barack Obama") < 1.0


@pytest.mark.parametrize("other", ["Michelle Obama", "Barack", "Obama Barack", "Joe Biden", ""])
def test_different_people_do_not_match(other: str) -> None:
    assert person_match("Barack Obama", other) == 0.0


def test_places_match_their_initials_only() -> None:
    assert place_match("U.S.", "United States")
    assert place_match("the United Arab Emirates", "UAE")
    assert not place_match("U.S.", "Uruguay")
    assert not place_match("Niger", "Nigeria")


def test_only_specific_names_identify_across_articles() -> None:
    assert identity_name("PER", "Colonel Eileen Collins") == "eileen collins"
    assert identity_name("PER", "Collins") is None
    assert identity_name("PER", "J. Smith") is None
    assert identity_name("ORG", "NATO") == "nato"
    assert identity_name("ORG", "EU") is None
    assert identity_name("TIME", "last Tuesday") is None


def test_a_spelling_is_told_from_a_demonym_and_a_part() -> None:
    assert spelled_alike("Raqqa", "Ar Raqqah")
    for name, record in (("Canadian", "Canada"), ("Korea", "South Korea"), ("U.S.", "United States"), ("Paris", "Paris")):
        assert not spelled_alike(name, record)
