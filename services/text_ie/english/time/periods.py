"""One expression of time (``last Tuesday``, ``March 2015``, ``the 1990s``) as its first and last moment."""

import re
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Literal

from services.text_ie.english.time.dates import (
    DAYS,
    MONTH,
    Interval,
    between,
    calendar_day,
    day_of,
    month_number,
    months,
    part_of_year,
    split_hours,
    week_of,
    with_hours,
    years,
    zone_of,
)
from services.text_ie.thresholds import LIMITS

Tense = Literal["past", "present", "future"]
_WORDS = (
    "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen eighteen "
    "nineteen twenty"
)
_NUMBERS = {"a": 1, "an": 1, **{word: number for number, word in enumerate(_WORDS.split())}}
_MAX_COUNT = LIMITS.max_period_count
_MAX_YEARS = int(LIMITS.max_years_searched)
_WEEK_TOLERANCE = timedelta(days=LIMITS.tolerance_week)
_DECADE_TOLERANCE = int(LIMITS.tolerance_decade)
_NINETIES = "twenties thirties forties fifties sixties seventies eighties nineties"
_DECADES = {word: 1900 + 10 * number for number, word in enumerate(_NINETIES.split(), 2)}
_DAY = rf"(?P<day>{'|'.join(DAYS)})"
_UNIT = r"(?P<unit>hour|day|week|month|year|decade)"
_ABOUT = r"(?:(?:about|around|some|nearly|almost|roughly) )?"
_BACK = {"last", "past", "previous", "this past"}
_AHEAD = {"next", "coming", "upcoming"}
_WHICH = r"(?:the )?(?P<which>last|past|previous|next|coming|upcoming|current|this past|this)"
_BARE_MONTH = MONTH.replace("?P<month>", "?:")
_YEAR = r"(?P<year>(?:1[0-9]|20)\d\d)"
_Reader = Callable[[re.Match[str], datetime, Tense | None], Interval | None]


def period(expression: str, base: datetime | None, tense: Tense | None = None) -> Interval | None:
    """First and last moment that the words can mean; None for what cannot be told. ``base`` is the moment of publication.

    ``tense`` decides where the words leave it open: ``will meet`` or ``meets on Monday`` is the Monday to come, ``met`` the last.
    Months and years after ``early``, ``mid`` or ``late`` are taken whole. Hours are counted in the zone of ``base``.
    """
    base = base.replace(tzinfo=zone_of(base)) if base else None
    text, hours = split_hours(_plain(expression))
    text = _without_frame(_from_now(text, tense))
    try:
        found = _absolute(text, base) or (_relative(text, base, tense, hours is not None) if base else None)
    except (ValueError, OverflowError):  # a year outside the calendar
        return None
    if found is None or hours is None:
        return found
    return with_hours(found, hours) if found == day_of(found[0]) else None


def _plain(expression: str) -> str:
    text = " ".join(expression.lower().replace("’", "'").replace("–", "-").replace("—", "-").split())
    return text.strip(" ,.;:()\"'")


def _from_now(text: str, tense: Tense | None) -> str:
    """``in three days`` lies ahead where the verb tells of the future, ``in three days' time`` always does."""
    found = re.fullmatch(rf"in (?P<count>{_ABOUT}\w+ {_UNIT}s?)'?s?(?P<time> time)?", text)
    return f"{found['count']} from now" if found and (found["time"] or tense == "future") else text


def _without_frame(text: str) -> str:
    text = re.sub(r"'s?(?= |$)", "", text)
    text = re.sub(
        r"(?:^| )(?:on|in|at|during|over|throughout|the month of|the year)$|^(?:on|in|at|during|over|throughout) ", "", text
    )
    text = re.sub(r"^(?:the )?(?:month|year) of ", "", text)
    text = re.sub(
        r"^(?:the )?(?:early|late|mid|middle|beginning|start|end)(?:[ -](?:part )?(?:(?:in|on|of) )?(?:the )?|(?=\d))", "", text
    )
    return text.removeprefix("of ").strip(" ,")


def _absolute(text: str, base: datetime | None) -> Interval | None:
    zone = zone_of(base)
    if found := re.fullmatch(rf"(?:the )?(?:(?:summer|spring) (?:of )?)?{_YEAR}", text):
        return years(int(found["year"]), 1, zone)
    if found := re.fullmatch(r"(?:the )?(?P<year>(?:1[0-9]|20)\d0)'?s", text):
        return years(int(found["year"]), 10, zone)
    if (found := re.fullmatch(r"the (?P<word>\w+)", text)) and found["word"] in _DECADES:
        return years(_DECADES[found["word"]], 10, zone)
    if found := re.fullmatch(r"(?:the )?(?P<n>\d{1,2})(?:st|nd|rd|th)[ -]century", text):
        return years(int(found["n"]) * 100 - 99, 100, zone)
    if found := re.fullmatch(rf"{MONTH},?(?: of)? {_YEAR}", text):
        return months(int(found["year"]), month_number(found["month"]), 1, zone)
    if found := re.fullmatch(rf"(?:the )?(?P<n>first|second|third|fourth) (?P<unit>quarter|half) of {_YEAR}", text):
        return part_of_year(int(found["year"]), found["n"], found["unit"], zone)
    return calendar_day(re.sub(rf"^{_DAY},? (?:the )?|^the (?=\d|{_BARE_MONTH})", "", text), zone)


def _relative(text: str, base: datetime, tense: Tense | None, has_hours: bool) -> Interval | None:
    if has_hours and text in {"this", "last"}:  # this morning, last night
        return day_of(base - timedelta(days=text == "last"))
    for pattern, reader in _READERS:
        if found := pattern.fullmatch(text):
            return reader(found, base, tense)
    return _yearless(text, base, tense)


def _yearless(text: str, base: datetime, tense: Tense | None) -> Interval | None:
    """``March 3``, ``Monday, 3 March`` and ``March``: the last one, or the next one in the future tense."""
    bare = re.sub(rf"^{_DAY},? (?:the )?|^the (?=\d|{_BARE_MONTH})", "", text)
    month = re.fullmatch(MONTH, bare)
    if not month and not (re.search(MONTH, bare) and re.search(r"\d", bare)):
        return None
    step = 1 if tense == "future" else -1
    for year in range(base.year, base.year + _MAX_YEARS * step, step):
        found = months(year, month_number(bare), 1, zone_of(base)) if month else calendar_day(f"{bare} {year}", zone_of(base))
        if found and (found[1] >= base if tense == "future" else found[0] <= base):
            return found
    return None


def _named_day(found: re.Match[str], base: datetime, tense: Tense | None) -> Interval:
    shifts = {"yesterday": -1, "tomorrow": 1, "day before yesterday": -2, "day after tomorrow": 2}
    return day_of(base + timedelta(days=shifts.get(found["named"], 0)))


def _night(found: re.Match[str], base: datetime, tense: Tense | None) -> Interval:
    """``overnight`` and ``tonight``: from six in the evening to six in the morning."""
    first = day_of(base - timedelta(days=found["night"] == "overnight" and tense != "future"))[0]
    return between(first + timedelta(hours=18), first + timedelta(hours=30))


def _weekday(found: re.Match[str], base: datetime, tense: Tense | None) -> Interval:
    number = DAYS.index(found["day"])
    back, ahead = (base.weekday() - number) % 7, (number - base.weekday()) % 7
    which = found["which"]
    if which in _BACK:
        shift = -(back or 7)
    elif which in _AHEAD:
        shift = ahead or 7
    else:
        shift = ahead if tense in {"present", "future"} or (which == "this" and tense is None) else -back
    return day_of(base + timedelta(days=shift))


def _weekend(found: re.Match[str], base: datetime, tense: Tense | None) -> Interval:
    which, saturday = found["which"] or "", day_of(base + timedelta(days=5 - base.weekday()))[0]
    running = base.weekday() >= 5 and which in {"", "this", "current"}
    ahead = which in _AHEAD or (which not in _BACK and (tense in {"present", "future"} or (which == "this" and tense is None)))
    weeks = (1 if base.weekday() >= 5 else 0) if ahead else -1
    first = saturday if running else saturday + timedelta(weeks=weeks)
    return between(first, first + timedelta(days=2))


def _which_unit(found: re.Match[str], base: datetime, tense: Tense | None) -> Interval:
    which = found["which"]
    return _unit(base, -1 if which in _BACK else int(which in _AHEAD), found["what"])


def _unit(base: datetime, step: int, unit: str) -> Interval:
    """The day, week, month, ... ``step`` of them after the present one."""
    zone = zone_of(base)
    if unit == "day":
        return day_of(base + timedelta(days=step))
    if unit == "week":
        return week_of(base + timedelta(weeks=step))
    if unit == "month":
        return months(base.year, base.month + step, 1, zone)
    if unit == "quarter":
        return months(base.year, (base.month - 1) // 3 * 3 + 1 + 3 * step, 3, zone)
    if unit == "decade":
        return years(base.year // 10 * 10 + 10 * step, 10, zone)
    return years(base.year + step, 1, zone)


def _which_month(found: re.Match[str], base: datetime, tense: Tense | None) -> Interval:
    number, which = month_number(found["month"]), found["which"]
    if which in _AHEAD:
        shift = int(number <= base.month)
    elif which in _BACK:
        shift = -int(number >= base.month)
    else:
        shift = 0
    return months(base.year + shift, number, 1, zone_of(base))


def _partly(found: re.Match[str], base: datetime, tense: Tense | None) -> Interval:
    """``earlier this year``: from its start until publication; ``later this year``: from publication to its end."""
    unit, today = _unit(base, 0, found["what"] or "day"), day_of(base)
    return (unit[0], today[1]) if found["when"] == "earlier" else (today[0], unit[1])


def _ago(found: re.Match[str], base: datetime, tense: Tense | None) -> Interval | None:
    count = _count(found["n"])
    return _away(base, -count, found["unit"]) if count else None


def _ahead(found: re.Match[str], base: datetime, tense: Tense | None) -> Interval | None:
    count = _count(found["n"])
    return _away(base, count, found["unit"]) if count else None


def _away(base: datetime, count: int, unit: str) -> Interval:
    """That many units before (negative) or after; a week may be meant three days to either side, a decade two years."""
    if unit == "hour":
        return day_of(base + timedelta(hours=count))
    if unit == "week":
        middle = base + timedelta(weeks=count)
        return day_of(middle - _WEEK_TOLERANCE)[0], day_of(middle + _WEEK_TOLERANCE)[1]
    if unit == "decade":
        return years(base.year + 10 * count - _DECADE_TOLERANCE, 2 * _DECADE_TOLERANCE + 1, zone_of(base))
    return _unit(base, count, unit)


def _stretch(found: re.Match[str], base: datetime, tense: Tense | None) -> Interval | None:
    """``the past three days`` end at publication, ``the next two weeks`` begin with it."""
    count, today = _count(found["n"]), day_of(base)
    if not count:
        return None
    if found["which"] in _AHEAD:
        return today[0], _unit(base, count, found["unit"])[1] if found["unit"] != "hour" else _away(base, count, "hour")[1]
    return (_unit(base, -count, found["unit"]) if found["unit"] != "hour" else _away(base, -count, "hour"))[0], today[1]


def _count(word: str) -> int | None:
    count = int(word) if word.isdigit() else _NUMBERS.get(word)
    return count if count is not None and count <= _MAX_COUNT else None


def _year_part(found: re.Match[str], base: datetime, tense: Tense | None) -> Interval | None:
    year = base.year - (found["which"] in _BACK) + (found["which"] in _AHEAD)
    return part_of_year(year, found["n"], found["half"], zone_of(base))


_READERS: list[tuple[re.Pattern[str], _Reader]] = [
    (re.compile(pattern), reader)
    for pattern, reader in (
        (r"(?:the )?(?P<named>yesterday|today|tomorrow|day before yesterday|day after tomorrow)", _named_day),
        (r"(?P<night>tonight|overnight)", _night),
        (rf"(?:{_WHICH} |the )?{_DAY}", _weekday),
        (rf"(?:{_WHICH} |the )?weekend", _weekend),
        (rf"{_WHICH} (?P<what>day|week|month|year|decade|quarter)", _which_unit),
        (rf"{_WHICH} {MONTH}", _which_month),
        (r"(?P<when>earlier|later) (?:today|(?:this|in the) (?P<what>week|month|year|decade))", _partly),
        (rf"{_ABOUT}(?P<n>\w+) {_UNIT}s? ago", _ago),
        (rf"{_ABOUT}(?P<n>\w+) {_UNIT}s? from now", _ahead),
        (rf"{_WHICH} (?P<n>\w+) {_UNIT}s", _stretch),
        (rf"(?:the )?(?P<n>first|second|third|fourth) (?P<half>quarter|half) of {_WHICH} year", _year_part),
    )
]
