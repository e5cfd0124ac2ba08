"""What the platform needs of a graph store. ``BoltGraph`` (ArcadeDB, Neo4j 5) and ``MemoryGraph`` pass one contract suite.

A store remembers who said what: an article's graph is replaced as a whole, and a node that several articles name lives on
with the claims of the others (``merge.py``). Every node it returns carries ``article_ids``.
"""

from datetime import datetime
from typing import Protocol

from shared.schemas.graph import EventView, GraphCounts, GraphReceipt, Node, Subgraph


class GraphStore(Protocol):
    """A property graph of articles. All methods raise ServiceUnavailable or ConfigurationError when it cannot be used."""

    def prepare(self) -> None:
        """Make ids unique per family label; may be called again and again."""
        ...

    def replace_article(self, article_id: str, subgraph: Subgraph) -> GraphReceipt:
        """Write the article's graph in place of its earlier one, all or nothing; raises InputError for a malformed graph."""
        ...

    def delete_article(self, article_id: str) -> bool:
        """Remove all that only this article says; tell whether there was anything."""
        ...

    def article_graph(self, article_id: str) -> Subgraph | None:
        """What the article says, with the merged properties of shared nodes; sorted by family and id; None when unknown."""
        ...

    def search_entities(self, query: str = "", type: str | None = None, limit: int = 50, offset: int = 0) -> list[Node]:
        """Entities whose name or an alias contains the query (any case), those with most evidence first.

        ``type`` is a type id or its beginning (``PER``, ``PER.Politician``) or a label (``Person``), in any case.
        """
        ...

    def entity(self, entity_id: str) -> Subgraph | None:
        """The entity, everything one edge away and those edges; None when unknown."""
        ...

    def events(
        self,
        type: str | None = None,
        entity: str | None = None,
        start: datetime | None = None,
        end: datetime | None = None,
        limit: int = 50,
        offset: int = 0,
    ) -> list[EventView]:
        """Events by time, undated ones last. All filters must hold.

        ``type`` is a dotted type or its beginning (``Conflict``, ``Conflict.Attack``), an ACE or M2E2 name (``Conflict:Attack``)
        or a label (``Attack``), in any case; ``entity`` an entity id or part of the name of an argument. ``start`` and ``end``
        keep events whose known time overlaps; a missing bound of an event is open.
        """
        ...

    def counts(self) -> GraphCounts:
        """The size of the whole graph."""
        ...

    def ping(self) -> None:
        """Return when the store answers a query."""
        ...

    def close(self) -> None:
        """Give connections back; the store cannot be used afterwards."""
        ...
