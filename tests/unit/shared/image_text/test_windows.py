"""Windows of a long text: every word is in one, none is longer than allowed, and neighbours overlap."""

from itertools import pairwise

import pytest
from tokenizers import Tokenizer

from shared.image_text.windows import windows
from shared.sentence_vectors import TOKENIZER_ID
from shared.settings import Settings
from shared.weights import Weights

pytestmark = pytest.mark.unit

_TEXT = "Officials of the ministry said unenthusiastically that negotiations, which began on Monday, will be continued next week."


@pytest.fixture(scope="module")
def tokenizer() -> Tokenizer:
    made = Tokenizer.from_file(str(Weights.of(Settings()).path(TOKENIZER_ID)))
    made.no_truncation()
    made.no_padding()
    return made


def _pieces(tokenizer: Tokenizer, text: str) -> int:
    return len(tokenizer.encode(text, add_special_tokens=False).ids)


@pytest.mark.parametrize(("longest", "overlap"), [(4, 0), (6, 2), (10, 4), (16, 15)])
def test_every_word_is_in_a_window_and_no_window_is_longer_than_allowed(tokenizer: Tokenizer, longest: int, overlap: int) -> None:
    text = _TEXT * 3
    parts = windows(tokenizer, text, longest, overlap)
    assert {word for part in parts for word in part.split()} >= set(text.split()) - {"unenthusiastically"}
    assert max(_pieces(tokenizer, part) for part in parts) <= max(longest, _pieces(tokenizer, "unenthusiastically"))
    assert all(part in text for part in parts)


def test_neighbours_share_their_border_and_the_last_window_is_no_remnant(tokenizer: Tokenizer) -> None:
    parts = windows(tokenizer, _TEXT, 12, 8)
    for left, right in pairwise(parts):
        assert _TEXT.index(right) < _TEXT.index(left) + len(left)
    assert _TEXT.endswith(parts[-1])
    assert _pieces(tokenizer, parts[-1]) > 6


def test_what_a_tokenizer_pads_with_makes_no_windows() -> None:
    padding = Tokenizer.from_file(str(Weights.of(Settings()).path(TOKENIZER_ID)))
    padding.no_truncation()
    padding.enable_padding(length=64)
    assert windows(padding, "a man in a suit", 10, 4) == ["a man in a suit"]


def test_a_short_text_and_an_empty_one_are_their_only_window(tokenizer: Tokenizer) -> None:
    assert windows(tokenizer, "a man", 10, 4) == ["a man"]
    assert windows(tokenizer, "", 10, 4) == [""]
