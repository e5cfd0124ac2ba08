"""Windows over random texts: nothing is lost, nothing is too long, every word is owned once and read with context."""

import random
from itertools import pairwise

import pytest

from services.text_ie.english.network.windows import Window, windows_of

pytestmark = pytest.mark.unit


def random_text(dice: random.Random) -> tuple[list[int], list[tuple[int, int]]]:
    """Pieces a word, and sentences of very different lengths."""
    sentences, at = [], 0
    for _ in range(dice.randint(0, 30)):
        length = dice.choice([1, 2, 5, 12, 25, 60, 300])
        sentences.append((at, at + length))
        at += length
    return [dice.choice([1, 1, 1, 2, 3, 6]) for _ in range(at)], sentences


@pytest.mark.parametrize("seed", range(60))
def test_every_word_is_owned_once_in_order_and_no_window_is_too_long(seed: int) -> None:
    dice = random.Random(seed)
    lengths, sentences = random_text(dice)
    limit = dice.choice([24, 60, 240])
    windows = windows_of(lengths, sentences, limit)
    assert [word for w in windows for word in range(w.own_first, w.own_last)] == list(range(len(lengths)))
    for window in windows:
        assert sum(lengths[window.first : window.last]) <= limit
        assert window.first <= window.own_first < window.own_last <= window.last


@pytest.mark.parametrize("seed", range(30))
def test_neighbours_share_a_whole_sentence_wherever_two_sentences_fit_together(seed: int) -> None:
    lengths, sentences = random_text(random.Random(seed))
    for one, other in pairwise(windows_of(lengths, sentences, 120)):
        last = next(s for s in sentences if s[0] < one.last <= s[1])
        if last[1] != one.last or last[1] - last[0] == 0 or one.last == len(lengths):
            continue
        following = next(s for s in sentences if s[0] == one.last)
        if sum(lengths[last[0] : following[1]]) <= 120:
            assert other.first <= last[0] < one.last


def test_a_sentence_longer_than_a_window_is_split_with_overlap() -> None:
    windows = windows_of([1] * 100, [(0, 100)], 20)
    assert all(other.first < one.last for one, other in pairwise(windows))
    assert windows[-1].last == 100


def test_a_word_in_two_windows_belongs_to_the_one_where_it_is_further_from_the_edge() -> None:
    first, second = windows_of([1] * 15, [(0, 4), (4, 9), (9, 15)], 11)
    assert (first, second) == (Window(0, 9, 0, 6), Window(4, 15, 6, 15))


def test_a_text_without_words_has_no_windows() -> None:
    assert windows_of([], [], 240) == []
