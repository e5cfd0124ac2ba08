"""Disjoint sets of mentions (union-find) that refuse to join what cannot be one."""

from services.text_ie.candidates import Candidate


class Clusters:
    """Each candidate starts alone; ``join`` answers whether the two may be one, and then makes them so."""

    def __init__(self, candidates: list[Candidate]) -> None:
        self._parent = {c.order: c.order for c in candidates}
        self._gender = {c.order: c.gender for c in candidates}
        self._type = {c.order: (c.type if c.kind != "pronoun" else "") for c in candidates}

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

    def join(self, one: int, other: int) -> bool:
        """Merge two clusters, unless their types or genders differ."""
        a, b = self.find(one), self.find(other)
        if a == b:
            return True
        if self._clash(self._type, a, b) or self._clash(self._gender, a, b):
            return False
        first, second = min(a, b), max(a, b)
        self._parent[second] = first
        self._type[first] = self._type[first] or self._type[second]
        self._gender[first] = self._gender[first] or self._gender[second]
        return True

    @staticmethod
    def _clash(values: dict[int, str], a: int, b: int) -> bool:
        return bool(values[a] and values[b] and values[a] != values[b])
