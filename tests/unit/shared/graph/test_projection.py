"""The projection: from stage outputs to a graph in which nothing lacks evidence."""

import pytest

from shared.graph.check import check_subgraph
from shared.graph.evidence import unsupported
from shared.graph.merge import normalised
from shared.graph.projection import models_of, project
from shared.schemas.graph import Edge, Node, Subgraph
from shared.stage import StageInput
from tests.unit.shared.graph import stage_outputs as sample


@pytest.fixture(scope="module")
def graph() -> Subgraph:
    return project(sample.everything())


def node(graph: Subgraph, node_id: str) -> Node:
    return next(node for node in graph.nodes if node.id == node_id)


def edges(graph: Subgraph, type: str) -> list[Edge]:
    return [edge for edge in graph.edges if edge.type == type]


def ends(graph: Subgraph, type: str) -> set[tuple[str, str]]:
    return {(edge.source_id, edge.target_id) for edge in edges(graph, type)}


def test_every_node_and_edge_has_evidence_and_any_store_takes_it(graph: Subgraph) -> None:
    assert unsupported(graph) == []
    check_subgraph(sample.ARTICLE, graph)


def test_the_same_outputs_give_the_same_graph(graph: Subgraph) -> None:
    assert project(StageInput.model_validate_json(sample.everything().model_dump_json())) == graph


def test_every_node_has_a_name_to_show(graph: Subgraph) -> None:
    assert [node.id for node in graph.nodes if not node.properties.get("name")] == []


def test_words_quote_the_article_at_their_offsets(graph: Subgraph) -> None:
    spans = [node.properties for node in graph.nodes if "TextMention" in node.labels]
    assert {sample.TEXT[int(p["start"]) : int(p["end"])] for p in spans} == {str(p["text"]) for p in spans}  # type: ignore[arg-type]
    assert len(spans) == 7


def test_boxes_of_all_stages_become_regions_in_their_image(graph: Subgraph) -> None:
    regions = {node.id for node in graph.nodes if "Region" in node.labels}
    assert regions == {sample.PERSON.id, sample.FLAG.id, sample.FACE.id, sample.WHOLE.id}
    assert {(region, sample.IMAGE) for region in regions} < ends(graph, "IN")
    assert node(graph, sample.PERSON.id).properties["x1"] == 60


def test_types_become_labels_of_the_type_and_the_wider_type(graph: Subgraph) -> None:
    assert set(node(graph, "police").labels) == {"Entity", "Organization", "Government", "LawEnforcementAgency"}
    assert node(graph, "event-attack").labels == ("Event", "Attack")
    assert node(graph, "event-attack").properties["ace_type"] == "Conflict:Attack"
    assert node(graph, "event-attack").properties["m2e2_type"] == "Conflict:Attack"


def test_an_unknown_type_still_gets_a_plain_label() -> None:
    fused = sample.fusion()
    odd = fused.entities[0].model_copy(update={"type": "MY.Sub type-Ü"})
    given = sample.everything().model_copy(update={"fusion": fused.model_copy(update={"entities": (odd,)})})
    assert node(project(given), odd.id).labels == ("Entity", "SubTypeU")


def test_arguments_become_edges_named_by_their_role(graph: Subgraph) -> None:
    assert ends(graph, "ATTACKER") == {("event-attack", "police")}
    (target,) = edges(graph, "TARGET")
    assert target.properties["role"] == "Target"
    assert target.properties["evidence_ids"] == [sample.CROWD.id]
    assert (target.properties["confidence"], target.properties["model"]) == (0.75, "rules:test")


def test_times_are_utc_text_and_point_at_their_words(graph: Subgraph) -> None:
    assert node(graph, "event-protest").properties["earliest"] == "2026-05-01T00:00:00Z"
    assert node(graph, "event-protest").properties["start_latest"] == "2026-05-01T23:59:59Z"
    assert ends(graph, "AT_TIME") == {("event-protest", sample.FRIDAY.id)}
    assert node(graph, "event-attack").properties["earliest"] is None


def test_mentions_of_both_media_refer_to_entities_and_events(graph: Subgraph) -> None:
    assert {(sample.CROWD.id, "crowd"), (sample.PERSON.id, "crowd"), (sample.WHOLE.id, "event-protest")} < ends(
        graph, "REFERS_TO"
    )
    assert ends(graph, "GROUNDED_IN") == {(sample.CROWD.id, sample.PERSON.id)}
    assert edges(graph, "GROUNDED_IN")[0].properties["reasons"] == ["image=0.2500", "label=0.5000"]


def test_a_link_names_its_own_model_and_reason(graph: Subgraph) -> None:
    (same,) = edges(graph, "SAME_AS")
    assert (same.source_id, same.target_id) == ("states", "wikidata:Q30")
    assert (same.properties["model"], same.properties["reason"]) == ("rules:flags", "flag colours")


def test_the_picture_keeps_its_situation_scene_and_tags(graph: Subgraph) -> None:
    image = node(graph, sample.IMAGE).properties
    assert image["situations"] == ["protesting (agent: person, item: flag)"]
    assert image["tags"] == ["crowd"]
    assert ends(graph, "SITUATION") == {(sample.IMAGE, sample.PERSON.id), (sample.IMAGE, sample.FLAG.id)}
    assert ends(graph, "FRAMED_AS") == {("event-protest", sample.IMAGE)}
    (scene,) = edges(graph, "SCENE")
    assert (scene.source_id, scene.properties["predicate"], scene.target_id) == (sample.PERSON.id, "holds", sample.FLAG.id)


def test_the_transport_plan_explains_a_multimedia_event(graph: Subgraph) -> None:
    (aligned,) = edges(graph, "ALIGNED_WITH")
    assert (aligned.source_id, aligned.target_id) == ("event-protest", sample.WHOLE.id)
    assert aligned.properties["cell_masses"] == [0.5]
    assert aligned.properties["cell_costs"] == [0.125]


def test_a_relation_is_named_by_its_label(graph: Subgraph) -> None:
    (near,) = [edge for edge in graph.edges if edge.properties.get("relation")]
    assert (near.source_id, near.target_id) == ("police", "ankara")


def test_the_run_lists_the_models_and_does_not_depend_on_the_job(graph: Subgraph) -> None:
    (run,) = [node for node in graph.nodes if node.labels == ("Run",)]
    assert run.properties["models"] == ["rules:flags", "rules:test"] == models_of(sample.everything())


def test_without_fusion_only_the_evidence_is_written() -> None:
    graph = project(sample.everything().model_copy(update={"fusion": None}))
    assert {node.labels[0] for node in graph.nodes} == {"Article", "Image", "Mention"}
    assert {edge.type for edge in graph.edges} == {"IN", "HAS_IMAGE"}
    assert unsupported(graph) == []


def test_an_article_whose_stages_all_failed_is_a_lone_article_with_its_image() -> None:
    graph = project(StageInput(article=sample.article()))
    assert [node.labels[0] for node in graph.nodes] == ["Article", "Image"]
    check_subgraph(sample.ARTICLE, graph)


def test_facts_whose_evidence_is_not_in_the_article_stay_out() -> None:
    fused = sample.fusion()
    ghost = sample.fused("ghost", "PER", "Ghost", ("mention-of-another-article",))
    lie = sample.role("Instrument", "states", "mention-of-another-article")
    dangling = sample.role("Instrument", "nobody", sample.CROWD.id)
    attack = fused.events[1].model_copy(update={"arguments": (lie, dangling, *fused.events[1].arguments)})
    given = fused.model_copy(update={"entities": (*fused.entities, ghost), "events": (fused.events[0], attack)})
    graph = project(sample.everything().model_copy(update={"fusion": given}))
    assert "ghost" not in {node.id for node in graph.nodes}
    assert edges(graph, "INSTRUMENT") == []
    assert len(edges(graph, "TARGET")) == 1
    assert unsupported(graph) == []


def test_an_argument_stated_twice_is_one_edge_with_all_its_evidence() -> None:
    fused = sample.fusion()
    again = sample.role("Target", "crowd", sample.PERSON.id).model_copy(update={"confidence": 0.9})
    attack = fused.events[1].model_copy(update={"arguments": (*fused.events[1].arguments, again)})
    given = sample.everything().model_copy(update={"fusion": fused.model_copy(update={"events": (attack,)})})
    (target,) = edges(project(given), "TARGET")
    assert target.properties["evidence_ids"] == sorted([sample.CROWD.id, sample.PERSON.id])
    assert target.properties["confidence"] == 0.9


@pytest.mark.parametrize(
    ("family", "broken"),
    [("Event", {"evidence_ids": []}), ("Entity", {"evidence_ids": ["nothing"]}), ("Mention", {"text": None, "x0": None})],
)
def test_a_node_without_evidence_is_named(graph: Subgraph, family: str, broken: dict[str, object]) -> None:
    victim = next(node for node in graph.nodes if node.labels[0] == family)
    bad = victim.model_copy(update={"properties": victim.properties | broken})
    nodes = tuple(bad if node is victim else node for node in graph.nodes)
    (problem,) = unsupported(graph.model_copy(update={"nodes": nodes}))
    assert victim.id in problem


def test_an_edge_without_evidence_or_signature_and_a_mention_outside_the_article_are_named(graph: Subgraph) -> None:
    first = graph.edges[-1]
    for properties in ({"article_id": "a"}, {"evidence_ids": [sample.CROWD.id]}, {"article_id": "a", "evidence_ids": ["gone"]}):
        bad = first.model_copy(update={"properties": properties})
        assert len(unsupported(graph.model_copy(update={"edges": (*graph.edges[:-1], bad)}))) == 1
    loose = tuple(edge for edge in graph.edges if edge.type != "IN" or edge.source_id != sample.FRIDAY.id)
    (problem,) = unsupported(graph.model_copy(update={"edges": loose}))
    assert sample.FRIDAY.id in problem


def test_the_normal_form_is_stable(graph: Subgraph) -> None:
    once = normalised(sample.ARTICLE, graph)
    assert normalised(sample.ARTICLE, once) == once
