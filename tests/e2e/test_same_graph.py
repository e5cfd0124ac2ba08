"""The four sample articles give the same graph on the fake, on ArcadeDB (the running platform) and on a real Neo4j."""

from collections.abc import Iterator

import httpx
import pytest

from shared.graph.bolt import BoltGraph
from shared.graph.evidence import unsupported
from shared.graph.memory import MemoryGraph
from shared.graph.store import GraphStore
from shared.schemas.graph import Subgraph
from tests.servers import Server


@pytest.fixture
def neo4j_store(neo4j_server: Server) -> Iterator[GraphStore]:
    store = BoltGraph(*neo4j_server)
    store.prepare()
    yield store
    store.close()


def from_store(store: GraphStore, projected: dict[str, Subgraph]) -> dict[str, Subgraph | None]:
    """Write the articles, read them back, and remove them."""
    for article_id, graph in projected.items():
        store.replace_article(article_id, graph)
    read = {article_id: store.article_graph(article_id) for article_id in projected}
    for article_id in projected:
        store.delete_article(article_id)
    return read


def from_platform(api: httpx.Client, article_id: str) -> Subgraph:
    return Subgraph.model_validate(api.get(f"/articles/{article_id}/graph").json())


def test_neo4j_holds_the_same_graph_as_the_running_platform(
    neo4j_store: GraphStore, projected: dict[str, Subgraph], api: httpx.Client
) -> None:
    in_neo4j = from_store(neo4j_store, projected)
    for article_id in projected:
        assert in_neo4j[article_id] == from_platform(api, article_id)


def test_the_fake_holds_the_same_graph_as_the_running_platform(projected: dict[str, Subgraph], api: httpx.Client) -> None:
    in_memory = from_store(MemoryGraph(), projected)
    for article_id in projected:
        assert in_memory[article_id] == from_platform(api, article_id)


def test_no_node_or_edge_of_the_sample_articles_is_without_evidence(projected: dict[str, Subgraph]) -> None:
    assert {article_id: unsupported(graph) for article_id, graph in projected.items()} == {
        article_id: [] for article_id in projected
    }
    assert all(graph.nodes for graph in projected.values())
