"""The invariant of the graph: nothing exists without evidence."""

from shared.schemas.graph import Edge, Node, Subgraph

_SOURCES = ("Article", "Image", "Video", "Mention")
_SHOWN = ("HAS_IMAGE", "HAS_KEYFRAME", "HAS_VIDEO")


def unsupported(subgraph: Subgraph) -> list[str]:
    """Say, one line each, which nodes and edges lack evidence; empty when all is well.

    Evidence is a Mention IN an Article or Image, a segment IN a Video, or such a thing itself, in the same subgraph.
    """
    sources = {node.id: node for node in subgraph.nodes if node.labels[0] in _SOURCES}
    placed = {edge.source_id for edge in subgraph.edges if edge.type == "IN" and edge.target_id in sources}
    pictured = {edge.target_id for edge in subgraph.edges if edge.type in _SHOWN}
    problems = [_node_problem(node, sources, placed | pictured) for node in subgraph.nodes]
    problems += [_edge_problem(edge, sources) for edge in subgraph.edges]
    return [problem for problem in problems if problem]


def _node_problem(node: Node, sources: dict[str, Node], placed: set[str]) -> str:
    family, name = node.labels[0], f"{':'.join(node.labels)} {node.id}"
    if family == "Mention" and not _pointed(node):
        return f"{name} points at no words and no box"
    if family in ("Mention", "Image", "Video"):
        return "" if node.id in placed else f"{name} belongs to no article"
    if family in ("Article", "Run"):
        return ""
    return _evidence_problem(name, node.properties.get("evidence_ids"), sources)


def _pointed(node: Node) -> bool:
    wanted = ("field", "start", "end", "text") if "TextMention" in node.labels else ("image_id", "x0", "y0", "x1", "y1")
    return all(node.properties.get(key) is not None for key in wanted)


def _edge_problem(edge: Edge, sources: dict[str, Node]) -> str:
    name = f"{edge.type} {edge.source_id} -> {edge.target_id}"
    if not edge.properties.get("article_id"):
        return f"{name} is signed by no article"
    return _evidence_problem(name, edge.properties.get("evidence_ids"), sources)


def _evidence_problem(name: str, evidence: object, sources: dict[str, Node]) -> str:
    if not isinstance(evidence, list) or not evidence:
        return f"{name} has no evidence"
    unknown = [str(item) for item in evidence if item not in sources]
    return f"{name} names unknown evidence {', '.join(unknown)}" if unknown else ""
