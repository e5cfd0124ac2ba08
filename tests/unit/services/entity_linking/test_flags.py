"""Order of colours, windows of one flag, and the flag finder's choice between countries."""

import cv2
import numpy as np
import pytest

from lab.evaluation.vision.warp import paste
from services.entity_linking.engines.colours import COLOURS, colour_map
from services.entity_linking.engines.flags import DetectedFlag, FlagFinder, without_rivals
from services.entity_linking.engines.runs import BLACK, run_colours, triples, without_shadows
from shared.pictures import RgbArray
from shared.schemas.base import Box
from shared.settings import Settings
from shared.weights import Weights
from tests.unit.services.entity_linking.flag_drawings import DRAWINGS

RGB = {
    "red": (200, 16, 46),
    "white": (255, 255, 255),
    "blue": (10, 40, 110),
    "black": (0, 0, 0),
    "green": (0, 135, 80),
    "gold": (255, 206, 0),
}
GREY = (120, 118, 112)
FIELD = np.full((300, 400, 3), (96, 112, 84), dtype=np.uint8)


def stripes(*names: str, high: int = 96, wide: int = 144) -> RgbArray:
    """Horizontal stripes of equal height."""
    rows = np.array([RGB[name] for name in names], dtype=np.uint8)
    return np.ascontiguousarray(np.broadcast_to(rows[np.arange(high) * len(names) // high][:, None], (high, wide, 3)))


def on_grey(flag: RgbArray) -> RgbArray:
    picture = np.full((400, 600, 3), GREY, dtype=np.uint8)
    picture[100:250, 180:430] = cv2.resize(flag, (250, 150), interpolation=cv2.INTER_AREA)
    return picture


@pytest.fixture(scope="module")
def finder() -> FlagFinder:
    weights = Weights(Settings().models_file)
    return FlagFinder(weights.path("flags"), weights.path("flag-network"))


def test_the_order_of_colours_is_the_same_when_the_flag_is_turned_or_mirrored() -> None:
    colours = run_colours(stripes("red", "white", "blue", high=96, wide=96))
    expected, _ = triples(colours)
    for seen in (colours[::-1], colours.T, np.rot90(colours)):
        assert triples(np.ascontiguousarray(seen))[0] == pytest.approx(expected)


def test_flags_of_the_same_colours_differ_in_their_order() -> None:
    one, _ = triples(run_colours(stripes("red", "white", "blue")))
    other, _ = triples(run_colours(stripes("white", "blue", "red")))
    assert float(np.sqrt(one * other).sum()) < 0.1


def test_a_dark_fold_leaves_the_order_of_a_flag_without_black() -> None:
    colours = run_colours(stripes("red", "white", "red", "white", "red", "white"))
    folded = colours.copy()
    middle = folded.shape[0] // 2
    folded[middle - 4 : middle] = BLACK
    before, after = triples(colours)[0], triples(without_shadows(folded))[0]
    assert float(np.sqrt(before * after).sum()) > 0.99
    assert float(np.sqrt(before * triples(folded)[0]).sum()) < 0.9


def test_one_colour_has_no_order() -> None:
    distribution, number = triples(run_colours(stripes("red")))
    assert number == 0
    assert distribution.sum() == 0


@pytest.mark.parametrize(
    ("pixel", "colour"),
    [
        ((200, 16, 46), "red"),
        ((10, 40, 110), "blue"),
        ((240, 240, 235), "white"),
        ((215, 170, 140), "other"),
        ((5, 5, 5), "black"),
    ],
)
def test_cloth_colours_are_named_and_skin_is_not(pixel: tuple[int, int, int], colour: str) -> None:
    assert COLOURS[int(colour_map(np.full((4, 4, 3), pixel, dtype=np.uint8))[1, 1])] == colour


def flag(code: str, confidence: float, x0: float = 0.0) -> DetectedFlag:
    return DetectedFlag(box=Box(x0=x0, y0=0, x1=x0 + 100, y1=60), code=code, confidence=confidence, flat=False)


def test_two_mentioned_countries_that_fit_one_place_equally_leave_it_unnamed() -> None:
    assert without_rivals([flag("CU", 0.70), flag("PR", 0.71)], {"CU", "PR"}) == []
    assert [f.code for f in without_rivals([flag("CU", 0.60), flag("PR", 0.71)], {"CU", "PR"})] == ["PR"]


def test_a_mentioned_country_goes_before_one_that_is_not() -> None:
    assert [f.code for f in without_rivals([flag("CU", 0.60), flag("PR", 0.90)], {"CU"})] == ["CU"]


def test_flags_in_different_places_are_both_kept() -> None:
    assert [f.code for f in without_rivals([flag("CU", 0.70), flag("PR", 0.71, x0=300)], {"CU", "PR"})] == ["PR", "CU"]


def test_a_mentioned_tricolour_is_found_with_its_whole_box(finder: FlagFinder) -> None:
    found = finder.find(on_grey(stripes("black", "red", "gold")), {"DE", "FR"})
    assert [f.code for f in found] == ["DE"]
    assert found[0].box.iou(Box(x0=180, y0=100, x1=430, y1=250)) > 0.5


def test_stripes_of_no_country_are_no_flag_even_if_countries_are_mentioned(finder: FlagFinder) -> None:
    for colours in (("gold", "white", "black"), ("green", "blue", "red")):
        assert finder.find(on_grey(stripes(*colours)), {"DE", "FR", "BE", "IT"}) == []


def test_warped_and_noisy_flags_in_given_boxes_are_named(finder: FlagFinder) -> None:
    seen = [(code, paste(drawing, FIELD, np.random.default_rng(seed))) for seed in (1, 2) for code, drawing in DRAWINGS.items()]
    named = [finder.recognise(one.picture, one.box)[0][0] == code for code, one in seen]
    assert sum(named) >= 0.9 * len(named)


def test_warped_and_noisy_flags_are_found_where_their_countries_are_mentioned(finder: FlagFinder) -> None:
    seen = [(code, paste(drawing, FIELD, np.random.default_rng(3))) for code, drawing in DRAWINGS.items()]
    found = [[(f.code, f.box.iou(one.box) > 0.4) for f in finder.find(one.picture, {code, "US", "CN"})] for code, one in seen]
    assert sum((code, True) in flags for (code, _), flags in zip(seen, found, strict=True)) >= 0.8 * len(seen)
    assert all(named == code for (code, _), flags in zip(seen, found, strict=True) for named, in_place in flags if in_place)


def test_another_mentioned_country_does_not_get_the_flag(finder: FlagFinder) -> None:
    assert [f.code for f in finder.find(on_grey(stripes("black", "red", "gold")), {"FR", "GB", "SY"})] in ([], ["DE"])


def test_a_flag_on_the_middle_of_a_person_is_clothing(finder: FlagFinder) -> None:
    person = Box(x0=20, y0=20, x1=590, y1=400)
    assert finder.find(on_grey(stripes("black", "red", "gold")), {"DE"}, [person]) == []


def test_a_grey_picture_and_a_tiny_one_have_no_flag(finder: FlagFinder) -> None:
    for shape in ((400, 600, 3), (1, 1, 3), (3, 900, 3)):
        assert finder.find(np.full(shape, GREY, dtype=np.uint8), {"US"}) == []
