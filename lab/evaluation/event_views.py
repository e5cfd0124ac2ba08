"""Event types at the level on which corpora and predictions are compared."""

from collections.abc import Iterable
from functools import cache
from typing import Literal

from shared.ontology import load_ontology

View = Literal["m2e2", "ace"]


@cache
def view_of(type_id: str, view: View) -> str | None:
    """The label of an AIDA type in a view: M2E2's (None outside its 8 types), or ACE's, else AIDA's first two levels.

    None for what the ontology does not know.
    """
    row = load_ontology().event_types.get(type_id)
    if row is None:
        return None
    return row.m2e2 if view == "m2e2" else row.ace or ".".join(type_id.split(".")[:2])


def views_of(type_ids: Iterable[str], view: View) -> frozenset[str]:
    """The labels of all types; empty where none is in the view."""
    return frozenset(label for t in type_ids if (label := view_of(t, view)) is not None)
