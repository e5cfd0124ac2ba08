"""Clipping, tiling and merging of detections, and the filter for misread print."""

import pytest

from services.object_detection.detections import Detection, clip, merge, tiles
from services.object_detection.engines.coco import COCO_NAMES
from services.object_detection.engines.rapidocr import is_legible
from shared.schemas.base import Box

pytestmark = pytest.mark.unit


def _box(x0: float, y0: float, x1: float, y1: float) -> Box:
    return Box(x0=x0, y0=y0, x1=x1, y1=y1)


def test_a_box_that_leaves_the_picture_is_cut_at_its_border() -> None:
    assert clip((-20, 5, 700, 90.04), 640, 480) == _box(0, 5, 640, 90)


@pytest.mark.parametrize("corners", [(650, 10, 700, 90), (10, 10, 12, 90), (50, 50, 20, 90), (10, 479, 60, 500)])
def test_a_box_without_area_in_the_picture_is_dropped(corners: tuple[float, float, float, float]) -> None:
    assert clip(corners, 640, 480) is None


def test_small_pictures_have_no_tiles_and_large_ones_are_covered_with_overlap() -> None:
    assert tiles(300, 300) == []
    windows = tiles(1000, 800)
    assert len(windows) == 4
    assert {(t.x0, t.x1) for t in windows} == {(0, 625), (375, 1000)}
    assert max(t.y1 for t in windows) == 800


def test_wide_strips_are_tiled_along_their_long_side_only() -> None:
    assert {(t.y0, t.y1) for t in tiles(2000, 200)} == {(0, 200)}


def test_a_tile_cuts_boxes_at_its_inner_border_but_not_at_the_border_of_the_picture() -> None:
    upper_left = tiles(1000, 800)[0]
    assert upper_left.cuts(_box(500, 100, 624, 200))
    assert not upper_left.cuts(_box(0, 0, 200, 200))


def test_the_same_thing_seen_by_two_windows_becomes_one_detection() -> None:
    whole = Detection("person", 0.6, _box(100, 100, 300, 500))
    again = Detection("person", 0.9, _box(105, 110, 300, 495), in_tile=True)
    half = Detection("person", 0.8, _box(110, 100, 290, 300), in_tile=True)
    assert merge([again, half, whole]) == [whole]


def test_different_labels_and_neighbours_of_one_label_are_kept() -> None:
    person = Detection("person", 0.9, _box(100, 100, 300, 500))
    tie = Detection("tie", 0.7, _box(180, 200, 220, 350))
    neighbour = Detection("person", 0.8, _box(290, 100, 480, 500), in_tile=True)
    assert set(merge([person, tie, neighbour])) == {person, tie, neighbour}


def test_the_eighty_names_of_coco_keep_their_original_numbers() -> None:
    assert len(COCO_NAMES) == 80
    assert (COCO_NAMES[1], COCO_NAMES[32], COCO_NAMES[90]) == ("person", "tie", "toothbrush")
    assert 12 not in COCO_NAMES


@pytest.mark.parametrize(
    ("text", "confidence", "kept"),
    [
        ("STOP THE WAR", 0.9, True),
        ("O", 0.99, False),
        ("UN", 0.95, True),
        ("UN", 0.6, False),
        ("-_.|", 0.9, False),
        ("word", 0.5, False),
    ],
)
def test_only_plausible_print_is_kept(text: str, confidence: float, *, kept: bool) -> None:
    assert is_legible(text, confidence) is kept
