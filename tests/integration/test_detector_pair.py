"""The two embedded detectors together, with their real weights."""

from pathlib import Path

import cv2
import numpy as np
import pytest

from services.object_detection.catalogue import NANODET, SSD, SSD_GRAPH
from services.object_detection.engines.nanodet import NanoDetector
from services.object_detection.engines.pair import DetectorPair
from services.object_detection.engines.ssd import SsdDetector
from shared.pictures import RgbArray, decode_rgb
from shared.settings import REPOSITORY, Settings
from shared.weights import Weights

pytestmark = pytest.mark.integration

PORTRAIT = REPOSITORY / "tests" / "fixtures" / "articles" / "images" / "obama.jpg"


@pytest.fixture(scope="module")
def weights() -> Weights:
    return Weights.of(Settings())


@pytest.fixture(scope="module")
def nano(weights: Weights) -> NanoDetector:
    return NanoDetector(weights.path(NANODET), threads=1)


@pytest.fixture(scope="module")
def pair(weights: Weights, nano: NanoDetector) -> DetectorPair:
    return DetectorPair(SsdDetector(weights.path(SSD), weights.path(SSD_GRAPH)), nano)


def _portrait(path: Path = PORTRAIT) -> RgbArray:
    return decode_rgb(path.read_bytes())


def test_nanodet_boxes_the_person_of_a_portrait_in_pixels_of_the_picture(nano: NanoDetector) -> None:
    picture = _portrait()
    best = nano.detect([picture])[0][0]
    assert best.label == "person"
    assert best.confidence > 0.6
    assert best.box.area > 0.5 * picture.shape[0] * picture.shape[1]


def test_both_engines_are_named_on_the_thing_that_both_found(pair: DetectorPair) -> None:
    (person,) = [d for d in pair.detect([_portrait()])[0] if d.label == "person"]
    assert {said.model for said in person.said} == {"ssd-mobilenet-v2-coco", "nanodet-g"}
    assert person.confidence > max(said.confidence for said in person.said)


def test_a_large_picture_of_small_people_is_looked_at_in_tiles(pair: DetectorPair) -> None:
    person = cv2.resize(_portrait(), (120, 150), interpolation=cv2.INTER_AREA)
    crowd = np.full((900, 1200, 3), 90, dtype=np.uint8)
    for number in range(12):
        y, x = 60 + 280 * (number // 4), 60 + 290 * (number % 4)
        crowd[y : y + 150, x : x + 120] = person
    found = [d for d in pair.detect([crowd])[0] if d.label == "person"]
    assert any(d.in_tile for d in found)
    assert len(found) == 12
