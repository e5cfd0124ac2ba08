"""The Cypher that writes: every function runs inside the caller's transaction. Plain Cypher of Neo4j 5 and ArcadeDB.

Labels and edge types stand in the query text, so ``check_subgraph`` must have passed them; all else is a parameter.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from typing import TypeVar

from neo4j import ManagedTransaction

from shared.graph.rows import Key, Standing, edge_row, key, node_row, read_standing
from shared.schemas.graph import Edge, Node, PropertyValue, Subgraph

T = TypeVar("T")
_BATCH = 1000
Row = dict[str, str | dict[str, PropertyValue]]


def replace(tx: ManagedTransaction, article_id: str, subgraph: Subgraph | None) -> bool:
    """Put the subgraph (None: nothing) in place of what the article wrote earlier; tell whether it had written anything."""
    old = _ledger(tx, article_id)
    new = {key(node): node for node in subgraph.nodes} if subgraph else {}
    standing = _lock(tx, sorted({*old, *new}))
    _delete_edges(tx, article_id, old)
    claims = {place: _claims(article_id, standing.get(place), new.get(place)) for place in {**standing, **new}}
    _delete_nodes(tx, [place for place, stated in claims.items() if not stated])
    _write_nodes(tx, standing, {place: stated for place, stated in claims.items() if stated})
    if subgraph:
        _write_edges(tx, {node.id: node.labels[0] for node in subgraph.nodes}, subgraph.edges)
        _write_ledger(tx, article_id, new)
    return bool(old)


def read_ledger(tx: ManagedTransaction, article_id: str) -> list[Key]:
    """Which nodes the article wrote, from its Article node; empty when the article is unknown."""
    record = tx.run("MATCH (a:Article {id: $id}) RETURN a.ledger AS ledger", id=article_id).single()
    entries = (record["ledger"] or []) if record else []
    return [(family, node_id) for family, _, node_id in (str(entry).partition(" ") for entry in entries)]


def _ledger(tx: ManagedTransaction, article_id: str) -> list[Key]:
    """The ledger, with the Article node locked: two writers of one article come one after the other."""
    tx.run("MATCH (a:Article {id: $id}) SET a.locked = true", id=article_id).consume()
    return read_ledger(tx, article_id)


def _write_ledger(tx: ManagedTransaction, article_id: str, new: Mapping[Key, Node]) -> None:
    entries = [f"{family} {node_id}" for family, node_id in sorted(new)]
    tx.run("MATCH (a:Article {id: $id}) SET a.ledger = $entries", id=article_id, entries=entries).consume()


def _lock(tx: ManagedTransaction, places: list[Key]) -> dict[Key, Standing]:
    """Lock the nodes that exist before reading them, so that a concurrent writer's claim is not lost."""
    found: dict[Key, Standing] = {}
    for family, ids in _by_family(places).items():
        query = (
            f"UNWIND $ids AS id MATCH (n:`{family}` {{id: id}}) SET n.locked = true "
            "RETURN id, labels(n) AS labels, properties(n) AS properties"
        )
        for batch in _batches(ids):
            for record in tx.run(query, ids=batch):
                found[family, record["id"]] = read_standing(record["labels"], record["properties"])
    return found


def _claims(article_id: str, found: Standing | None, node: Node | None) -> dict[str, Node]:
    others = {article: stated for article, stated in found.claims.items() if article != article_id} if found else {}
    return others | {article_id: node} if node else others


def _delete_edges(tx: ManagedTransaction, article_id: str, old: list[Key]) -> None:
    for family, ids in _by_family(old).items():
        query = f"UNWIND $ids AS id MATCH (n:`{family}` {{id: id}})-[r]->() WHERE r.article_id = $article DELETE r"
        for batch in _batches(ids):
            tx.run(query, ids=batch, article=article_id).consume()


def _delete_nodes(tx: ManagedTransaction, places: list[Key]) -> None:
    for family, ids in _by_family(places).items():
        for batch in _batches(ids):
            tx.run(f"UNWIND $ids AS id MATCH (n:`{family}` {{id: id}}) DETACH DELETE n", ids=batch).consume()


def _write_nodes(tx: ManagedTransaction, standing: Mapping[Key, Standing], claims: Mapping[Key, Mapping[str, Node]]) -> None:
    """Create with all labels at once: a relabelled node is a moved record in ArcadeDB."""
    groups: dict[str, list[Row]] = defaultdict(list)
    for place, stated in claims.items():
        merged, properties = node_row(stated)
        row: Row = {"id": place[1], "properties": properties}
        groups[_write_query(merged.labels, standing.get(place))].append(row)
    for query, rows in groups.items():
        for batch in _batches(rows):
            tx.run(query, rows=batch).consume()


def _write_query(labels: tuple[str, ...], found: Standing | None) -> str:
    if found is None:
        return f"UNWIND $rows AS row CREATE (n{_labels(labels)}) SET n = row.properties"
    stale, fresh = [x for x in found.labels if x not in labels], [x for x in labels if x not in found.labels]
    relabel = (f"REMOVE n{_labels(stale)} " if stale else "") + (f"SET n{_labels(fresh)} " if fresh else "")
    if relabel:  # ArcadeDB's unique index takes the moved record for a second one, unless its id is gone for the moment
        relabel = f"REMOVE n.id {relabel}"
    return f"UNWIND $rows AS row MATCH (n:`{labels[0]}` {{id: row.id}}) {relabel}SET n = row.properties"


def _write_edges(tx: ManagedTransaction, families: Mapping[str, str], edges: Iterable[Edge]) -> None:
    groups: dict[tuple[str, str, str], list[Row]] = defaultdict(list)
    for edge in edges:
        row: Row = {"source": edge.source_id, "target": edge.target_id, "id": edge.id, "properties": edge_row(edge)}
        groups[families[edge.source_id], edge.type, families[edge.target_id]].append(row)
    for (source, type, target), rows in groups.items():
        query = (
            f"UNWIND $rows AS row MATCH (s:`{source}` {{id: row.source}}) MATCH (t:`{target}` {{id: row.target}}) "
            f"MERGE (s)-[r:`{type}` {{id: row.id}}]->(t) SET r = row.properties"
        )
        for batch in _batches(rows):
            tx.run(query, rows=batch).consume()


def _labels(names: Iterable[str]) -> str:
    return "".join(f":`{name}`" for name in names)


def _by_family(places: Iterable[Key]) -> dict[str, list[str]]:
    groups: dict[str, list[str]] = defaultdict(list)
    for family, node_id in places:
        groups[family].append(node_id)
    return groups


def _batches(items: list[T]) -> Iterator[list[T]]:
    for start in range(0, len(items), _BATCH):
        yield items[start : start + _BATCH]
