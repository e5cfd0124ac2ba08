"""Masks as run lengths: the format, and that COCO's own tools read them."""

import numpy as np
import pytest

from shared.masks import encode
from shared.schemas.base import Mask
from tests.pixels import pixels_of


def test_runs_go_down_the_columns_and_begin_with_zeros_as_in_coco() -> None:
    pixels = np.array([[1, 0, 0], [1, 1, 0]], dtype=bool)
    assert encode(pixels) == Mask(height=2, width=3, counts=(0, 2, 1, 1, 2))
    assert encode(~pixels).counts == (2, 1, 1, 2)


@pytest.mark.parametrize("shape", [(1, 1), (7, 3), (40, 61)])
def test_coco_reads_a_mask_as_it_was(shape: tuple[int, int]) -> None:
    pixels = np.random.default_rng(3).random(shape) < 0.4
    assert np.array_equal(pixels_of(encode(pixels)), pixels)
    assert sum(encode(pixels).counts) == pixels.size


@pytest.mark.parametrize("value", [False, True])
def test_empty_and_full_masks_come_back_too(*, value: bool) -> None:
    pixels = np.full((4, 5), value)
    assert np.array_equal(pixels_of(encode(pixels)), pixels)
