"""One line of ``newsgraph doctor``."""

from typing import Literal

from shared.schemas.base import Schema


class Check(Schema):
    """``bad`` needs repair, ``note`` is worth knowing; ``change`` says what to do."""

    name: str
    state: Literal["good", "note", "bad"]
    detail: str
    change: str = ""

    @classmethod
    def of(cls, name: str, good: bool, detail: str, change: str = "") -> "Check":
        """A check that is good or bad; what to change is told in the second case only."""
        return cls(name=name, state="good" if good else "bad", detail=detail, change="" if good else change)
