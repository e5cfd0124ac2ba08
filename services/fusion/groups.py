"""Union-find over things that may be one entity; it refuses a merge that would contradict itself."""

from collections.abc import Iterable
from dataclasses import dataclass

_PLACES = frozenset(("GPE", "LOC", "FAC"))
_BODIES = frozenset(("ORG", "GPE", "COM"))


@dataclass(frozen=True)
class Facts:
    """What is known of a thing: entity types, ids of its records (``source:id``), and (image, person) pairs where it is seen."""

    types: frozenset[str] = frozenset()
    records: frozenset[str] = frozenset()
    seen: frozenset[tuple[str, str]] = frozenset()

    def __or__(self, other: "Facts") -> "Facts":
        return Facts(self.types | other.types, self.records | other.records, self.seen | other.seen)

    def cannot_link(self, other: "Facts") -> bool:
        """True for clashing types, two records of one source, or two people standing in one picture."""
        clash = any(not compatible(a, b) for a in self.types for b in other.types)
        return clash or _doubled(self.records | other.records) or _two_people(self.seen | other.seen)


def compatible(left: str, right: str) -> bool:
    """Tell whether things of these entity types can be one thing (a country is a place and a body that acts)."""
    return left == right or {left, right} <= _PLACES or {left, right} <= _BODIES


def _doubled(records: Iterable[str]) -> bool:
    sources = [record.split(":", 1)[0] for record in records]
    return len(sources) != len(set(sources))


def _two_people(seen: frozenset[tuple[str, str]]) -> bool:
    images = [image for image, _ in seen]
    return len(images) != len(set(images))


class Groups:
    """Keys are ids of text entities, face clusters and regions."""

    def __init__(self) -> None:
        self._parent: dict[str, str] = {}
        self._facts: dict[str, Facts] = {}
        self._reasons: dict[str, set[str]] = {}

    def add(self, key: str, facts: Facts) -> None:
        """Add a thing as a group of its own; adding it again adds facts."""
        root = self.find(key) if key in self._parent else key
        self._parent.setdefault(key, key)
        self._facts[root] = self._facts.get(root, Facts()) | facts
        self._reasons.setdefault(root, set())

    def find(self, key: str) -> str:
        """The smallest key of the group; raises KeyError for an unknown key."""
        while self._parent[key] != key:
            key = self._parent[key]
        return key

    def merge(self, left: str, right: str, reason: str) -> bool:
        """Make two groups one and keep the reason; False, and nothing happens, where their facts contradict each other."""
        root, other = sorted((self.find(left), self.find(right)))
        if root == other:
            self._reasons[root].add(reason)
            return True
        if self._facts[root].cannot_link(self._facts[other]):
            return False
        self._parent[other] = root
        self._facts[root] |= self._facts.pop(other)
        self._reasons[root] |= self._reasons.pop(other) | {reason}
        return True

    def __contains__(self, key: str) -> bool:
        return key in self._parent

    def facts(self, key: str) -> Facts:
        """What is known of the whole group of a key."""
        return self._facts[self.find(key)]

    def reasons(self, key: str) -> tuple[str, ...]:
        """Why the group of a key is one, sorted."""
        return tuple(sorted(self._reasons[self.find(key)]))

    def members(self) -> dict[str, tuple[str, ...]]:
        """The sorted keys of each group, by its smallest key."""
        groups: dict[str, list[str]] = {}
        for key in sorted(self._parent):
            groups.setdefault(self.find(key), []).append(key)
        return {root: tuple(keys) for root, keys in sorted(groups.items())}
