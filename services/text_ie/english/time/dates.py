"""Stretches of the calendar and the clock: days, weeks, months, years, and the parts of a day."""

import re
from datetime import UTC, datetime, timedelta, tzinfo
from functools import lru_cache

import dateparser

Interval = tuple[datetime, datetime]
DAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_MONTHS = (
    "january", "february", "march", "april", "may", "june",
    "july", "august", "september", "october", "november", "december",
)  # fmt: skip
MONTH = r"(?P<month>" + "|".join([*(rf"{m[:3]}(?:{m[3:]})?" for m in _MONTHS if m != "may"), "may", "sept"]) + r")\.?"
_BARE_MONTH = MONTH.replace("?P<month>", "?:")
_DAY_AND_MONTH = re.compile(
    rf"(?:{_BARE_MONTH} (?:the )?\d{{1,2}}(?:st|nd|rd|th)?|\d{{1,2}}(?:st|nd|rd|th)?(?: day)?(?: of)? {_BARE_MONTH}),? \d{{4}}"
)
_ISO = re.compile(r"(\d{4})-(\d{2})-(\d{2})")
_ORDINALS = {"first": 0, "second": 1, "third": 2, "fourth": 3}
_PARTS = {"morning": (0, 12), "afternoon": (12, 18), "evening": (18, 24), "night": (18, 30), "noon": (12, 13), "midday": (12, 13)}
_ZONES = r"gmt|utc|local time|local|est|edt|pst|pdt|bst|cet|cest|eastern|et"
_CLOCK = re.compile(
    r"(?:,? ?(?:(?:at )?(?:around|about|just before|just after|shortly before|shortly after) |at ))?"
    r"\b(?P<hour>\d{1,2})(?:[:.](?P<minute>\d{2}))? ?(?:(?P<half>[ap])\.?m\b\.?|o'clock|(?<=[:.]\d\d))"
    rf"(?: \(?(?P<zone>{_ZONES})\b\)?)?(?: on\b)?"
)
_PART = re.compile(r"\b(?:(?:early|late|mid)[ -])?(?:(?:in|of) the |at )?(?P<part>" + "|".join(_PARTS) + r")\b(?: (?:of|on)\b)?")


def between(start: datetime, end: datetime) -> Interval:
    """From ``start`` to the last second before ``end``."""
    return start, end - timedelta(seconds=1)


def zone_of(base: datetime | None) -> tzinfo:
    """The zone that times are counted in: that of the publication, else UTC."""
    return (base.tzinfo if base else None) or UTC


def day_of(moment: datetime) -> Interval:
    """The day that holds the moment."""
    start = moment.replace(hour=0, minute=0, second=0, microsecond=0)
    return between(start, start + timedelta(days=1))


def week_of(moment: datetime) -> Interval:
    """Monday to Sunday around the moment."""
    monday = day_of(moment - timedelta(days=moment.weekday()))[0]
    return between(monday, monday + timedelta(weeks=1))


def months(year: int, month: int, count: int, zone: tzinfo) -> Interval:
    """``count`` months from that one on; ``month`` may lie outside 1 to 12. Raises ValueError outside the calendar."""
    first, after = (divmod(year * 12 + month - 1 + shift, 12) for shift in (0, count))
    return between(datetime(first[0], first[1] + 1, 1, tzinfo=zone), datetime(after[0], after[1] + 1, 1, tzinfo=zone))


def years(year: int, count: int, zone: tzinfo) -> Interval:
    """``count`` years from that one on; raises ValueError outside the calendar."""
    return months(year, 1, 12 * count, zone)


def part_of_year(year: int, ordinal: str, unit: str, zone: tzinfo) -> Interval | None:
    """``first quarter``, ``second half`` of a year; None for a third half."""
    number, size = _ORDINALS[ordinal], 3 if unit == "quarter" else 6
    return months(year, 1 + number * size, size, zone) if number * size < 12 else None


def month_number(name: str) -> int:
    """1 to 12, of a name or a short name in lower case."""
    return next(number for number, month in enumerate(_MONTHS, 1) if month.startswith(name[:3]))


def calendar_day(text: str, zone: tzinfo) -> Interval | None:
    """``3 May 2015``, ``May 3rd, 2015`` or ``2015-05-03`` in lower case; None for other words and for the 31st of June."""
    if found := _ISO.fullmatch(text):
        try:
            return day_of(datetime(*(int(part) for part in found.groups()), tzinfo=zone))  # type: ignore[misc,arg-type]
        except ValueError:
            return None
    if not _DAY_AND_MONTH.fullmatch(text):
        return None
    plain = text.replace(" day of", " of").replace(" the ", " ")
    parsed = _parsed(plain)
    return day_of(parsed.replace(tzinfo=zone)) if parsed else None


@lru_cache(maxsize=4096)
def _parsed(text: str) -> datetime | None:
    """Kept, because a date costs dateparser about a millisecond and articles repeat them."""
    found: datetime | None = dateparser.parse(text, languages=["en"], settings={"STRICT_PARSING": True})
    return found


def split_hours(text: str) -> tuple[str, Interval | None]:
    """The words without the time of the day that they name, and that time, counted from midnight of the year 2000.

    ``last night`` and ``friday night`` end at six in the morning. A clock time of a zone other than GMT gives no hours.
    """
    if found := _CLOCK.search(text):
        rest = (text[: found.start()] + " " + text[found.end() :]).strip(" ,")
        return " ".join(rest.split()), _clock(found)
    if found := _PART.search(text):
        first, last = _PARTS[found["part"]]
        rest = (text[: found.start()] + " " + text[found.end() :]).strip(" ,")
        return " ".join(rest.split()), between(_MIDNIGHT + timedelta(hours=first), _MIDNIGHT + timedelta(hours=last))
    return text, None


def with_hours(day: Interval, hours: Interval | None) -> Interval:
    """The hours of ``split_hours`` on that day."""
    return (day[0] + (hours[0] - _MIDNIGHT), day[0] + (hours[1] - _MIDNIGHT)) if hours else day


_MIDNIGHT = datetime(2000, 1, 1)


def _clock(found: re.Match[str]) -> Interval | None:
    hour, minute = int(found["hour"]), int(found["minute"] or 0)
    if found["half"]:
        if not 1 <= hour <= 12:
            return None
        hour = hour % 12 + 12 * (found["half"] == "p")
    if hour > 23 or minute > 59 or found["zone"] not in {None, "gmt", "utc", "local", "local time"}:
        return None
    start = _MIDNIGHT + timedelta(hours=hour, minutes=minute)
    return between(start, start + (timedelta(minutes=1) if found["minute"] else timedelta(hours=1)))
