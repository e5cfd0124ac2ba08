"""Time expressions as intervals, counted from the day the article was published."""

import re
from datetime import UTC, datetime, timedelta, tzinfo

import dateparser

_DAYS = ["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"]
_MONTHS = [
    "january", "february", "march", "april", "may", "june",
    "july", "august", "september", "october", "november", "december",
]  # fmt: skip
_MONTH = r"(?P<month>" + "|".join(f"{m[:3]}(?:{m[3:]})?" for m in _MONTHS) + r")\.?"
_NUMBERS = {
    "a": 1,
    "an": 1,
    "one": 1,
    "two": 2,
    "three": 3,
    "four": 4,
    "five": 5,
    "six": 6,
    "seven": 7,
    "eight": 8,
    "nine": 9,
    "ten": 10,
}
_AGO = re.compile(r"(?:about |some |nearly |almost )?(?P<n>\w+) (?P<unit>day|week|month|year)s? (?:ago|earlier)")
_LAST = re.compile(r"(?:the )?(?P<which>last|past|previous|this|next) (?P<unit>week|month|year|night|weekend|\w+day)\b")
_MONTH_DAY = re.compile(
    rf"{_MONTH} \d{{1,2}}(?:st|nd|rd|th)?(?:,? \d{{4}})?\b|\b\d{{1,2}} {_MONTH.replace('?P<month>', '?:')}(?: \d{{4}})?"
)
_MONTH_YEAR = re.compile(rf"\b{_MONTH}(?: (?:of )?(?P<year>\d{{4}}))?$")
_YEAR = re.compile(r"\b(?P<year>(?:1[89]|20)\d{2})$")
Interval = tuple[datetime, datetime]


def resolve_time(expression: str, published_at: datetime | None) -> Interval | None:
    """First and last moment that the expression can mean; None for what cannot be told (``recently``, no publication date)."""
    text = (
        " ".join(expression.lower().split()).removeprefix("on ").removeprefix("in ").removeprefix("early ").removeprefix("late ")
    )
    base = published_at.replace(hour=0, minute=0, second=0, microsecond=0) if published_at else None
    if found := _YEAR.fullmatch(text):
        return _year(int(found["year"]), base)
    if _MONTH_DAY.search(text):
        return _calendar_day(_MONTH_DAY.search(text)[0], base)  # type: ignore[index]
    if (found := _MONTH_YEAR.search(text)) and (found["year"] or base):
        return _month(_MONTHS.index(next(m for m in _MONTHS if m.startswith(found["month"][:3]))) + 1, found["year"], base)
    return _relative(text, base) if base else None


def _relative(text: str, base: datetime) -> Interval | None:
    words = set(text.split())
    for word, shift in (("yesterday", -1), ("today", 0), ("tonight", 0), ("tomorrow", 1)):
        if word in words:
            return _day(base + timedelta(days=shift))
    if found := _AGO.search(text):
        return _ago(found["n"], found["unit"], base)
    if found := _LAST.search(text):
        return _which(found["which"], found["unit"], base)
    day = next((d for d in _DAYS if d in words), None)
    return _day(base - timedelta(days=(base.weekday() - _DAYS.index(day)) % 7)) if day else None


def _which(which: str, unit: str, base: datetime) -> Interval | None:
    step = {"this": 0, "next": 1}.get(which, -1)
    if unit == "night":
        return _day(base + timedelta(days=step))
    if unit == "week":
        monday = base - timedelta(days=base.weekday()) + timedelta(weeks=step)
        return _between(monday, monday + timedelta(days=7))
    if unit == "weekend":
        saturday = base - timedelta(days=base.weekday()) + timedelta(days=5, weeks=step)
        return _between(saturday, saturday + timedelta(days=2))
    if unit in {"month", "year"}:
        return _shifted(base, step, unit)
    if unit not in _DAYS:
        return None
    back = (base.weekday() - _DAYS.index(unit)) % 7
    return _day(base + timedelta(days=7 - back if which == "next" else -(back or 7 * (which != "this"))))


def _ago(number: str, unit: str, base: datetime) -> Interval | None:
    count = int(number) if number.isdigit() else _NUMBERS.get(number)
    if count is None or count > 1000:
        return None
    if unit == "day":
        return _day(base - timedelta(days=count))
    if unit == "week":
        return _between(base - timedelta(weeks=count, days=3), base - timedelta(weeks=count) + timedelta(days=4))
    return _shifted(base, -count, unit)


def _shifted(base: datetime, step: int, unit: str) -> Interval | None:
    months = base.year * 12 + base.month - 1 + step
    year = base.year + step if unit == "year" else months // 12
    if not 1 < year < 9998:
        return None
    return _year(year, base) if unit == "year" else _month(months % 12 + 1, str(year), base)


def _calendar_day(text: str, base: datetime | None) -> Interval | None:
    with_year = bool(re.search(r"\d{4}", text))
    if base is None and not with_year:
        return None
    settings = {"PREFER_DATES_FROM": "past", "RELATIVE_BASE": (base or datetime(2000, 1, 1)).replace(tzinfo=None)}
    parsed = dateparser.parse(text, languages=["en"], settings=settings)
    return _day(parsed.replace(hour=0, minute=0, second=0, microsecond=0, tzinfo=_zone(base))) if parsed else None


def _month(month: int, year: str | None, base: datetime | None) -> Interval | None:
    number = int(year) if year else (base.year if base and month <= base.month else (base.year - 1 if base else 0))
    if number < 1:
        return None
    start = datetime(number, month, 1, tzinfo=_zone(base))
    return _between(start, start.replace(year=number + (month == 12), month=month % 12 + 1))


def _year(year: int, base: datetime | None) -> Interval:
    return _between(datetime(year, 1, 1, tzinfo=_zone(base)), datetime(year + 1, 1, 1, tzinfo=_zone(base)))


def _day(start: datetime) -> Interval:
    return _between(start, start + timedelta(days=1))


def _between(start: datetime, end: datetime) -> Interval:
    return start, end - timedelta(seconds=1)


def _zone(base: datetime | None) -> tzinfo:
    return (base.tzinfo if base else None) or UTC
