"""Colours and borders, by which flags are compared."""

import numpy as np
import pytest

from services.entity_linking.engines.colours import COLOURS, PAIRS, borders, colour_map
from services.entity_linking.engines.flag_structure import describe, grid
from services.entity_linking.knowledge.normalisation import normalise


@pytest.mark.parametrize(
    ("rgb", "name"),
    [
        ((178, 34, 52), "red"),
        ((60, 59, 110), "blue"),
        ((255, 255, 255), "white"),
        ((0, 0, 0), "black"),
        ((255, 206, 0), "yellow"),
        ((0, 146, 70), "green"),
        ((255, 136, 0), "orange"),
        ((224, 172, 140), "other"),
        ((120, 90, 60), "other"),
    ],
)
def test_cloth_has_a_colour_and_skin_and_wood_have_none(rgb: tuple[int, int, int], name: str) -> None:
    assert COLOURS[int(colour_map(np.full((4, 4, 3), rgb, dtype=np.uint8))[1, 1])] == name


def stripes(first: int, second: int, turned: bool) -> "np.ndarray[tuple[int, int], np.dtype[np.uint8]]":
    colours = np.full((20, 20), first, dtype=np.uint8)
    colours[10:] = second
    return np.ascontiguousarray(colours.T if turned else colours)


def test_borders_are_counted_by_pair() -> None:
    lengths = borders(stripes(1, 3, turned=False)).sum(axis=(0, 1))
    assert {PAIRS[i]: float(n) for i, n in enumerate(lengths) if n} == {(1, 3): 40.0}


def test_a_description_does_not_change_when_the_flag_hangs() -> None:
    flat, hanging = describe(stripes(1, 3, turned=False)), describe(stripes(1, 3, turned=True))
    assert all(np.allclose(a, b) for a, b in zip(flat, hanging, strict=True))


def test_a_layout_grid_tells_a_flag_from_itself_upside_down() -> None:
    flag = np.full((40, 60, 3), 255, dtype=np.uint8)
    flag[:20] = (200, 16, 46)
    assert float(grid(flag) @ grid(flag)) == pytest.approx(1, abs=1e-5)
    assert float(grid(flag) @ grid(np.ascontiguousarray(flag[::-1]))) < 0.8


def test_names_of_places_meet_despite_case_accents_dots_and_articles() -> None:
    assert normalise("The U.S.") == normalise("us")
    assert normalise("Côte d’Ivoire") == normalise("cote d'ivoire")
    assert normalise("The") == "the"
