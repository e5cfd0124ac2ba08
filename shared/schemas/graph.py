"""The graph as data: what the projection gives and every graph store takes and answers."""

from shared.schemas.base import Schema

Scalar = str | int | float | bool | None
PropertyValue = Scalar | list[str] | list[float]


class Node(Schema):
    """A node; ``labels[0]`` is its family (Article, Image, Mention, Entity, Event, KBRecord, Run), the rest its type."""

    id: str
    labels: tuple[str, ...]
    properties: dict[str, PropertyValue] = {}


class Edge(Schema):
    """A directed edge. ``properties``: ``article_id``, ``evidence_ids``; where a model claims it, ``confidence``, ``model``."""

    id: str
    type: str
    source_id: str
    target_id: str
    properties: dict[str, PropertyValue] = {}


class Subgraph(Schema):
    """Nodes and the edges between them."""

    nodes: tuple[Node, ...] = ()
    edges: tuple[Edge, ...] = ()


class GraphReceipt(Schema):
    """The output of graph_writer: what now stands in the graph for the article, counted by family label and edge type."""

    article_id: str
    nodes: dict[str, int] = {}
    edges: dict[str, int] = {}


class ArgumentView(Schema):
    """An entity in a role of an event, as one article states it."""

    role: str
    entity: Node
    article_id: str
    confidence: float
    model: str
    evidence_ids: tuple[str, ...]


class EventView(Schema):
    """An event with its arguments, sorted by role and entity name."""

    event: Node
    arguments: tuple[ArgumentView, ...] = ()


class GraphCounts(Schema):
    """How much stands in the whole graph, by family label and edge type."""

    nodes: dict[str, int] = {}
    edges: dict[str, int] = {}
