"""What several detectors say of one picture becomes one detection a thing."""

import numpy as np
import pytest

from services.object_detection.detections import Detection, look_at_tiles
from services.object_detection.merging import RULES, fuse
from services.object_detection.phrases import phrases_of
from services.object_detection.regions import DecodedImage, object_regions
from shared.masks import encode
from shared.schemas.article import Article
from shared.schemas.base import Box

pytestmark = pytest.mark.unit


def _seen(label: str, confidence: float, x0: float, x1: float, **more: object) -> Detection:
    return Detection(label, confidence, Box(x0=x0, y0=0, x1=x1, y1=100), **more)  # type: ignore[arg-type]


def test_two_engines_on_one_thing_give_one_box_between_theirs_nearer_to_the_surer() -> None:
    (joined,) = fuse([("a", [_seen("dog", 0.9, 0, 100)]), ("b", [_seen("dog", 0.3, 20, 120)])])
    assert joined.box == Box(x0=5, y0=0, x1=105, y1=100)
    assert 0.9 < joined.confidence < 1
    assert [(s.model, s.label, s.confidence) for s in joined.said] == [("a", "dog", 0.9), ("b", "dog", 0.3)]


def test_what_one_engine_alone_says_keeps_its_box_and_confidence() -> None:
    (joined,) = fuse([("a", [_seen("dog", 0.6, 0, 100)]), ("b", [])])
    assert (joined.box, joined.confidence) == (Box(x0=0, y0=0, x1=100, y1=100), 0.6)


def test_neighbours_and_unlike_labels_stay_apart_and_one_engine_is_never_joined_with_itself() -> None:
    rows = [_seen("dog", 0.9, 0, 100), _seen("dog", 0.8, 5, 105), _seen("cat", 0.7, 0, 100)]
    assert len(fuse([("a", rows), ("b", [_seen("dog", 0.5, 300, 400)])])) == 4


def test_the_fine_names_of_one_engine_meet_the_coarse_ones_of_another() -> None:
    (joined,) = fuse([("a", [_seen("person", 0.8, 0, 100)]), ("b", [_seen("woman", 0.7, 0, 100)])])
    assert joined.label == "person"
    assert [s.label for s in joined.said] == ["person", "woman"]


def test_a_mask_survives_even_if_a_box_alone_was_surer() -> None:
    mask = encode(np.ones((100, 200), dtype=bool))
    (joined,) = fuse([("a", [_seen("dog", 0.9, 0, 100)]), ("b", [_seen("dog", 0.5, 0, 100, mask=mask)])])
    assert joined.mask == mask


def test_the_order_of_the_engines_does_not_matter() -> None:
    one, other = ("a", [_seen("dog", 0.9, 0, 100), _seen("dog", 0.4, 90, 190)]), ("b", [_seen("dog", 0.9, 10, 110)])
    assert fuse([one, other]) == fuse([other, one])


def test_a_region_tells_who_said_what_only_where_several_spoke() -> None:
    picture = DecodedImage("article", "image", np.zeros((100, 200, 3), dtype=np.uint8))
    both, alone = fuse([("a", [_seen("dog", 0.9, 0, 100), _seen("cat", 0.3, 0, 50)]), ("b", [_seen("dog", 0.8, 0, 100)])])
    first, second = object_regions(picture, [both, alone], "a")
    assert (first.model, [d.model for d in first.detections]) == (RULES, ["a", "b"])
    assert (second.model, second.detections) == ("a", ())


def test_tiles_give_boxes_in_pixels_of_the_picture_and_drop_what_a_tile_cuts() -> None:
    picture = np.zeros((800, 1000, 3), dtype=np.uint8)
    whole, cut = Box(x0=50, y0=40, x1=90, y1=100), Box(x0=600, y0=10, x1=625, y1=60)
    found = look_at_tiles(picture, lambda _: [Detection("dog", 0.9, whole), Detection("cat", 0.9, cut)])
    assert {(d.box.x0, d.box.y0) for d in found if d.label == "dog"} == {(50, 40), (425, 40), (50, 340), (425, 340)}
    assert {d.box.x1 for d in found if d.label == "cat"} == {1000}
    assert all(d.in_tile for d in found)


def test_phrases_are_the_things_the_article_names_once_each_and_in_singular() -> None:
    article = Article(article_id="a", title="Rifles and a tank", text="The tank passed kitchen knives. A tanker did not.")
    assert phrases_of(article) == ("rifle", "tank", "kitchen knife")
