"""What may stand behind the question mark: names that the route knows, whole years, months and days, types of the ontology."""

import re
from calendar import monthrange
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from difflib import get_close_matches
from functools import cache

from fastapi import Request

from gateway.problems import Refusal
from shared.ontology import load_ontology
from shared.schemas.problem import Fault

_PERIOD = re.compile(r"(\d{4})(?:-(\d{2})(?:-(\d{2}))?)?")
_TIME = re.compile(r"\d{4}-\d{2}-\d{2}[T ]\d{2}:\d{2}.*")
_WANTED = "must be a year (2017), a month (2017-04), a day (2017-04-05) or a time (2017-04-05T08:00:00Z)"


def refuse_unknown_parameters(request: Request) -> None:
    """A dependency of every route: raises Refusal (422) for a query parameter that the API's description does not name."""
    if not request.query_params:
        return
    operation = request.app.openapi()["paths"][request.scope["route"].path][request.method.lower()]
    known = [row["name"] for row in operation.get("parameters", ()) if row["in"] == "query"]
    unknown = [name for name in request.query_params if name not in known]
    if not unknown:
        return
    faults = [Fault(pointer=f"query/{name}", detail=_no_such_parameter(name, known)) for name in unknown]
    change = f"send {', '.join(known)}, or none of them" if known else "send no query parameters"
    raise Refusal(422, "unknown-parameter", "; ".join(fault.detail for fault in faults), change=change, errors=faults)


def first_moment(given: object) -> object:
    """The beginning of a year, month or day, UTC; a time as it is, UTC without a zone. Raises ValueError for anything else."""
    return _moment(given, end=False)


def last_moment(given: object) -> object:
    """The last microsecond of a year, month or day, UTC; a time as it is, UTC without a zone. Raises ValueError otherwise."""
    return _moment(given, end=True)


def require_order(start: datetime | None, end: datetime | None) -> None:
    """Raises Refusal (422) where the period ends before it begins."""
    if start and end and start > end:
        detail = f"`from` ({start.isoformat()}) is after `to` ({end.isoformat()})"
        fault = Fault(pointer="query/from", detail="is after `to`")
        raise Refusal(422, "from-after-to", detail, change="exchange `from` and `to`", errors=[fault])


def require_entity_type(name: str | None) -> None:
    """Raises Refusal (422) for what is neither the id, the beginning of an id nor the label of an entity type."""
    _require_type(name, _entity_names(), "entity")


def require_event_type(name: str | None) -> None:
    """Raises Refusal (422) for what is no event type, beginning of one, label, nor a type of ACE or M2E2 or its beginning."""
    _require_type(name, _event_names(), "event")


def _no_such_parameter(name: str, known: list[str]) -> str:
    hint = f"; did you mean `{_nearest(name, known)}`?" if known else ""
    return f"there is no query parameter `{name[:100]}` here{hint}"


def _moment(given: object, *, end: bool) -> datetime | None:
    if not isinstance(given, str):
        return None
    period = _PERIOD.fullmatch(given)
    if period:
        return _last(*map(_number, period.groups())) if end else _first(*map(_number, period.groups()))
    if not _TIME.fullmatch(given):
        raise ValueError(_WANTED)
    time = datetime.fromisoformat(given)
    return time if time.tzinfo else time.replace(tzinfo=UTC)


def _number(digits: str | None) -> int | None:
    return None if digits is None else int(digits)


def _first(year: int | None, month: int | None, day: int | None) -> datetime:
    return datetime(year or 0, 1 if month is None else month, 1 if day is None else day, tzinfo=UTC)


def _last(year: int | None, month: int | None, day: int | None) -> datetime:
    first = _first(year, 12 if month is None else month, day)
    last = first.day if day is not None else monthrange(first.year, first.month)[1]
    return first.replace(day=last, hour=23, minute=59, second=59, microsecond=999_999)


def _require_type(name: str | None, known: dict[str, str], what: str) -> None:
    """``known``: every name that finds something, by its form in lower case."""
    if not name or name.lower() in known:
        return
    nearest = known[_nearest(name.lower(), known)]
    detail = f"there is no {what} type `{name}`; did you mean `{nearest}`?"
    change = f"use `{nearest}`, or another type that GET /ontology lists"
    raise Refusal(422, "unknown-type", detail, change=change, errors=[Fault(pointer="query/type", detail=detail)])


@cache
def _entity_names() -> dict[str, str]:
    types = load_ontology().entity_types.values()
    return _by_lower(name for row in types for name in (row.label, *_beginnings(row.id, ".")))


@cache
def _event_names() -> dict[str, str]:
    types = load_ontology().event_types.values()
    views = (view for row in types for view in (row.ace, row.m2e2) if view)
    named = (name for row in types for name in (row.label, *_beginnings(row.id, ".")))
    return _by_lower([*(name for view in views for name in _beginnings(view, ":")), *named])


def _by_lower(names: Iterable[str]) -> dict[str, str]:
    return {name.lower(): name for name in names}


def _beginnings(name: str, mark: str) -> Iterator[str]:
    """``Conflict.Attack`` -> ``Conflict``, ``Conflict.Attack``."""
    parts = name.split(mark)
    return (mark.join(parts[:count]) for count in range(1, len(parts) + 1))


def _nearest(name: str, known: Iterable[str]) -> str:
    return get_close_matches(name, list(known), n=1, cutoff=0.0)[0]
