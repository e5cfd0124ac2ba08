"""The scores of GAP against counts by hand."""

import pytest

from lab.evaluation.gap_scores import GapAnswer, gap_scores


def test_names_are_counted_one_by_one_and_by_gender() -> None:
    scores = gap_scores(
        [
            GapAnswer("She", (True, False), (True, False)),  # feminine: 1 right
            GapAnswer("her", (False, True), (True, True)),  # feminine: 1 right, 1 too many
            GapAnswer("his", (True, False), (False, False)),  # masculine: 1 missed
            GapAnswer("him", (True, False), (True, False)),  # masculine: 1 right
        ]
    )
    assert scores.feminine.f1 == pytest.approx(100 * 2 * 2 / (2 * 2 + 1))
    assert scores.masculine.f1 == pytest.approx(100 * 2 * 1 / (2 * 1 + 1))
    assert scores.overall.f1 == pytest.approx(100 * 2 * 3 / (2 * 3 + 2))
    assert scores.bias == pytest.approx(0.8 / (2 / 3))


def test_an_example_without_a_right_name_punishes_only_what_is_said() -> None:
    silent = [GapAnswer("He", (False, False), (False, False)), GapAnswer("He", (True, False), (True, False))]
    assert gap_scores(silent).overall.f1 == 100.0
    assert gap_scores([GapAnswer("He", (False, False), (True, True)), silent[1]]).overall.f1 == pytest.approx(100 * 2 / (2 + 2))


def test_silence_scores_zero_and_has_no_bias() -> None:
    scores = gap_scores([GapAnswer("she", (True, False), (False, False)), GapAnswer("he", (False, True), (False, False))])
    assert (scores.overall.f1, scores.feminine.f1, scores.masculine.f1, scores.bias) == (0.0, 0.0, 0.0, None)
