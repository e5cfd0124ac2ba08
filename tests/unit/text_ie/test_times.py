"""Time expressions become intervals counted from the day of publication (Wednesday 5 April 2017)."""

from datetime import UTC, datetime

import pytest

from services.text_ie.times import resolve_time

pytestmark = pytest.mark.unit
PUBLISHED = datetime(2017, 4, 5, 14, 30, tzinfo=UTC)


@pytest.mark.parametrize(
    ("expression", "first", "last"),
    [
        ("yesterday", "2017-04-04", "2017-04-04"),
        ("Tuesday", "2017-04-04", "2017-04-04"),
        ("Wednesday", "2017-04-05", "2017-04-05"),
        ("Friday", "2017-03-31", "2017-03-31"),
        ("next Tuesday", "2017-04-11", "2017-04-11"),
        ("Last week", "2017-03-27", "2017-04-02"),
        ("last month", "2017-03-01", "2017-03-31"),
        ("this year", "2017-01-01", "2017-12-31"),
        ("three days ago", "2017-04-02", "2017-04-02"),
        ("two years ago", "2015-01-01", "2015-12-31"),
        ("November 2015", "2015-11-01", "2015-11-30"),
        ("December", "2016-12-01", "2016-12-31"),
        ("July 23, 1999", "1999-07-23", "1999-07-23"),
        ("23 July 1999", "1999-07-23", "1999-07-23"),
        ("May 9", "2016-05-09", "2016-05-09"),
        ("1995", "1995-01-01", "1995-12-31"),
    ],
)
def test_expression_means_these_days(expression: str, first: str, last: str) -> None:
    interval = resolve_time(expression, PUBLISHED)
    assert interval is not None
    assert (interval[0].date().isoformat(), interval[1].date().isoformat()) == (first, last)


@pytest.mark.parametrize("expression", ["recently", "five days later", "the past", "the Middle Ages", "9999 years ago"])
def test_vague_expressions_stay_unresolved(expression: str) -> None:
    assert resolve_time(expression, PUBLISHED) is None


def test_relative_expressions_need_a_publication_date_and_absolute_ones_do_not() -> None:
    assert resolve_time("yesterday", None) is None
    assert resolve_time("May 9", None) is None
    absolute = resolve_time("May 9, 2016", None)
    assert absolute is not None
    assert absolute[0].date().isoformat() == "2016-05-09"
