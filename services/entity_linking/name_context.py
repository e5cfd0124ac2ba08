"""What an article tells about a name beside the name: places named after it, and the places that other names mean."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from services.entity_linking.knowledge.normalisation import normalise
from services.entity_linking.knowledge.record import Record
from services.entity_linking.knowledge.store import KnowledgeBase
from services.entity_linking.queries import Query

LARGER = frozenset({"country", "territory", "division", "home nation", "former"})
_AFTER = re.compile(r"\s*[,(]\s*(?:in\s+)?((?:[A-Z][\w.'’-]*\s?){1,3})")


@dataclass(frozen=True)
class Company:
    """What the other names of the article mean, each with the name it stands under."""

    records: tuple[tuple[str, Record], ...] = ()

    def others(self, name: str) -> list[Record]:
        """Records of names other than this one."""
        key = normalise(name)
        return [record for other, record in self.records if other != key]


@dataclass(frozen=True)
class NameContext:
    """All that is known around one question."""

    larger: tuple[Record, ...] = ()
    holding: frozenset[str] = frozenset()
    countries: frozenset[str] = frozenset()
    divisions: frozenset[tuple[str, str]] = frozenset()
    sibling_countries: frozenset[str] = field(default_factory=frozenset)


def qualifiers(query: Query, fields: Mapping[str, str], kb: KnowledgeBase) -> tuple[Record, ...]:
    """Larger places named right after a name, as Texas in "Paris, Texas" and France in "Lyon (France)"."""
    found: dict[str, Record] = {}
    for place in query.places:
        match = _AFTER.match(fields.get(place.field, ""), place.end)
        words = match.group(1).split() if match else []
        for count in range(len(words), 0, -1):
            name = " ".join(words[:count]).rstrip(",)")
            found_here = [c for form in (name, *postal_code(name)) for c in kb.candidates(form, fuzzy=False)]
            hits = [c.record for c in found_here if c.kind != "demonym"]
            if larger := [record for record in hits if record.kind in LARGER]:
                found |= {record.id: record for record in larger}
                break
    return tuple(found.values())


def postal_code(name: str) -> list[str]:
    """``US TX`` for ``TX``: under such names the knowledge base has the states of the United States."""
    return [f"US {name}"] if len(name) == 2 and name.isalpha() and name.isupper() and name.isascii() else []


def within(record: Record, larger: Record) -> bool:
    """Whether a place lies in a country or in one of the divisions whose GeoNames code is known."""
    if record.id == larger.id or record.kind in {"country", "territory"} or not larger.country:
        return False
    if larger.kind in {"division", "home nation"}:
        return record.kind == "town" and record.country == larger.country and bool(larger.admin) and record.admin == larger.admin
    return larger.kind in {"country", "territory"} and record.country == larger.country


def gather(query: Query, larger: tuple[Record, ...], holding: frozenset[str], company: Sequence[Record]) -> NameContext:
    """Context from the words after the name, from the names it stands after, and from what the other names mean."""
    places = [record for record in company if record.country]
    return NameContext(
        larger,
        holding,
        frozenset(record.country for record in places),
        frozenset((record.country, record.admin) for record in places if record.admin),
        frozenset(record.country for record in places if record.kind in {"division", "home nation"}),
    )
