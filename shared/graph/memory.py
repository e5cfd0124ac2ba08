"""A graph store in this process: for tests, and for the contract that the Bolt store must keep too."""

from collections import Counter
from collections.abc import Iterable
from datetime import datetime
from threading import Lock

from shared.errors import InputError
from shared.graph.check import check_subgraph, receipt
from shared.graph.merge import in_order, merge_claims, normalised
from shared.graph.times import iso, overlaps
from shared.graph.views import event_view
from shared.schemas.graph import Edge, EventView, GraphCounts, GraphReceipt, Node, PropertyValue, Subgraph

_INTEGERS = range(-(2**63), 2**63)


class MemoryGraph:
    """Keeps the normalised graph of each article and merges shared nodes when asked."""

    def __init__(self) -> None:
        self._articles: dict[str, Subgraph] = {}
        self._lock = Lock()

    def prepare(self) -> None:
        """Nothing to do: a dict's keys are unique."""

    def replace_article(self, article_id: str, subgraph: Subgraph) -> GraphReceipt:
        check_subgraph(article_id, subgraph)
        for properties in [node.properties for node in subgraph.nodes] + [edge.properties for edge in subgraph.edges]:
            _check_storable(properties)
        with self._lock:
            self._articles[article_id] = normalised(article_id, subgraph)
        return receipt(article_id, subgraph)

    def delete_article(self, article_id: str) -> bool:
        with self._lock:
            return self._articles.pop(article_id, None) is not None

    def article_graph(self, article_id: str) -> Subgraph | None:
        own = self._articles.get(article_id)
        if own is None:
            return None
        nodes = self._nodes()
        return own.model_copy(update={"nodes": tuple(nodes[node.id] for node in own.nodes)})

    def search_entities(self, query: str = "", type: str | None = None, limit: int = 50, offset: int = 0) -> list[Node]:
        found = [
            node
            for node in self._nodes().values()
            if node.labels[0] == "Entity" and _named(node, query) and _has_type(node, type)
        ]
        found.sort(key=lambda node: (-len(_words(node, "evidence_ids")), str(node.properties.get("name", "")), node.id))
        return found[offset : offset + limit]

    def entity(self, entity_id: str) -> Subgraph | None:
        nodes = self._nodes()
        if entity_id not in nodes or nodes[entity_id].labels[0] != "Entity":
            return None
        edges = [edge for edge in self._edges() if entity_id in (edge.source_id, edge.target_id)]
        near = {entity_id} | {end for edge in edges for end in (edge.source_id, edge.target_id)}
        return in_order(Subgraph(nodes=tuple(nodes[near_id] for near_id in near), edges=tuple(edges)))

    def events(
        self,
        type: str | None = None,
        entity: str | None = None,
        start: datetime | None = None,
        end: datetime | None = None,
        limit: int = 50,
        offset: int = 0,
    ) -> list[EventView]:
        nodes = [node for node in self._nodes().values() if node.labels[0] == "Event" and _has_type(node, type)]
        views = [self._view(node) for node in nodes if overlaps(node, iso(start), iso(end))]
        kept = [view for view in views if not entity or any(_is(argument.entity, entity) for argument in view.arguments)]
        kept.sort(key=lambda view: (_when(view.event), view.event.id))
        return kept[offset : offset + limit]

    def counts(self) -> GraphCounts:
        families = Counter(node.labels[0] for node in self._nodes().values())
        types = Counter(edge.type for edge in self._edges())
        return GraphCounts(nodes=dict(sorted(families.items())), edges=dict(sorted(types.items())))

    def ping(self) -> None:
        """Always there."""

    def close(self) -> None:
        """Nothing to give back."""

    def _nodes(self) -> dict[str, Node]:
        claims: dict[str, dict[str, Node]] = {}
        for article_id, subgraph in self._articles.items():
            for node in subgraph.nodes:
                claims.setdefault(node.id, {})[article_id] = node
        return {node_id: merge_claims(stated) for node_id, stated in claims.items()}

    def _edges(self) -> Iterable[Edge]:
        return [edge for subgraph in self._articles.values() for edge in subgraph.edges]

    def _view(self, event: Node) -> EventView:
        nodes = self._nodes()
        edges = [edge for edge in self._edges() if edge.source_id == event.id and nodes[edge.target_id].labels[0] == "Entity"]
        return event_view(event, [(edge, nodes[edge.target_id]) for edge in edges])


def _check_storable(properties: dict[str, PropertyValue]) -> None:
    if any(isinstance(value, int) and value not in _INTEGERS for value in properties.values()):
        raise InputError("a number of more than 64 bits does not fit into the graph")


def _named(node: Node, query: str) -> bool:
    wanted = query.lower()
    return any(wanted in name.lower() for name in [str(node.properties.get("name", "")), *_words(node, "aliases")])


def _is(node: Node, entity: str) -> bool:
    return node.id == entity or entity.lower() in str(node.properties.get("name", "")).lower()


def _has_type(node: Node, wanted: str | None) -> bool:
    if not wanted:
        return True
    low, given = wanted.lower(), {key: str(node.properties.get(key, "")).lower() for key in ("type", "ace_type", "m2e2_type")}
    begins = given["type"].startswith(f"{low}.") or given["ace_type"].startswith(f"{low}:")
    return low in given.values() or begins or low in (label.lower() for label in node.labels[1:])


def _when(node: Node) -> str:
    return str(node.properties.get("earliest") or node.properties.get("latest") or "~")


def _words(node: Node, key: str) -> list[str]:
    value = node.properties.get(key)
    return [str(item) for item in value] if isinstance(value, list) else []
