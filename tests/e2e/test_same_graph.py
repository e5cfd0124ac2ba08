"""The four sample articles give the same graph on the fake, on ArcadeDB and on a real Neo4j."""

import pytest

from shared.graph.bolt import BoltGraph
from shared.graph.evidence import unsupported
from shared.graph.memory import MemoryGraph
from shared.graph.store import GraphStore
from shared.schemas.graph import Subgraph
from tests.servers import Server


def read_back(store: GraphStore, projected: dict[str, Subgraph]) -> dict[str, Subgraph | None]:
    """Write the articles, read them back, and remove them."""
    store.prepare()
    for article_id, graph in projected.items():
        store.replace_article(article_id, graph)
    read = {article_id: store.article_graph(article_id) for article_id in projected}
    for article_id in projected:
        store.delete_article(article_id)
    store.close()
    return read


@pytest.mark.parametrize("fixture", ["arcadedb", "neo4j_server"])
def test_a_real_database_holds_the_same_graph_as_the_fake(
    fixture: str, request: pytest.FixtureRequest, projected: dict[str, Subgraph]
) -> None:
    server: Server = request.getfixturevalue(fixture)
    assert read_back(BoltGraph(*server), projected) == read_back(MemoryGraph(), projected)


def test_no_node_or_edge_of_the_sample_articles_is_without_evidence(projected: dict[str, Subgraph]) -> None:
    assert {article_id: unsupported(graph) for article_id, graph in projected.items()} == {
        article_id: [] for article_id in projected
    }
    assert all(graph.nodes for graph in projected.values())
