"""The contract on the fake, on ArcadeDB and on a real Neo4j 5; and what only a server can show."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from neo4j import GraphDatabase
from neo4j.exceptions import ConstraintError
from pydantic import SecretStr

from shared.errors import ConfigurationError, ServiceUnavailable
from shared.graph.bolt import BoltGraph
from shared.graph.evidence import unsupported
from shared.graph.labels import FAMILIES
from shared.graph.memory import MemoryGraph
from shared.graph.merge import normalised
from shared.graph.open import open_store
from shared.graph.projection import project
from shared.graph.store import GraphStore
from shared.settings import REPOSITORY, Settings
from tests.integration.graph.contract import GraphStoreContract
from tests.integration.graph.samples import attack, entity
from tests.servers import Server, free_port
from tests.unit.shared.graph import stage_outputs

QUERIES = REPOSITORY / "deploy" / "neo4j" / "queries"


class TestMemory(GraphStoreContract):
    """The fake."""

    @pytest.fixture
    def store(self) -> GraphStore:
        return MemoryGraph()


class BoltContract(GraphStoreContract):
    """The contract, and what a server must refuse."""

    @pytest.fixture
    def server(self) -> Server:
        raise NotImplementedError

    @pytest.fixture
    def store(self, server: Server) -> Iterator[BoltGraph]:
        with GraphDatabase.driver(server.url, auth=server[1:]) as driver:
            driver.execute_query("MATCH (n) DETACH DELETE n")
        store = BoltGraph(*server)
        store.prepare()
        yield store
        store.close()

    @pytest.mark.parametrize("family", FAMILIES)
    def test_a_second_node_of_the_same_id_is_refused(self, store: BoltGraph, server: Server, family: str) -> None:
        with GraphDatabase.driver(server.url, auth=server[1:]) as driver:
            driver.execute_query(f"CREATE (n:{family}:Sometype {{id: 'twice'}})")
            with pytest.raises(ConstraintError):
                driver.execute_query(f"CREATE (n:{family} {{id: 'twice'}})")
            with pytest.raises(ConstraintError):
                driver.execute_query(f"CREATE (n:{family}:Othertype {{id: 'twice'}})")

    def test_plain_cypher_finds_nodes_by_family_and_by_type(self, store: BoltGraph, server: Server) -> None:
        store.replace_article("a1", attack("a1", attacker=entity("x", "Rex"), place=entity("y", "Manbij", "Location")))
        with GraphDatabase.driver(server.url, auth=server[1:]) as driver:
            query = "MATCH (e:Event)-[role]->(x:Entity) RETURN e, role, x LIMIT 50"
            records = driver.execute_query(query).records
            assert {(r["e"]["name"], r["role"].type, r["x"]["name"]) for r in records} == {
                ("attacked", "ATTACKER", "Rex"),
                ("attacked", "PLACE", "Manbij"),
            }
            assert driver.execute_query("MATCH (:Attack)-[:PLACE]->(l:Location) RETURN l.name AS n").records[0]["n"] == "Manbij"
            when = driver.execute_query("MATCH (e:Event) RETURN datetime(e.earliest).year AS year").records[0]["year"]
            assert when == 2017

    @pytest.mark.parametrize("file", sorted(QUERIES.glob("*.cypher")), ids=lambda file: file.stem)
    def test_a_saved_query_runs_and_finds_what_its_title_says(self, store: BoltGraph, server: Server, file: Path) -> None:
        text = file.read_text(encoding="utf-8")
        store.replace_article(stage_outputs.ARTICLE, project(stage_outputs.everything()))
        store.replace_article("a1", attack("a1", attacker=entity("police", "Turkish police", "Organization")))
        store.replace_article("a2", attack("a2", attacker=entity("b", "Barack"), target=entity("c", "Joe")))
        with GraphDatabase.driver(server.url, auth=server[1:]) as driver:
            found = driver.execute_query(text).records
        assert text.startswith("// ")
        assert bool(found) is not text.splitlines()[0].endswith("(must be empty)")

    def test_a_whole_article_of_both_media_comes_back(self, store: BoltGraph) -> None:
        written = project(stage_outputs.everything())
        first = store.replace_article(stage_outputs.ARTICLE, written)
        assert store.replace_article(stage_outputs.ARTICLE, written) == first
        read = store.article_graph(stage_outputs.ARTICLE)
        assert read == normalised(stage_outputs.ARTICLE, written)
        assert unsupported(read) == []

    def test_a_wrong_password_names_the_settings_to_change(self, server: Server) -> None:
        store = BoltGraph(server.url, server.user, "certainly-wrong")
        with pytest.raises(ConfigurationError, match="NEWSGRAPH_GRAPH_PASSWORD"):
            store.ping()
        store.close()

    def test_a_database_that_does_not_exist_is_a_configuration_error(self, server: Server) -> None:
        store = BoltGraph(*server, database="nosuchdatabase")
        with pytest.raises(ConfigurationError, match="nosuchdatabase"):
            store.ping()
        store.close()

    def test_open_store_takes_the_settings(self, store: BoltGraph, server: Server) -> None:
        settings = Settings(graph_url=server.url, graph_user=server.user, graph_password=SecretStr(server.password))
        opened = open_store(settings)
        opened.ping()
        opened.close()


class TestArcadeDB(BoltContract):
    """The server of the embedded profile."""

    @pytest.fixture
    def server(self, arcadedb: Server) -> Server:
        return arcadedb


class TestNeo4j(BoltContract):
    """The server of the cluster profile."""

    @pytest.fixture
    def server(self, neo4j_server: Server) -> Server:
        return neo4j_server


def test_a_server_that_is_not_there_is_said_to_be_unavailable() -> None:
    store = BoltGraph(f"bolt://127.0.0.1:{free_port()}", "neo4j", "x")
    with pytest.raises(ServiceUnavailable, match="does not answer"):
        store.ping()
    store.close()


@pytest.mark.parametrize("url", ["http://127.0.0.1:7474", "bolt", "postgres://x", ""])
def test_an_address_that_is_no_graph_is_a_configuration_error(url: str) -> None:
    with pytest.raises(ConfigurationError, match="NEWSGRAPH_GRAPH_URL"):
        open_store(Settings(graph_url=url))


def test_the_same_memory_address_is_the_same_store() -> None:
    assert open_store(Settings(graph_url="memory://one")) is open_store(Settings(graph_url="memory://one"))
    assert open_store(Settings(graph_url="memory://one")) is not open_store(Settings(graph_url="memory://two"))
