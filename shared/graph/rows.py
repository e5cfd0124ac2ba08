"""Nodes and edges as the property maps that a Bolt store keeps, and back."""

from collections.abc import Mapping
from dataclasses import dataclass

from shared.graph.labels import FAMILIES
from shared.graph.merge import merge_claims, without_nulls
from shared.schemas.base import Schema
from shared.schemas.graph import Edge, Node, PropertyValue

Key = tuple[str, str]
"""Family label and id."""


class Claim(Schema):
    """What one article says of a node."""

    article_id: str
    node: Node


@dataclass(frozen=True)
class Standing:
    """A node as found in the store: its labels and, by article id, what was said of it."""

    labels: tuple[str, ...]
    claims: dict[str, Node]


def key(node: Node) -> Key:
    """Where a node stands."""
    return node.labels[0], node.id


def node_row(claims: Mapping[str, Node]) -> tuple[Node, dict[str, PropertyValue]]:
    """The merged node and its property map; claims are kept beside it only where there is more than one."""
    merged = merge_claims({article: without_nulls(node) for article, node in claims.items()})
    kept = [Claim(article_id=article, node=without_nulls(node)).model_dump_json() for article, node in sorted(claims.items())]
    properties = merged.properties | {"id": merged.id}
    return merged, properties | {"claims": kept} if len(kept) > 1 else properties


def edge_row(edge: Edge) -> dict[str, PropertyValue]:
    """The edge's property map."""
    given: dict[str, PropertyValue] = {name: value for name, value in edge.properties.items() if value is not None}
    return given | {"id": edge.id}


def read_node(labels: list[str], properties: Mapping[str, PropertyValue]) -> Node:
    """A node as callers see it; stores name labels in any order, here the family comes first."""
    hidden = ("id", "claims", "ledger", "locked")
    kept = {name: value for name, value in sorted(properties.items()) if name not in hidden}
    return Node(id=str(properties["id"]), labels=_family_first(labels), properties=kept)


def read_edge(type: str, properties: Mapping[str, PropertyValue], source_id: str, target_id: str) -> Edge:
    """An edge as callers see it."""
    kept = {name: value for name, value in sorted(properties.items()) if name != "id"}
    return Edge(id=str(properties["id"]), type=type, source_id=source_id, target_id=target_id, properties=kept)


def read_standing(labels: list[str], properties: Mapping[str, PropertyValue]) -> Standing:
    """What articles said of a stored node so far: nothing for a node that was just made."""
    stored, articles = properties.get("claims"), properties.get("article_ids")
    if isinstance(stored, list):
        claims = [Claim.model_validate_json(str(text)) for text in stored]
        return Standing(_family_first(labels), {claim.article_id: claim.node for claim in claims})
    node = read_node(labels, properties)
    plain = node.model_copy(update={"properties": {k: v for k, v in node.properties.items() if k != "article_ids"}})
    return Standing(node.labels, {str(article): plain for article in articles} if isinstance(articles, list) else {})


def _family_first(labels: list[str]) -> tuple[str, ...]:
    return tuple(sorted(labels, key=lambda label: (label not in FAMILIES, label)))
