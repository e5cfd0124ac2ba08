"""The tidied view keeps every character's origin, and paragraphs lose nothing."""

from itertools import pairwise

import pytest

from services.text_ie.reading import paragraphs, view

pytestmark = pytest.mark.unit


def test_tokenised_spacing_becomes_prose_and_offsets_still_quote_the_field() -> None:
    text = "Last week , U.S . Secretary of State Rex Tillerson said : \u201cWe \u2019re here .\u201d"
    tidy = view("text", text, 0, len(text))
    assert tidy.text == 'Last week, U.S. Secretary of State Rex Tillerson said: "We\'re here."'
    start = tidy.text.index("Tillerson")
    a, b = tidy.span(start, start + len("Tillerson"))
    assert text[a:b] == "Tillerson"
    a, b = tidy.span(tidy.text.index("U.S."), tidy.text.index("U.S.") + 4)
    assert text[a:b] == "U.S ."


def test_decimal_points_and_ellipses_are_left_alone() -> None:
    text = "It cost 3 .5 dollars and .NET"
    assert view("text", text, 0, len(text)).text == text


def test_every_visible_character_is_in_exactly_one_paragraph() -> None:
    text = "A headline\n\nFirst line\ngoes on here.\nA new paragraph.\n \n\n- item one\n- item two\n" + "word " * 9000
    parts = list(paragraphs(text))
    assert all(a[1] <= b[0] for a, b in pairwise(parts))
    assert "".join("".join(text[a:b].split()) for a, b in parts) == "".join(text.split())
    assert text[slice(*parts[1])] == "First line\ngoes on here."
    assert max(b - a for a, b in parts) <= 20_000


def test_an_endless_word_is_cut_without_losing_a_character() -> None:
    text = "x" * 50_001
    assert sum(b - a for a, b in paragraphs(text)) == len(text)
