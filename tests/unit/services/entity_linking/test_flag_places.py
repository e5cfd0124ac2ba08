"""Windows that may hold a flag, before anyone asks whose it is."""

import numpy as np

from lab.evaluation.vision.warp import paste
from services.entity_linking.engines.flag_places import apart, places
from tests.unit.services.entity_linking.flag_drawings import DRAWINGS

GREY = np.full((300, 400, 3), (120, 118, 112), dtype=np.uint8)


def overlap(box: tuple[float, float, float, float], others: np.ndarray) -> float:
    low, high = np.maximum(box[:2], others[:, :2]), np.minimum(box[2:], others[:, 2:])
    shared = np.clip(high - low, 0, None).prod(axis=1)
    areas = (others[:, 2:] - others[:, :2]).prod(axis=1) + (box[2] - box[0]) * (box[3] - box[1])
    return float((shared / (areas - shared)).max(initial=0.0))


def test_a_window_lies_about_where_nearly_each_flag_is() -> None:
    seen = [paste(drawing, GREY, np.random.default_rng(seed)) for seed, drawing in enumerate(DRAWINGS.values())]
    boxes = [(one.box.x0, one.box.y0, one.box.x1, one.box.y1) for one in seen]
    overlaps = [overlap(box, places(one.picture, 96)) for one, box in zip(seen, boxes, strict=True)]
    assert sum(share > 0.45 for share in overlaps) >= 0.9 * len(seen)


def test_a_picture_of_one_colour_and_a_tiny_one_have_no_windows() -> None:
    for picture in (GREY, np.full((300, 400, 3), (200, 10, 30), dtype=np.uint8), GREY[:1, :1], GREY[:2]):
        assert len(places(picture, 96)) == 0


def test_no_more_windows_are_given_than_asked_for_and_none_twice() -> None:
    noise = np.random.default_rng(0).integers(0, 256, (12, 16, 3), dtype=np.uint8).repeat(20, axis=0).repeat(20, axis=1)
    found = places(noise, 24)
    assert len(found) == 24
    assert len({tuple(box) for box in found.tolist()}) == 24


def test_of_overlapping_boxes_the_first_is_kept() -> None:
    boxes = np.array([(0, 0, 10, 10), (1, 0, 11, 10), (20, 0, 30, 10)], dtype=np.float32)
    assert apart(boxes, 0.5, 9).tolist() == [0, 2]
    assert apart(boxes, 0.9, 9).tolist() == [0, 1, 2]
    assert apart(boxes, 0.9, 1).tolist() == [0]
