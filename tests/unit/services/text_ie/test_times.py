"""Time expressions become bounds of start and end, counted from the day of publication (Wednesday 5 April 2017)."""

from datetime import UTC, datetime, timedelta, timezone

import pytest

from services.text_ie.english.time.periods import Tense
from services.text_ie.english.time.times import TimeBounds, resolve_time

pytestmark = pytest.mark.unit
PUBLISHED = datetime(2017, 4, 5, 14, 30, tzinfo=UTC)


def bounds(expression: str, tense: Tense | None = None) -> list[str | None]:
    found = resolve_time(expression, PUBLISHED, tense)
    moments = (found.earliest_start, found.latest_start, found.earliest_end, found.latest_end)
    return [moment.date().isoformat() if moment else None for moment in moments]


@pytest.mark.parametrize(
    ("expression", "first", "last"),
    [
        ("yesterday", "2017-04-04", "2017-04-04"),
        ("the day before yesterday", "2017-04-03", "2017-04-03"),
        ("Tuesday", "2017-04-04", "2017-04-04"),
        ("Wednesday", "2017-04-05", "2017-04-05"),
        ("on Friday", "2017-03-31", "2017-03-31"),
        ("last Tuesday", "2017-04-04", "2017-04-04"),
        ("last Wednesday", "2017-03-29", "2017-03-29"),
        ("next Tuesday", "2017-04-11", "2017-04-11"),
        ("Last week", "2017-03-27", "2017-04-02"),
        ("this week", "2017-04-03", "2017-04-09"),
        ("over the weekend", "2017-04-01", "2017-04-02"),
        ("last month", "2017-03-01", "2017-03-31"),
        ("last March", "2017-03-01", "2017-03-31"),
        ("this year", "2017-01-01", "2017-12-31"),
        ("earlier this year", "2017-01-01", "2017-04-05"),
        ("later this month", "2017-04-05", "2017-04-30"),
        ("three days ago", "2017-04-02", "2017-04-02"),
        ("two years ago", "2015-01-01", "2015-12-31"),
        ("a week ago", "2017-03-26", "2017-04-01"),
        ("the past three years", "2014-01-01", "2017-04-05"),
        ("November 2015", "2015-11-01", "2015-11-30"),
        ("late 2014", "2014-01-01", "2014-12-31"),
        ("December", "2016-12-01", "2016-12-31"),
        ("July 23, 1999", "1999-07-23", "1999-07-23"),
        ("23 July 1999", "1999-07-23", "1999-07-23"),
        ("the 23rd of July 1999", "1999-07-23", "1999-07-23"),
        ("Thursday, March 30, 2017", "2017-03-30", "2017-03-30"),
        ("March 3", "2017-03-03", "2017-03-03"),
        ("May 9", "2016-05-09", "2016-05-09"),
        ("February 29", "2016-02-29", "2016-02-29"),
        ("1995", "1995-01-01", "1995-12-31"),
        ("the early 1990s", "1990-01-01", "1999-12-31"),
        ("the nineties", "1990-01-01", "1999-12-31"),
        ("the 19th century", "1801-01-01", "1900-12-31"),
        ("the first quarter of 2015", "2015-01-01", "2015-03-31"),
        ("the second half of last year", "2016-07-01", "2016-12-31"),
        ("between 2011 and 2014", "2011-01-01", "2014-12-31"),
        ("Saturday and Sunday", "2017-04-01", "2017-04-02"),
    ],
)
def test_an_event_lies_within_these_days(expression: str, first: str, last: str) -> None:
    assert bounds(expression) == [first, last, first, last]


@pytest.mark.parametrize(
    ("expression", "expected"),
    [
        ("since 2014", ["2014-01-01", "2014-12-31", None, None]),
        ("from Monday", ["2017-04-03", "2017-04-03", None, None]),
        ("until Friday", [None, None, "2017-04-07", "2017-04-07"]),
        ("by Friday", [None, None, None, "2017-04-07"]),
        ("before 2014", [None, "2013-12-31", None, "2013-12-31"]),
        ("after Monday", ["2017-04-04", None, "2017-04-04", None]),
        ("from 3 to 5 March", ["2017-03-03", "2017-03-03", "2017-03-05", "2017-03-05"]),
        ("March 3-5", ["2017-03-03", "2017-03-03", "2017-03-05", "2017-03-05"]),
        ("May 3 to June 2, 2016", ["2016-05-03", "2016-05-03", "2016-06-02", "2016-06-02"]),
        ("March to May 2015", ["2015-03-01", "2015-03-31", "2015-05-01", "2015-05-31"]),
        ("1914–18", ["1914-01-01", "1914-12-31", "1918-01-01", "1918-12-31"]),
        ("Saturday to Monday", ["2017-04-01", "2017-04-01", "2017-04-03", "2017-04-03"]),
        ("after the election", [None] * 4),
    ],
)
def test_prepositions_bound_the_start_or_the_end(expression: str, expected: list[str | None]) -> None:
    assert bounds(expression) == expected


@pytest.mark.parametrize(
    ("expression", "past", "future"),
    [
        ("on Monday", "2017-04-03", "2017-04-10"),
        ("Wednesday", "2017-04-05", "2017-04-05"),
        ("this Friday", "2017-03-31", "2017-04-07"),
        ("at the weekend", "2017-04-01", "2017-04-08"),
        ("May 9", "2016-05-09", "2017-05-09"),
        ("in January", "2017-01-01", "2018-01-01"),
        ("in three days", None, "2017-04-08"),
    ],
)
def test_the_tense_of_the_verb_decides_between_past_and_future(expression: str, past: str | None, future: str) -> None:
    assert (bounds(expression, "past")[0], bounds(expression, "future")[0]) == (past, future)


@pytest.mark.parametrize(
    ("expression", "first", "last"),
    [
        ("Monday morning", "2017-04-03 00:00:00", "2017-04-03 11:59:59"),
        ("yesterday evening", "2017-04-04 18:00:00", "2017-04-04 23:59:59"),
        ("last night", "2017-04-04 18:00:00", "2017-04-05 05:59:59"),
        ("overnight", "2017-04-04 18:00:00", "2017-04-05 05:59:59"),
        ("tonight", "2017-04-05 18:00:00", "2017-04-06 05:59:59"),
        ("at 5 pm on Monday", "2017-04-03 17:00:00", "2017-04-03 17:59:59"),
        ("Monday at 12:30 a.m.", "2017-04-03 00:30:00", "2017-04-03 00:30:59"),
        ("5 p.m. EDT Monday", "2017-04-03 00:00:00", "2017-04-03 23:59:59"),
    ],
)
def test_times_of_the_day_narrow_a_day(expression: str, first: str, last: str) -> None:
    found = resolve_time(expression, PUBLISHED)
    assert (str(found.earliest_start), str(found.latest_end)) == (f"{first}+00:00", f"{last}+00:00")


@pytest.mark.parametrize(
    "expression",
    [
        "recently", "five days later", "the past", "the Middle Ages", "9999 years ago", "three days", "for six years", "daily",
        "the same day", "every Monday", "June 31, 2015", "29 February 2015", "at 5 pm", "decades ago", "10,000 years ago", "",
    ],
)  # fmt: skip
def test_vague_and_impossible_expressions_stay_unresolved(expression: str) -> None:
    assert resolve_time(expression, PUBLISHED) == TimeBounds()


def test_relative_expressions_need_a_publication_date_and_absolute_ones_do_not() -> None:
    assert resolve_time("yesterday", None) == resolve_time("May 9", None) == resolve_time("since March", None) == TimeBounds()
    absolute = resolve_time("May 9, 2016", None)
    assert absolute.earliest_start == datetime(2016, 5, 9, tzinfo=UTC)
    assert absolute.latest_end == datetime(2016, 5, 9, 23, 59, 59, tzinfo=UTC)


def test_days_are_counted_in_the_zone_of_publication() -> None:
    zone = timezone(timedelta(hours=9))
    assert resolve_time("today", datetime(2017, 4, 5, 1, tzinfo=zone)).earliest_start == datetime(2017, 4, 5, tzinfo=zone)
