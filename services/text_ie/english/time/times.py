"""When an event starts and ends, from its time expression: LDC's four-tuple, counted from the day of publication."""

import re
from datetime import datetime, timedelta

from services.text_ie.english.time.dates import MONTH, Interval
from services.text_ie.english.time.periods import Tense, period
from services.text_ie.findings import TimeBounds

_SECOND = timedelta(seconds=1)
_BOUNDS = re.compile(
    r"(?P<word>(?:ever )?since|as of|starting|beginning|from|until|till|up to|through|by|before|prior to|ahead of|after|following"
    r"|within) (?P<rest>.+)"
)
_RANGE = re.compile(r"(?P<open>from |between )?(?P<first>.+?)(?: (?P<to>to|until|till|through|and) | ?[-–—] ?)(?P<last>.+)")
_MONTH = MONTH.replace("?P<month>", "?:")
_DAY_TAIL = re.compile(rf"(?P<tail>{_MONTH}(?:,? \d{{4}})?)$")
_DAY_HEAD = re.compile(rf"^(?P<head>{_MONTH}) \d")
_YEAR_TAIL = re.compile(r",? (?P<year>(?:1[0-9]|20)\d\d)$")


def resolve_time(expression: str, published_at: datetime | None, tense: Tense | None = None) -> TimeBounds:
    """Start and end that the words give, with the preposition before them: ``since 2014`` starts, ``until Friday`` ends.

    An event ``on Monday`` starts and ends that day; ``from 3 to 5 May`` starts on the 3rd and ends on the 5th.
    """
    text = " ".join(expression.lower().split()).strip(" ,.;:()\"'")
    return _range(text, published_at, tense) or _bounded(text, published_at, tense) or _within(period(text, published_at, tense))


def _range(text: str, base: datetime | None, tense: Tense | None) -> TimeBounds | None:
    found = _RANGE.fullmatch(text)
    if not found or (found["to"] == "and" and found["open"] == "from "):
        return None
    first_words, last_words = _completed(found["first"], found["last"])
    first, last = period(first_words, base, tense), period(last_words, base, tense)
    if first and last and first[0] > last[0]:  # Saturday to Monday
        first, last = (first, period(last_words, first[0], tense)) if tense == "future" else (period(first_words, last[0]), last)
    if not first or not last or first[0] > last[0]:
        return None
    if found["open"] == "between " or found["to"] == "and":
        return TimeBounds(first[0], last[1], first[0], last[1])
    return TimeBounds(first[0], first[1], last[0], last[1])


def _completed(first: str, last: str) -> tuple[str, str]:
    """``3 to 5 may 2015``, ``may 3 to 5``, ``march to may 2015``, ``1914-18``: either end borrows what only the other says."""
    if re.fullmatch(r"\d{4}", first) and re.fullmatch(r"\d{2}", last):
        last = first[:2] + last
    if re.fullmatch(r"\d{1,2}(?:st|nd|rd|th)?", first) and (tail := _DAY_TAIL.search(last)):
        first = f"{first} {tail['tail']}"
    if re.fullmatch(r"\d{1,2}(?:st|nd|rd|th)?(?:,? \d{4})?", last) and (head := _DAY_HEAD.search(first)):
        last = f"{head['head']} {last}"
    if (year := _YEAR_TAIL.search(last)) and not _YEAR_TAIL.search(first) and re.search(_MONTH, first):
        first = f"{first} {year['year']}"
    return first, last


def _bounded(text: str, base: datetime | None, tense: Tense | None) -> TimeBounds | None:
    found = _BOUNDS.fullmatch(text)
    if not found:
        return None
    word = found["word"]
    known = period(found["rest"], base, tense or ("future" if word in {"by", "until", "till", "ahead of"} else None))
    if known is None:
        return TimeBounds()
    first, last = known
    if word in {"since", "ever since", "from", "as of", "starting", "beginning"}:
        return TimeBounds(earliest_start=first, latest_start=last)
    if word in {"until", "till", "up to", "through"}:
        return TimeBounds(earliest_end=first, latest_end=last)
    if word == "by":
        return TimeBounds(latest_end=last)
    if word in {"before", "prior to", "ahead of"}:
        return TimeBounds(latest_start=first - _SECOND, latest_end=first - _SECOND)
    if word == "within":
        return _within(known)
    return TimeBounds(earliest_start=last + _SECOND, earliest_end=last + _SECOND)


def _within(known: Interval | None) -> TimeBounds:
    return TimeBounds(known[0], known[1], known[0], known[1]) if known else TimeBounds()
