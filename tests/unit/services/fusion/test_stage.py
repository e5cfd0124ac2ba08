import random
from collections.abc import Callable

import pytest

from services.fusion.stage import FusionStage, build
from shared.blobs import FolderBlobs
from shared.errors import StageError
from shared.schemas.base import Schema
from shared.schemas.fusion import FusedGraph
from shared.schemas.linking import KBRecord
from shared.settings import Settings
from shared.stage import StageInput
from tests.unit.services.fusion.builders import UNITED_STATES, Scene, collins, image, meeting
from tests.unit.services.fusion.conftest import Fused

Fuse = Callable[[Scene], Fused]


def _busy() -> Scene:
    scene = meeting("article-busy")
    scene.flag("img1", UNITED_STATES)
    obama, biden = (e.id for e in scene.entities[:2])
    scene.relation("PersonalSocial.Business", obama, biden)
    scene.see("img1", "Contact.Meet", Entity=[r.id for r in scene.regions if r.image_id == "img1"])
    scene.see("img2", "Movement.TransportPerson", Artifact=[r.id for r in scene.regions if r.image_id == "img2"])
    scene.region("img2", "car", (400, 200, 600, 400), entity_type="VEH")
    return scene


def _shuffled(value: object, rng: random.Random) -> object:
    """The same message with every list of messages in another order."""
    if isinstance(value, Schema):
        return value.model_copy(update={name: _shuffled(getattr(value, name), rng) for name in type(value).model_fields})
    if isinstance(value, tuple) and value and all(isinstance(item, Schema | str) for item in value):
        items = [_shuffled(item, rng) for item in value]
        rng.shuffle(items)
        return tuple(items)
    return value


@pytest.mark.parametrize("make", [collins, meeting, _busy])
@pytest.mark.parametrize("seed", range(5))
def test_the_order_of_the_input_does_not_matter(stage: FusionStage, make: Callable[[], Scene], seed: int) -> None:
    given = make().build()
    other = _shuffled(given, random.Random(seed))
    assert isinstance(other, StageInput)
    assert other != given
    assert stage.run([given]) == stage.run([other])


@pytest.mark.parametrize("make", [collins, meeting, _busy])
def test_everything_has_evidence_that_exists_and_ids_are_unique(fuse: Fuse, make: Callable[[], Scene]) -> None:
    fused = fuse(make())
    given, graph = fused.given, fused.graph
    assert given.text_ie
    assert given.object_detection
    assert given.entity_linking
    assert given.visual_events
    known = {m.id for m in given.text_ie.mentions} | {r.id for i in given.object_detection.images for r in i.regions}
    known |= {f.region.id for f in given.entity_linking.faces} | {r.id for r in given.entity_linking.flags}
    known |= {r.id for r in given.visual_events.regions}
    entity_ids = {e.id for e in graph.entities}
    assert len(entity_ids) == len(graph.entities)
    assert len({e.id for e in graph.events}) == len(graph.events)
    arguments = [a for event in graph.events for a in event.arguments]
    assert {a.entity_id for a in arguments} <= entity_ids
    cited = [fact.evidence_ids for facts in (graph.entities, graph.events, graph.relations, arguments) for fact in facts]
    assert all(ids and set(ids) <= known for ids in cited)
    assert {x for g in graph.groundings for x in (g.mention_id, g.region_id)} <= known


@pytest.mark.parametrize("missing", ["text_ie", "object_detection", "entity_linking", "visual_events"])
def test_a_missing_stage_is_reported_and_the_rest_is_fused(stage: FusionStage, missing: str) -> None:
    (graph,) = stage.run([_busy().build().model_copy(update={missing: None})])
    assert isinstance(graph, FusedGraph)
    assert [n.reason for n in graph.not_attempted if "gave no output" in n.reason] == [f"{missing} gave no output"]
    assert graph.entities
    assert graph.events


def test_an_article_without_any_output_is_an_error_and_its_neighbours_go_through(stage: FusionStage) -> None:
    given = collins().build()
    error, graph = stage.run([StageInput(article=given.article), given])
    assert isinstance(error, StageError)
    assert isinstance(graph, FusedGraph)


def test_the_same_people_and_countries_have_the_same_ids_in_every_article(fuse: Fuse) -> None:
    first, second = fuse(collins("article-a")), fuse(collins("article-b"))
    for name in ("Eileen Collins", "United States", "Florida"):
        assert first.entity(name).id == second.entity(name).id
    crew = "four other astronauts"
    assert first.entity(crew).id != second.entity(crew).id
    assert {e.id for e in first.graph.events}.isdisjoint(e.id for e in second.graph.events)


def test_a_record_gives_the_id_and_the_name_whatever_the_article_calls_it(fuse: Fuse) -> None:
    ids = set()
    for number, name in enumerate(("U.S.", "Washington", "United States")):
        scene = Scene(text=f"The {name} agreed.", article_id=f"article-{number}")
        scene.link(scene.entity("GPE", name), UNITED_STATES)
        (entity,) = fuse(scene).graph.entities
        assert entity.name == "United States"
        ids.add(entity.id)
    assert len(ids) == 1


def test_a_demonym_does_not_become_the_name_of_its_country(fuse: Fuse) -> None:
    scene = Scene(text="The German chancellor spoke.")
    germany = scene.entity("GPE", "German")
    scene.entities[-1] = scene.entities[-1].model_copy(update={"name": "Germany"})
    scene.link(germany, KBRecord(id="geonames:2921044", name="Germany", type="GPE"))
    (entity,) = fuse(scene).graph.entities
    assert entity.name == "Germany"


def test_a_name_alone_is_no_identity_when_it_is_only_a_last_name(fuse: Fuse) -> None:
    scenes = [Scene(text="Collins spoke.", article_id=f"article-{number}") for number in range(2)]
    for scene in scenes:
        scene.entity("PER", "Collins")
    assert len({fuse(scene).graph.entities[0].id for scene in scenes}) == 2


def test_two_records_that_share_a_name_are_two_entities(fuse: Fuse) -> None:
    scene = Scene(text="Paris in France and Paris in Texas.")
    for number, start in ((1, "Paris in France"), (2, "Paris in Texas")):
        entity = scene.entity("GPE", start)
        scene.link(entity, KBRecord(id=f"geonames:{number}", name="Paris", type="GPE"))
    assert len({e.id for e in fuse(scene).graph.entities}) == 2


def test_relations_between_one_entity_and_itself_fall_away(fuse: Fuse) -> None:
    scene = Scene(text="NATO said the North Atlantic Treaty Organization leads Norway.")
    short, long, norway = (
        scene.entity(t, n) for t, n in (("ORG", "NATO"), ("ORG", "North Atlantic Treaty Organization"), ("GPE", "Norway"))
    )
    nato = KBRecord(id="wikidata:Q7184", name="NATO", type="ORG")
    scene.link(short, nato)
    scene.link(long, nato)
    scene.relation("GeneralAffiliation.MORE", short, long)
    scene.relation("OrganizationAffiliation.Membership", norway, long)
    scene.relation("OrganizationAffiliation.Membership", norway, short)
    fused = fuse(scene)
    (relation,) = fused.graph.relations
    assert (relation.source_id, relation.target_id) == (fused.entity("Norway").id, fused.entity("NATO").id)
    assert len(relation.evidence_ids) == 3


def test_role_fillers_without_a_region_are_counted_and_left_out(fuse: Fuse) -> None:
    scene = Scene(text="It was calm.", images=(image("i"),))
    scene.see("i", "Conflict.Attack", Attacker="")
    fused = fuse(scene)
    assert fused.event("Attack").arguments == ()
    assert "1 role fillers" in fused.graph.not_attempted[0].reason


def test_the_manifest_changes_with_encoder_ontology_and_rules(stage: FusionStage) -> None:
    heads = [part.split("@")[0] for part in stage.manifest()]
    assert heads == ["minilm-l6-int8", "minilm-l6-tokenizer", "rules:ontology", "rules:fusion"]


def test_constructing_the_stage_loads_nothing(tmp_path_factory: pytest.TempPathFactory) -> None:
    made = build(
        Settings(models_file=tmp_path_factory.getbasetemp() / "missing.toml"), FolderBlobs(tmp_path_factory.getbasetemp())
    )
    with pytest.raises(RuntimeError, match="load"):
        made.run([collins().build()])
