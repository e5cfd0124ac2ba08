"""Disjoint sets of mentions (union-find) that refuse to join what cannot be one."""

from collections import defaultdict
from collections.abc import Iterable

from services.text_ie.english.coreference.candidates import Candidate
from services.text_ie.pronouns import pronoun_forms

_SINGULAR = pronoun_forms(number="singular")


class Clusters:
    """Each candidate starts alone; ``join`` answers whether the two may be one, and then makes them so.

    ``cannot_link``: pairs of orders that syntax keeps apart, and so their whole clusters.
    """

    def __init__(self, candidates: list[Candidate], cannot_link: Iterable[tuple[int, int]] = ()) -> None:
        self._parent = {c.order: c.order for c in candidates}
        self._gender = {c.order: c.gender for c in candidates}
        self._type = {c.order: (c.type if c.kind != "pronoun" else "") for c in candidates}
        self._number = {c.order: _number(c) for c in candidates}
        self._named = {c.order: _person_words(c) for c in candidates}
        self._cannot_link: defaultdict[int, set[int]] = defaultdict(set)
        for one, other in cannot_link:
            self._cannot_link[one].add(other)
            self._cannot_link[other].add(one)

    def find(self, order: int) -> int:
        """The representative of the candidate's cluster."""
        while self._parent[order] != order:
            self._parent[order] = self._parent[self._parent[order]]
            order = self._parent[order]
        return order

    def gender(self, order: int) -> str:
        """What is known of the whole cluster's gender."""
        return self._gender[self.find(order)]

    def type(self, order: int) -> str:
        """The entity type of the cluster; empty while it holds only pronouns."""
        return self._type[self.find(order)]

    def named(self, order: int) -> bool:
        """Tell whether a name of a person is in the cluster."""
        return bool(self._named[self.find(order)])

    def join(self, one: int, other: int) -> bool:
        """Merge two clusters, unless their types, genders, numbers or persons' names differ, or syntax keeps them apart."""
        a, b = self.find(one), self.find(other)
        if a == b:
            return True
        if not self._may_join(a, b):
            return False
        first, second = min(a, b), max(a, b)
        self._parent[second] = first
        for values in (self._type, self._gender, self._number):
            values[first] = values[first] or values[second]
        self._named[first] = self._named[first] | self._named[second]
        self._cannot_link[first] |= self._cannot_link.pop(second, set())
        return True

    def _may_join(self, a: int, b: int) -> bool:
        if any(_clash(values[a], values[b]) for values in (self._type, self._gender, self._number)):
            return False
        if "n" in {self._gender[a], self._gender[b]} and "PER" in {self._type[a], self._type[b]}:
            return False
        if self._named[a] and self._named[b] and not self._named[a] & self._named[b]:
            return False
        return b not in {self.find(order) for order in self._cannot_link.get(a, ())}


def _clash(one: str, other: str) -> bool:
    return bool(one and other and one != other)


def _number(mention: Candidate) -> str:
    """``s`` or ``p``, or empty for what may be either."""
    word = mention.words[-1].lower()
    if mention.kind == "pronoun":
        return "s" if word in _SINGULAR else ""
    if mention.type != "PER":
        return ""
    return "p" if mention.plural else "s"


def _person_words(mention: Candidate) -> frozenset[str]:
    """The words of a person's name, lower case."""
    if mention.kind != "name" or mention.type != "PER":
        return frozenset()
    return frozenset(w.lower() for w in mention.words if len(w.strip(".")) > 1 and w[:1].isalpha())
