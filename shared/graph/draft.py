"""A subgraph in the making: it takes nothing that lacks evidence."""

from collections.abc import Iterable, Mapping

from shared.graph.labels import edge_type
from shared.ids import make_id
from shared.schemas.graph import Edge, Node, PropertyValue, Subgraph

_SOURCES = ("Article", "Image", "Video", "Mention")


class Draft:
    """Collects nodes and edges of one article; a fact without known evidence, or an edge without both ends, stays out."""

    def __init__(self, article_id: str) -> None:
        self.article_id = article_id
        self._nodes: dict[str, Node] = {}
        self._edges: dict[str, Edge] = {}

    def __contains__(self, node_id: str) -> bool:
        return node_id in self._nodes

    def source(self, node_id: str, labels: tuple[str, ...], properties: Mapping[str, PropertyValue]) -> None:
        """Add a node that is evidence itself (Article, Image, Video, Mention) or tells how the graph came about (Run)."""
        self._nodes.setdefault(node_id, Node(id=node_id, labels=labels, properties=dict(properties)))

    def fact(
        self, node_id: str, labels: tuple[str, ...], evidence: Iterable[str], properties: Mapping[str, PropertyValue]
    ) -> None:
        """Add a node that the evidence supports."""
        known = self._known(evidence)
        if known:
            self._nodes.setdefault(node_id, Node(id=node_id, labels=labels, properties={**properties, "evidence_ids": known}))

    def edge(self, type: str, ends: tuple[str, str], evidence: Iterable[str], properties: Mapping[str, PropertyValue]) -> None:
        """Add an edge from the first to the second end; the same edge stated twice unites its evidence."""
        known, (source, target) = self._known(evidence), ends
        if not known or source not in self or target not in self:
            return
        name = edge_type(type)
        edge_id = make_id("edge", self.article_id, name, source, target, *_distinguishing(properties))
        earlier = self._edges.get(edge_id)
        if earlier is not None:
            properties = earlier.properties if _confidence(earlier.properties) >= _confidence(properties) else properties
            known = sorted({*known, *_words(earlier.properties["evidence_ids"])})
        signed: dict[str, PropertyValue] = {**properties, "article_id": self.article_id, "evidence_ids": known}
        self._edges[edge_id] = Edge(id=edge_id, type=name, source_id=source, target_id=target, properties=signed)

    def subgraph(self) -> Subgraph:
        """What was collected."""
        return Subgraph(nodes=tuple(self._nodes.values()), edges=tuple(self._edges.values()))

    def _known(self, evidence: Iterable[str]) -> list[str]:
        return sorted({item for item in evidence if item in self._nodes and self._nodes[item].labels[0] in _SOURCES})


def _distinguishing(properties: Mapping[str, PropertyValue]) -> list[PropertyValue]:
    return [properties.get(name) for name in ("role", "predicate", "statement_id")]


def _confidence(properties: Mapping[str, PropertyValue]) -> float:
    value = properties.get("confidence")
    return float(value) if isinstance(value, int | float) else 0.0


def _words(value: PropertyValue) -> list[str]:
    return [str(item) for item in value] if isinstance(value, list) else []
