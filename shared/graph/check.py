"""What a subgraph must be before any store takes it."""

from collections import Counter

from shared.errors import InputError
from shared.graph.labels import check_edge_type, check_labels, check_property
from shared.schemas.graph import Edge, GraphReceipt, Node, Subgraph


def check_subgraph(article_id: str, subgraph: Subgraph) -> None:
    """Raise InputError unless names are plain, ids unique, edges closed and signed by the article, which is a node itself."""
    nodes = {node.id: node for node in subgraph.nodes}
    if len(nodes) < len(subgraph.nodes) or len({edge.id for edge in subgraph.edges}) < len(subgraph.edges):
        raise InputError(f"the graph of {article_id} holds an id twice")
    if article_id not in nodes or nodes[article_id].labels[:1] != ("Article",):
        raise InputError(f"the graph of {article_id} lacks its Article node")
    for node in subgraph.nodes:
        _check_node(node)
    for edge in subgraph.edges:
        _check_edge(article_id, edge, nodes)


def receipt(article_id: str, subgraph: Subgraph) -> GraphReceipt:
    """The counts of what was written."""
    families = Counter(node.labels[0] for node in subgraph.nodes)
    types = Counter(edge.type for edge in subgraph.edges)
    return GraphReceipt(article_id=article_id, nodes=dict(sorted(families.items())), edges=dict(sorted(types.items())))


def _check_node(node: Node) -> None:
    check_labels(node.labels)
    for name in node.properties:
        check_property(name)


def _check_edge(article_id: str, edge: Edge, nodes: dict[str, Node]) -> None:
    check_edge_type(edge.type)
    for name in edge.properties:
        check_property(name)
    if edge.source_id not in nodes or edge.target_id not in nodes:
        raise InputError(f"edge {edge.id} ({edge.type}) leads to a node that is not in the graph of {article_id}")
    if edge.properties.get("article_id") != article_id or not edge.properties.get("evidence_ids"):
        raise InputError(f"edge {edge.id} ({edge.type}) must carry the article_id {article_id} and evidence_ids")
