"""The Cypher that reads: every function runs inside the caller's transaction."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from neo4j import ManagedTransaction, Record

from shared.graph.bolt_write import read_ledger
from shared.graph.labels import FAMILIES
from shared.graph.merge import in_order
from shared.graph.rows import read_edge, read_node
from shared.graph.times import iso
from shared.graph.views import event_view
from shared.schemas.graph import Edge, EventView, GraphCounts, Node, Subgraph

_NODE = "labels(n) AS labels, properties(n) AS properties"
_EDGE = "type(r) AS type, properties(r) AS edge, s.id AS source, t.id AS target"
_HAS_LABEL = "any(label IN labels(n) WHERE label <> $family AND toLower(label) = $type)"
_TYPE_BEGINS = "toLower(coalesce(n.type, '')) = $type OR toLower(coalesce(n.type, '')) STARTS WITH $type + '.'"
_HAS_TYPE = (
    f"({_TYPE_BEGINS} OR {_HAS_LABEL} "
    "OR toLower(coalesce(n.ace_type, '')) = $type OR toLower(coalesce(n.ace_type, '')) STARTS WITH $type + ':' "
    "OR toLower(coalesce(n.m2e2_type, '')) = $type)"
)
_HAS_ARGUMENT = (
    "EXISTS { MATCH (n)-->(x:Entity) WHERE x.id = $entity OR toLower(coalesce(x.name, '')) CONTAINS toLower($entity) }"
)
_HAS_TIME = "(n.earliest IS NOT NULL OR n.latest IS NOT NULL)"


@dataclass(frozen=True)
class EventFilter:
    """The filters of ``GraphStore.events``."""

    type: str | None
    entity: str | None
    start: datetime | None
    end: datetime | None
    limit: int
    offset: int


def article_graph(tx: ManagedTransaction, article_id: str) -> Subgraph | None:
    """All that the article's ledger names, and the article's edges between."""
    ledger: dict[str, list[str]] = defaultdict(list)
    for family, node_id in read_ledger(tx, article_id):
        ledger[family].append(node_id)
    nodes: list[Node] = []
    edges: list[Edge] = []
    for family, ids in ledger.items():
        nodes += _nodes(tx.run(f"UNWIND $ids AS id MATCH (n:`{family}` {{id: id}}) RETURN {_NODE}", ids=ids))
        query = f"UNWIND $ids AS id MATCH (s:`{family}` {{id: id}})-[r]->(t) WHERE r.article_id = $article RETURN {_EDGE}"
        edges += [_edge(record) for record in tx.run(query, ids=ids, article=article_id)]
    return in_order(Subgraph(nodes=tuple(nodes), edges=tuple(edges))) if ledger else None


def search_entities(tx: ManagedTransaction, query: str, type: str | None, limit: int, offset: int) -> list[Node]:
    """Entities by name, alias and type."""
    conditions = []
    if query:
        alias = "any(alias IN coalesce(n.aliases, []) WHERE toLower(alias) CONTAINS toLower($query))"
        conditions.append(f"(toLower(coalesce(n.name, '')) CONTAINS toLower($query) OR {alias})")
    if type:
        conditions.append(f"({_TYPE_BEGINS} OR {_HAS_LABEL})")
    order = "ORDER BY size(coalesce(n.evidence_ids, [])) DESC, coalesce(n.name, ''), n.id SKIP $offset LIMIT $limit"
    cypher = f"MATCH (n:Entity) {_where(conditions)} RETURN {_NODE} {order}"
    given = {"query": query, "type": (type or "").lower(), "family": "Entity", "limit": limit, "offset": offset}
    return _nodes(tx.run(cypher, given))


def entity(tx: ManagedTransaction, entity_id: str) -> Subgraph | None:
    """The entity and what is one edge away."""
    nodes = _nodes(tx.run(f"MATCH (n:Entity {{id: $id}}) RETURN {_NODE}", id=entity_id))
    if not nodes:
        return None
    edges: dict[str, Edge] = {}
    near = {entity_id: nodes[0]}
    for pattern, far in (("(s:Entity {id: $id})-[r]->(t)", "t"), ("(s)-[r]->(t:Entity {id: $id})", "s")):
        query = f"MATCH {pattern} RETURN {_EDGE}, labels({far}) AS labels, properties({far}) AS properties"
        for record in tx.run(query, id=entity_id):
            edge, node = _edge(record), read_node(record["labels"], record["properties"])
            edges[edge.id], near[node.id] = edge, node
    return in_order(Subgraph(nodes=tuple(near.values()), edges=tuple(edges.values())))


def events(tx: ManagedTransaction, wanted: EventFilter) -> list[EventView]:
    """Events that pass all filters, with their arguments."""
    order = "ORDER BY coalesce(n.earliest, n.latest, '~'), n.id SKIP $offset LIMIT $limit"
    given = {
        "type": (wanted.type or "").lower(),
        "family": "Event",
        "entity": wanted.entity,
        "start": iso(wanted.start),
        "end": iso(wanted.end),
        "limit": wanted.limit,
        "offset": wanted.offset,
    }
    found = _nodes(tx.run(f"MATCH (n:Event) {_where(_event_conditions(wanted))} RETURN {_NODE} {order}", given))
    arguments = _arguments(tx, [event.id for event in found])
    return [event_view(event, arguments[event.id]) for event in found]


def counts(tx: ManagedTransaction) -> GraphCounts:
    """Nodes by family, edges by type; nothing where there is none."""
    nodes: dict[str, int] = {}
    for family in sorted(FAMILIES):
        record = tx.run(f"MATCH (n:`{family}`) RETURN count(n) AS number").single(strict=True)
        nodes |= {family: record["number"]} if record["number"] else {}
    edges = tx.run("MATCH ()-[r]->() RETURN type(r) AS type, count(r) AS number ORDER BY type")
    return GraphCounts(nodes=nodes, edges={record["type"]: record["number"] for record in edges})


def _event_conditions(wanted: EventFilter) -> list[str]:
    conditions = []
    if wanted.type:
        conditions.append(_HAS_TYPE)
    if wanted.entity:
        conditions.append(_HAS_ARGUMENT)
    if wanted.start or wanted.end:
        conditions.append(_HAS_TIME)
    if wanted.start:
        conditions.append("(n.latest IS NULL OR n.latest >= $start)")
    if wanted.end:
        conditions.append("(n.earliest IS NULL OR n.earliest <= $end)")
    return conditions


def _arguments(tx: ManagedTransaction, event_ids: list[str]) -> dict[str, list[tuple[Edge, Node]]]:
    query = (
        f"UNWIND $ids AS id MATCH (s:Event {{id: id}})-[r]->(t:Entity) "
        f"RETURN {_EDGE}, labels(t) AS labels, properties(t) AS properties"
    )
    found: dict[str, list[tuple[Edge, Node]]] = defaultdict(list)
    for record in tx.run(query, ids=event_ids):
        found[record["source"]].append((_edge(record), read_node(record["labels"], record["properties"])))
    return found


def _where(conditions: Sequence[str]) -> str:
    return f"WHERE {' AND '.join(conditions)}" if conditions else ""


def _nodes(records: Iterable[Record]) -> list[Node]:
    return [read_node(record["labels"], record["properties"]) for record in records]


def _edge(record: Record) -> Edge:
    return read_edge(record["type"], record["edge"], record["source"], record["target"])
