"""The contract of a graph store, run on the fake, on ArcadeDB and on Neo4j."""

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from typing import TypeVar

import pytest

from shared.errors import InputError
from shared.graph.merge import normalised
from shared.graph.store import GraphStore
from shared.schemas.graph import Node, Subgraph
from tests.integration.graph.samples import attack, edge, entity


class GraphStoreContract:
    """Subclasses provide the fixture ``store``: prepared and empty."""

    def test_an_article_comes_back_as_it_was_written(self, store: GraphStore) -> None:
        written = attack("a1", attacker=entity("x1", "Rex"), place=entity("x2", "Manbij", "GeopoliticalEntity"))
        receipt = store.replace_article("a1", written)
        assert store.article_graph("a1") == normalised("a1", written)
        assert receipt.nodes == {"Article": 1, "Entity": 2, "Event": 1, "Mention": 1}
        assert receipt.edges == {"ATTACKER": 1, "IN": 1, "PLACE": 1, "REFERS_TO": 1}
        assert store.counts().nodes == receipt.nodes
        assert store.counts().edges == receipt.edges

    def test_writing_twice_leaves_the_identical_graph(self, store: GraphStore) -> None:
        written = attack("a1", attacker=entity("x1", "Rex"))
        first = store.replace_article("a1", written), store.article_graph("a1"), store.counts()
        assert (store.replace_article("a1", written), store.article_graph("a1"), store.counts()) == first

    def test_a_new_version_replaces_what_the_article_said_before(self, store: GraphStore) -> None:
        store.replace_article("a1", attack("a1", attacker=entity("x1", "Rex"), target=entity("x2", "Ankara")))
        second = attack("a1", attacker=entity("x3", "Recep"))
        store.replace_article("a1", second)
        assert store.article_graph("a1") == normalised("a1", second)
        assert store.counts().nodes["Entity"] == 1
        assert store.entity("x1") is None

    def test_a_changed_type_replaces_the_label(self, store: GraphStore) -> None:
        store.replace_article("a1", attack("a1", attacker=entity("x1", "PYD", "Person")))
        store.replace_article("a1", attack("a1", attacker=entity("x1", "PYD", "Organization")))
        assert [node.labels for node in store.search_entities("PYD")] == [("Entity", "Organization")]
        assert store.search_entities(type="Person") == []

    def test_a_shared_entity_survives_with_the_claims_of_the_other_article(self, store: GraphStore) -> None:
        store.replace_article("a1", attack("a1", attacker=entity("x", "R. Tillerson", confidence=0.4, title="Secretary")))
        store.replace_article("a2", attack("a2", target=entity("x", "Rex Tillerson", confidence=0.9)))
        both = _only(store.search_entities("tillerson"))
        assert both.properties["name"] == "Rex Tillerson"
        assert both.properties["title"] == "Secretary"
        assert both.properties["article_ids"] == ["a1", "a2"]
        assert both.properties["aliases"] == ["R. Tillerson", "Rex Tillerson"]
        assert both.properties["evidence_ids"] == ["a1-m1", "a2-m1"]
        assert store.delete_article("a2")
        alone = _only(store.search_entities("tillerson"))
        assert (alone.properties["name"], alone.properties["article_ids"]) == ("R. Tillerson", ["a1"])
        assert alone.properties["evidence_ids"] == ["a1-m1"]

    def test_the_merged_graph_does_not_depend_on_the_order_of_writing(self, store: GraphStore) -> None:
        one = attack("a1", attacker=entity("x", "PYD", "Organization", confidence=0.5))
        two = attack("a2", attacker=entity("x", "P.Y.D.", "Person", confidence=0.5))
        store.replace_article("a1", one)
        store.replace_article("a2", two)
        forwards = store.article_graph("a1"), store.article_graph("a2")
        store.delete_article("a1")
        store.replace_article("a1", one)
        assert (store.article_graph("a1"), store.article_graph("a2")) == forwards

    def test_deleting_the_last_article_empties_the_graph(self, store: GraphStore) -> None:
        store.replace_article("a1", attack("a1", attacker=entity("x", "Rex")))
        store.replace_article("a2", attack("a2", attacker=entity("x", "Rex"), target=entity("y", "PYD")))
        assert store.delete_article("a1")
        assert store.article_graph("a1") is None
        assert store.delete_article("a2")
        assert not store.delete_article("a2")
        assert store.counts().nodes == {}
        assert store.counts().edges == {}

    def test_a_write_that_fails_half_way_leaves_the_earlier_graph(self, store: GraphStore) -> None:
        good = attack("a1", attacker=entity("x1", "Rex"))
        store.replace_article("a1", good)
        bad = attack("a1", attacker=entity("x9", "Nobody", "Freshlabel"))
        late = edge("a1", "ZZZ", "x9", "a1-e1", number=2**70)  # fails in the database, after the nodes were sent
        with pytest.raises(InputError, match="64 bits"):
            store.replace_article("a1", bad.model_copy(update={"edges": (*bad.edges, late)}))
        assert store.article_graph("a1") == normalised("a1", good)
        assert store.entity("x9") is None

    @pytest.mark.parametrize("name", ["KNOWS`]->() DETACH DELETE (x) //", "knows", "Ä", "A B", "", "A'", "A-B"])
    def test_an_edge_type_that_is_not_a_plain_name_is_refused(self, store: GraphStore, name: str) -> None:
        written = attack("a1", attacker=entity("x1", "Rex"))
        forged = edge("a1", name, "a1-e1", "x1")
        with pytest.raises(InputError, match="edge type"):
            store.replace_article("a1", written.model_copy(update={"edges": (*written.edges, forged)}))
        assert store.article_graph("a1") is None

    @pytest.mark.parametrize("label", ["Person`) DETACH DELETE n //", "person", "Event", "Person:Admin", "Ünique", ""])
    def test_a_label_that_is_not_a_plain_name_is_refused(self, store: GraphStore, label: str) -> None:
        written = attack("a1", attacker=entity("x1", "Rex"))
        forged = Node(id="x2", labels=("Entity", label), properties={})
        with pytest.raises(InputError, match="label"):
            store.replace_article("a1", written.model_copy(update={"nodes": (*written.nodes, forged)}))
        assert store.counts().nodes == {}

    def test_a_property_name_that_is_not_plain_is_refused(self, store: GraphStore) -> None:
        with pytest.raises(InputError, match="property"):
            store.replace_article("a1", attack("a1", attacker=entity("x1", "Rex", "Person", 0.5, **{"a`b": "x"})))
        with pytest.raises(InputError, match="property"):
            store.replace_article("a1", attack("a1", attacker=entity("x1", "Rex", claims="x")))

    @pytest.mark.parametrize(
        "text", ['O\'Brien "the" `cat` \\ {x: 1} $id', "Реджеп Тайип Эрдоган", "北京 🚀 \u0000x", "a\nb\t'); DROP", ""]
    )
    def test_any_text_is_kept_as_it_is(self, store: GraphStore, text: str) -> None:
        node_id = f"id-{text}"
        written = attack("a1", attacker=entity(node_id, text))
        store.replace_article("a1", written)
        store.replace_article("a1", written)
        assert store.article_graph("a1") == normalised("a1", written)
        assert node_id in [node.id for node in store.search_entities(text)]
        assert [view.event.id for view in store.events(entity=node_id)] == ["a1-e1"]
        assert store.delete_article("a1")
        assert store.counts().nodes == {}

    def test_a_graph_with_dangling_edges_double_ids_or_foreign_signature_is_refused(self, store: GraphStore) -> None:
        good = attack("a1", attacker=entity("x1", "Rex"))
        event = good.nodes[2]
        broken = [
            good.model_copy(update={"edges": (*good.edges, edge("a1", "AGENT", event.id, "nowhere"))}),
            good.model_copy(update={"nodes": (*good.nodes, event)}),
            good.model_copy(update={"nodes": good.nodes[1:]}),
            good.model_copy(update={"edges": (edge("a2", "AGENT", event.id, "x1"),)}),
            good.model_copy(update={"edges": (edge("a1", "AGENT", event.id, "x1", evidence_ids=[]),)}),
        ]
        for subgraph in broken:
            with pytest.raises(InputError):
                store.replace_article("a1", subgraph)
        assert store.counts().nodes == {}

    def test_entities_are_found_by_name_alias_and_type(self, store: GraphStore) -> None:
        people = {
            "attacker": entity("x1", "Barack Obama", aliases=["the President"], type="PER.Politician"),
            "target": entity("x2", "Obama City", "Facility"),
        }
        store.replace_article("a1", attack("a1", **people))
        store.replace_article("a2", attack("a2", attacker=entity("x1", "Barack Obama", confidence=0.25)))
        assert [node.id for node in store.search_entities("OBAMA")] == ["x1", "x2"]
        assert [node.id for node in store.search_entities("president")] == ["x1"]
        assert [node.id for node in store.search_entities("obama", type="facility")] == ["x2"]
        assert [node.id for node in store.search_entities(type="PER")] == ["x1"]
        assert [node.id for node in store.search_entities(type="per.politician")] == ["x1"]
        assert store.search_entities(type="PE") == []
        assert [node.id for node in store.search_entities(limit=1, offset=1)] == ["x2"]
        assert store.search_entities("nobody") == []

    def test_an_entity_comes_with_its_neighbours_from_all_articles(self, store: GraphStore) -> None:
        store.replace_article("a1", attack("a1", attacker=entity("x", "Rex"), target=entity("y", "PYD")))
        store.replace_article("a2", attack("a2", target=entity("x", "Rex")))
        around = store.entity("x")
        assert around is not None
        assert [node.id for node in around.nodes] == ["x", "a1-e1", "a2-e1"]
        assert [edge.type for edge in around.edges] == ["ATTACKER", "TARGET"]
        assert store.entity("a1-e1") is None

    @pytest.mark.parametrize(
        ("type", "found"),
        [
            ("Conflict", True),
            ("conflict.attack", True),
            ("Conflict.Attack.Bombing", True),
            ("Conflict:Attack", True),
            ("attack", True),
            ("Conf", False),
            ("Conflict.Att", False),
            ("Event", False),
            ("Movement", False),
            ("' OR true //", False),
        ],
    )
    def test_events_are_found_by_type(self, store: GraphStore, type: str, found: bool) -> None:
        store.replace_article("a1", attack("a1", attacker=entity("x", "Rex")))
        assert [view.event.id for view in store.events(type=type)] == (["a1-e1"] if found else [])

    def test_events_are_found_by_entity_and_show_their_arguments(self, store: GraphStore) -> None:
        store.replace_article("a1", attack("a1", target=entity("x", "SDF forces"), attacker=entity("y", "Turkish forces")))
        store.replace_article("a2", attack("a2", attacker=entity("y", "Turkish forces")))
        assert [view.event.id for view in store.events(entity="y")] == ["a1-e1", "a2-e1"]
        view = _only(store.events(entity="sdf"))
        assert [(argument.role, argument.entity.id) for argument in view.arguments] == [("Attacker", "y"), ("Target", "x")]
        assert view.arguments[0].evidence_ids == ("a1-m1",)
        assert (view.arguments[0].confidence, view.arguments[0].model) == (0.75, "rules:test")
        assert store.events(entity="sdf", type="Movement") == []
        assert [view.event.id for view in store.events(limit=1, offset=1)] == ["a2-e1"]

    @pytest.mark.parametrize(
        ("start", "end", "found"),
        [
            (datetime(2017, 3, 30, 12, tzinfo=UTC), None, True),
            (datetime(2017, 3, 31, tzinfo=UTC), None, False),
            (None, datetime(2017, 3, 30, tzinfo=UTC), True),
            (None, datetime(2017, 3, 29, 23), False),
            (datetime(2017, 1, 1), datetime(2018, 1, 1), True),
        ],
    )
    def test_events_are_found_by_time(self, store: GraphStore, start: datetime | None, end: datetime | None, found: bool) -> None:
        store.replace_article("a1", attack("a1", attacker=entity("x", "Rex")))
        undated = attack("a2", attacker=entity("x", "Rex"))
        plain = {k: v for k, v in undated.nodes[2].properties.items() if k not in ("earliest", "latest")}
        nodes = (*undated.nodes[:2], undated.nodes[2].model_copy(update={"properties": plain}), *undated.nodes[3:])
        store.replace_article("a2", undated.model_copy(update={"nodes": nodes}))
        assert [view.event.id for view in store.events(start=start, end=end)] == (["a1-e1"] if found else [])
        assert [view.event.id for view in store.events()] == ["a1-e1", "a2-e1"]

    def test_writers_at_the_same_time_lose_no_claim(self, store: GraphStore) -> None:
        articles = [f"a{number}" for number in range(6)]

        def write(article: str) -> None:
            for _ in range(3):
                store.replace_article(
                    article, attack(article, attacker=entity("x", f"Rex of {article}"), place=entity("y", "Raqqa"))
                )

        with ThreadPoolExecutor(3) as pool:
            list(pool.map(write, articles))
        shared = {node.id: node.properties["article_ids"] for node in store.search_entities()}
        assert shared == {"x": articles, "y": articles}
        assert store.counts().nodes == {"Article": 6, "Entity": 2, "Event": 6, "Mention": 6}
        assert store.counts().edges == {"ATTACKER": 6, "IN": 6, "PLACE": 6, "REFERS_TO": 6}

    def test_many_nodes_go_in_several_batches(self, store: GraphStore) -> None:
        base = attack("a1", attacker=entity("x", "Rex"))
        mentions = [Node(id=f"m{n:05}", labels=("Mention", "TextMention"), properties={"start": n}) for n in range(1200)]
        links = [edge("a1", "IN", mention.id, "a1", evidence_ids=[mention.id]) for mention in mentions]
        large = Subgraph(nodes=(*base.nodes, *mentions), edges=(*base.edges, *links))
        store.replace_article("a1", large)
        store.replace_article("a1", large)
        assert store.article_graph("a1") == normalised("a1", large)

    def test_an_unknown_article_is_none_and_the_store_answers(self, store: GraphStore) -> None:
        store.ping()
        store.prepare()
        assert store.article_graph("nobody") is None
        assert not store.delete_article("nobody")


T = TypeVar("T")


def _only(items: list[T]) -> T:
    (item,) = items
    return item
