"""Times in the graph are UTC text (``2017-03-30T00:00:00Z``): it sorts by time, and ``datetime()`` of any Cypher reads it."""

from datetime import UTC, datetime

from shared.schemas.graph import Node


def iso(time: datetime | None) -> str | None:
    """The text of a time, to the second; a time without zone is taken as UTC."""
    if time is None:
        return None
    aware = time if time.tzinfo else time.replace(tzinfo=UTC)
    return aware.astimezone(UTC).replace(tzinfo=None).isoformat(timespec="seconds") + "Z"


def overlaps(event: Node, start: str | None, end: str | None) -> bool:
    """Tell whether the event's known time meets ``[start, end]``; an event without any time only passes an open filter."""
    earliest, latest = event.properties.get("earliest"), event.properties.get("latest")
    if start is None and end is None:
        return True
    if earliest is None and latest is None:
        return False
    return (start is None or latest is None or str(latest) >= start) and (end is None or earliest is None or str(earliest) <= end)
