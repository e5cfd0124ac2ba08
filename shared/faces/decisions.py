"""The user's merges and splits as one rule: which cluster a face belongs to. The last decision wins, and none is ever dropped."""

from collections.abc import Iterable

from shared.faces.records import Decision


class Decided:
    """All decisions in the order of their time."""

    def __init__(self, decisions: Iterable[Decision] = ()) -> None:
        self._into: dict[str, str] = {}
        self.pinned: dict[str, str] = {}
        for decision in sorted(decisions, key=lambda row: row.at):
            self._apply(decision)

    def root(self, cluster_id: str) -> str:
        """The cluster into which this one was merged, or itself."""
        while cluster_id in self._into:
            cluster_id = self._into[cluster_id]
        return cluster_id

    def cluster_of(self, face_id: str, across_id: str) -> str:
        """The cluster of a face that was put in ``across_id``."""
        return self.root(self.pinned.get(face_id, across_id))

    def _apply(self, decision: Decision) -> None:
        if decision.action == "split":
            self.pinned |= dict.fromkeys(decision.face_ids, decision.other_id)
            return
        into, other = self.root(decision.cluster_id), self.root(decision.other_id)
        if into != other:
            self._into[other] = into
