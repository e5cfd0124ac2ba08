"""Masks as run lengths: the format, the way back and what masks are compared by."""

import numpy as np
import pytest

from shared.errors import InputError
from shared.masks import area, box_of, decode, encode, iou
from shared.schemas.base import Box, Mask

pytestmark = pytest.mark.unit


def test_runs_go_down_the_columns_and_begin_with_zeros_as_in_coco() -> None:
    pixels = np.array([[1, 0, 0], [1, 1, 0]], dtype=bool)
    assert encode(pixels) == Mask(height=2, width=3, counts=(0, 2, 1, 1, 2))
    assert encode(~pixels).counts == (2, 1, 1, 2)


@pytest.mark.parametrize("shape", [(1, 1), (7, 3), (40, 61)])
def test_a_mask_comes_back_as_it_was(shape: tuple[int, int]) -> None:
    pixels = np.random.default_rng(3).random(shape) < 0.4
    assert np.array_equal(decode(encode(pixels)), pixels)
    assert area(encode(pixels)) == pixels.sum()


@pytest.mark.parametrize("value", [False, True])
def test_empty_and_full_masks_come_back_too(*, value: bool) -> None:
    pixels = np.full((4, 5), value)
    assert np.array_equal(decode(encode(pixels)), pixels)


def test_the_box_of_a_mask_is_tight_and_an_empty_one_has_none() -> None:
    pixels = np.zeros((10, 20), dtype=bool)
    assert box_of(encode(pixels)) is None
    pixels[3:7, 5:11] = True
    assert box_of(encode(pixels)) == Box(x0=5, y0=3, x1=11, y1=7)


def test_overlap_is_the_share_of_common_pixels() -> None:
    left, right = np.zeros((10, 10), dtype=bool), np.zeros((10, 10), dtype=bool)
    left[:, :6], right[:, 3:] = True, True
    assert iou(encode(left), encode(right)) == pytest.approx(0.3)
    assert iou(encode(left), encode(left)) == 1.0
    assert iou(encode(left & False), encode(left & False)) == 0.0


def test_masks_of_unlike_pictures_and_wrong_runs_are_refused() -> None:
    small, large = encode(np.ones((2, 2), dtype=bool)), encode(np.ones((3, 2), dtype=bool))
    with pytest.raises(InputError, match="of one picture"):
        iou(small, large)
    with pytest.raises(InputError, match="cover the picture once"):
        decode(Mask(height=2, width=2, counts=(1, 2)))
    with pytest.raises(InputError, match="cover the picture once"):
        decode(Mask(height=2, width=2, counts=(-1, 5)))
