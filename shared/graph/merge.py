"""Nodes that several articles name: one node, merged deterministically from the claim of each article."""

from collections.abc import Mapping

from shared.graph.labels import FAMILIES
from shared.schemas.graph import Node, PropertyValue, Subgraph


def merge_claims(claims: Mapping[str, Node]) -> Node:
    """The node that stands in the graph for the claims by article id.

    Lists of words are united; for all else the most confident claim wins, then the one with more evidence, then the first id.
    """
    ranked = sorted(claims.items(), key=lambda item: _rank(*item))
    best = ranked[0][1]
    properties: dict[str, PropertyValue] = {}
    for _, node in ranked:
        for key, value in node.properties.items():
            if key != "article_ids":
                properties[key] = _united(properties[key], value) if key in properties else value
    properties["article_ids"] = sorted(claims)
    return Node(id=best.id, labels=_sorted_labels(best.labels), properties=dict(sorted(properties.items())))


def normalised(article_id: str, subgraph: Subgraph) -> Subgraph:
    """The graph in the form that every store returns when no other article shares its nodes."""
    nodes = [merge_claims({article_id: without_nulls(node)}) for node in subgraph.nodes]
    edges = [edge.model_copy(update={"properties": _without_nulls(edge.properties)}) for edge in subgraph.edges]
    return in_order(Subgraph(nodes=tuple(nodes), edges=tuple(edges)))


def in_order(subgraph: Subgraph) -> Subgraph:
    """Nodes by family and id, edges by id, so that equal graphs compare equal."""
    nodes = sorted(subgraph.nodes, key=lambda node: (FAMILIES.index(node.labels[0]), node.id))
    return Subgraph(nodes=tuple(nodes), edges=tuple(sorted(subgraph.edges, key=lambda edge: edge.id)))


def without_nulls(node: Node) -> Node:
    """The node as a store keeps it: a property that is None is no property."""
    return node.model_copy(update={"properties": _without_nulls(node.properties)})


def _without_nulls(properties: Mapping[str, PropertyValue]) -> dict[str, PropertyValue]:
    return {key: value for key, value in sorted(properties.items()) if value is not None}


def _rank(article_id: str, node: Node) -> tuple[float, int, str]:
    confidence, evidence = node.properties.get("confidence"), node.properties.get("evidence_ids")
    sure = float(confidence) if isinstance(confidence, int | float) else 0.0
    return (-sure, -len(evidence) if isinstance(evidence, list) else 0, article_id)


def _united(first: PropertyValue, second: PropertyValue) -> PropertyValue:
    if not isinstance(first, list) or not isinstance(second, list):
        return first
    words = {item for item in [*first, *second] if isinstance(item, str)}
    return sorted(words) if words else first


def _sorted_labels(labels: tuple[str, ...]) -> tuple[str, ...]:
    return (labels[0], *sorted(labels[1:]))
