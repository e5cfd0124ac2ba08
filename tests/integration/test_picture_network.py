"""The image-text encoder that was trained here, with its committed weights."""

from pathlib import Path

import numpy as np
import pytest

from services.object_detection.attributes import AttributeReader
from shared.image_text.small import SmallEncoder, load_small
from shared.pictures import RgbArray, decode_rgb
from shared.schemas.base import Box
from shared.schemas.vision import Region
from shared.settings import Settings
from shared.weights import Weights

pytestmark = pytest.mark.integration

PICTURES = Path(__file__).resolve().parents[1] / "fixtures" / "articles" / "images"


@pytest.fixture(scope="module")
def encoder() -> SmallEncoder:
    return load_small(Settings())


@pytest.fixture(scope="module")
def portrait() -> RgbArray:
    return decode_rgb((PICTURES / "obama.jpg").read_bytes())


def test_vectors_have_unit_length_and_depend_on_their_own_picture_only(encoder: SmallEncoder, portrait: RgbArray) -> None:
    grey = np.full((80, 120, 3), 128, np.uint8)
    alone, both = encoder.images([portrait]), encoder.images([grey, portrait])
    assert both.vectors.shape == (2, 512)
    assert both.cells.shape == (2, 9, 9, 256)
    assert np.linalg.norm(both.vectors, axis=1) == pytest.approx([1, 1], abs=1e-3)
    assert both.vectors[1] == pytest.approx(alone.vectors[0], abs=1e-3)


def test_a_portrait_fits_its_description_better_than_others(encoder: SmallEncoder, portrait: RgbArray) -> None:
    texts = ["a man in a suit", "a dog running on grass", "a person skiing down a mountain", "a plate of food"]
    scores = encoder.texts(texts) @ encoder.images([portrait]).vectors[0]
    assert int(scores.argmax()) == 0


def test_a_text_has_one_vector_whatever_its_neighbours_are(encoder: SmallEncoder) -> None:
    alone = encoder.texts(["soldiers in a street"])[0]
    among = encoder.texts(["a dog", "soldiers in a street", "a long sentence about something quite different"])[1]
    assert among == pytest.approx(alone, abs=1e-4)
    assert encoder.texts([]).shape == (0, 512)


def test_a_grey_picture_shows_no_weapon_and_no_profession(encoder: SmallEncoder) -> None:
    reader = AttributeReader(Weights.of(Settings()), encoder)
    person = Region(
        id="p", image_id="i", box=Box(x0=10, y0=10, x1=90, y1=190), kind="object", label="person", confidence=0.9, model="test"
    )
    seen = reader.read(np.full((200, 200, 3), 120, np.uint8), [person])
    assert seen.things == ()
    assert seen.of_regions == {}


def test_a_text_that_says_two_things_lies_between_their_vectors(encoder: SmallEncoder) -> None:
    dog, suit = (
        "a brown dog runs over the grass of a wide green field " * 2,
        "a man in a black suit speaks at a wooden table " * 2,
    )
    together, one, other = encoder.texts([dog + suit, dog, suit])
    assert min(together @ one, together @ other) > one @ other + 1 / 4


_TALKS = (
    "The talks that began on Monday in the capital went on for a third day, officials of the ministry said on Wednesday evening,"
    " and the delegations of the five countries will meet there again next week. "
)


def test_a_text_finds_its_picture_by_words_that_come_after_the_thirty_second_piece(
    encoder: SmallEncoder, portrait: RgbArray
) -> None:
    ends = ("a man in a suit", "a dog running on grass", "a person skiing down a mountain", "a plate of food")
    vectors = encoder.texts([_TALKS + end for end in ends])
    assert np.linalg.norm(vectors, axis=1) == pytest.approx([1] * 4, abs=1e-4)
    scores = vectors @ encoder.images([portrait]).vectors[0]
    assert int(scores.argmax()) == 0
