"""MUC, B3 and CEAFe against arithmetic by hand and published examples; documents add up."""

import random

import pytest

from lab.evaluation.coref_scores import Clusters, CorefTally, b_cubed, disjoint, tally, without_singletons


def clusters(*groups: str) -> list[frozenset[str]]:
    return [frozenset(group) for group in groups]


def test_the_example_of_pradhan_2014_has_its_published_scores() -> None:
    scores = tally(clusters("abc", "defg"), clusters("ab", "cd", "fghi"))
    # MUC: recall (abc -> ab|c: 3-2) + (defg -> d|e|fg: 4-3) of 2+3 links; precision (ab: 1) + (cd: 0) + (fg|h|i: 4-3) of 1+1+3
    assert [scores.muc.recall, scores.muc.precision] == pytest.approx([2 / 5, 2 / 5])
    # B3: recall (4/3 + 1/3 + 1/4 + 4/4) / 7; precision (4/2 + 1/2 + 1/2 + 4/4) / 8
    assert scores.b3.recall == pytest.approx((4 / 3 + 1 / 3 + 1 / 4 + 1) / 7)
    assert scores.b3.precision == pytest.approx(4 / 8)
    # CEAFe: abc-ab 2*2/5 and defg-fghi 2*2/8 are the best pairs, 1.3 in all, of 2 gold and 3 predicted clusters
    assert [scores.ceafe.recall, scores.ceafe.precision] == pytest.approx([1.3 / 2, 1.3 / 3])
    # the mean of 0.4, 0.4545 (2 * 0.41667 * 0.5 / 0.91667) and 0.52 (2 * 0.65 * 0.43333 / 1.08333)
    assert scores.conll_f1 == pytest.approx((0.4 + 0.454545 + 0.52) / 3, abs=1e-5)


@pytest.mark.parametrize(
    ("response", "muc", "b3", "ceafe"),
    [
        (("12345", "6789ABC"), 94.7, 86.5, 73.3),  # two entities joined: CEAFe (1 + 2*5/12) / 3 and / 2
        (("1234589ABC", "67"), 94.7, 73.7, 66.7),
        (("123456789ABC",), 90.0, 54.5, 29.4),
        (tuple("123456789ABC"), 0.0, 40.0, 17.8),  # all alone: CEAFe (2/6 + 2/3 + 2/6) / 3 and / 12
    ],
)
def test_the_example_of_luo_2005_has_its_published_scores(response: tuple[str, ...], muc: float, b3: float, ceafe: float) -> None:
    scores = tally(clusters("12345", "67", "89ABC"), clusters(*response))
    assert 100 * scores.muc.f1 == pytest.approx(muc, abs=0.05)
    assert 100 * scores.b3.f1 == pytest.approx(b3, abs=0.05)
    assert 100 * scores.ceafe.f1 == pytest.approx(ceafe, abs=0.05)


def test_gold_against_itself_is_one_and_against_nothing_is_zero() -> None:
    gold = clusters("abc", "de")
    assert tally(gold, gold).conll_f1 == 1.0
    assert tally(gold, []).conll_f1 == 0.0
    assert tally([], gold).conll_f1 == 0.0
    assert tally(gold, clusters("vw", "xyz")) == tally(gold, []) + tally([], clusters("vw", "xyz"))


def test_documents_add_up_before_they_are_divided() -> None:
    # MUC: 1 of 1 link in the first document, 0 of 3 in the second: 1/4, and not the mean of 1 and 0
    total = tally(clusters("ab"), clusters("ab")) + tally(clusters("abcd"), [])
    assert total.muc.recall == pytest.approx(1 / 4)
    assert total.muc.precision == 1.0


def test_the_sum_of_documents_is_the_score_of_all_of_them_as_one() -> None:
    dice = random.Random(7)
    for _ in range(50):
        gold, predicted = [_partition(dice) for _ in range(3)], [_partition(dice) for _ in range(3)]
        total = sum((tally(g, p) for g, p in zip(gold, predicted, strict=True)), CorefTally())
        assert _all(total) == pytest.approx(_all(tally(_joined(gold), _joined(predicted))))


def test_recall_and_precision_change_places_with_the_sides() -> None:
    dice = random.Random(8)
    for _ in range(50):
        one, other = _partition(dice), _partition(dice)
        forth, back = tally(one, other), tally(other, one)
        for first, second in ((forth.muc, back.muc), (forth.b3, back.b3), (forth.ceafe, back.ceafe)):
            assert (first.recall, first.precision) == pytest.approx((second.precision, second.recall))
        assert b_cubed(one, other) == forth.b3


def test_a_mention_named_twice_stays_in_its_first_cluster() -> None:
    assert disjoint(["ab", "bc", "b"]) == clusters("ab", "c")


def test_singletons_can_be_left_out() -> None:
    assert without_singletons(clusters("a", "bc")) == clusters("bc")


def _partition(dice: random.Random) -> Clusters:
    """Clusters of some of twenty mentions; at least one has two."""
    mentions = dice.sample(range(2, 20), dice.randint(4, 18))
    groups: list[list[int]] = [[0, 1]] + [[] for _ in range(dice.randint(1, 6))]
    for mention in mentions:
        dice.choice(groups).append(mention)
    return disjoint(groups)


def _all(scores: CorefTally) -> list[float]:
    return [x for measure in (scores.muc, scores.b3, scores.ceafe) for x in (measure.recall, measure.precision, measure.f1)]


def _joined(documents: list[Clusters]) -> Clusters:
    return [frozenset((place, mention) for mention in group) for place, groups in enumerate(documents) for group in groups]
