from collections.abc import Callable

from shared.schemas.linking import KBRecord
from tests.unit.services.fusion.builders import UNITED_STATES, Scene, collins, image, meeting
from tests.unit.services.fusion.conftest import Fused

Fuse = Callable[[Scene], Fused]


def test_named_faces_and_people_of_the_text_are_one_entity_each(fuse: Fuse) -> None:
    scene = meeting()
    fused = fuse(scene)
    assert sorted(e.name for e in fused.graph.entities if e.type == "PER") == ["Barack Obama", "Joe Biden"]
    for name, (face, cluster) in zip(("Barack Obama", "Joe Biden"), zip(scene.faces, scene.clusters, strict=True), strict=True):
        entity = fused.entity(name)
        assert {face.region.id, face.person_region_id} <= set(entity.evidence_ids)
        assert cluster.id in entity.member_ids
        assert f"face named {name}" in entity.reasons


def test_a_named_face_nobody_writes_about_is_an_entity_of_its_own(fuse: Fuse) -> None:
    scene = Scene(text="Joe Biden spoke.", images=(image("i"),))
    scene.entity("PER", "Joe Biden")
    cluster, box = scene.person("i", name="Angela Merkel")
    entity = fuse(scene).entity("Angela Merkel")
    assert entity.type == "PER"
    assert entity.member_ids == (cluster,)
    assert box in entity.evidence_ids


def test_a_last_name_that_two_people_share_names_no_face(fuse: Fuse) -> None:
    scene = Scene(text="Hillary Clinton and Bill Clinton arrived.", images=(image("i"),))
    scene.entity("PER", "Hillary Clinton")
    scene.entity("PER", "Bill Clinton")
    scene.person("i", name="Clinton")
    fused = fuse(scene)
    assert sorted(e.name for e in fused.graph.entities) == ["Bill Clinton", "Clinton", "Hillary Clinton"]
    assert not fused.graph.groundings


def test_a_flag_is_evidence_for_the_country_that_the_text_names(fuse: Fuse) -> None:
    scene = collins()
    fused = fuse(scene)
    country = fused.entity("United States")
    assert scene.flags[0].id in country.evidence_ids
    assert country.records == (UNITED_STATES,)
    assert fused.shown("United States") == {scene.flags[0].id}


def test_a_flag_meets_its_country_under_its_initials(fuse: Fuse) -> None:
    scene = Scene(text="The U.S. sent help.", images=(image("i"),))
    scene.entity("GPE", "U.S.")
    flag = scene.flag("i", UNITED_STATES)
    (entity,) = fuse(scene).graph.entities
    assert flag in entity.evidence_ids


def test_a_flag_of_a_country_not_in_the_text_is_an_entity_of_its_own(fuse: Fuse) -> None:
    scene = Scene(text="Chile signed.", images=(image("i"),))
    scene.entity("GPE", "Chile")
    flag = scene.flag("i", UNITED_STATES)
    fused = fuse(scene)
    assert fused.entity("United States").evidence_ids == (flag,)
    assert flag not in fused.entity("Chile").evidence_ids


def test_words_in_a_picture_that_spell_a_name_are_evidence_for_it(fuse: Fuse) -> None:
    scene = Scene(text="NASA and the World Bank spoke.", images=(image("i"),))
    scene.entity("ORG", "NASA")
    scene.entity("ORG", "World Bank")
    exact = scene.region("i", "text", (0, 0, 50, 20), kind="text", text="Nasa")
    misread = scene.region("i", "text", (0, 30, 50, 50), kind="text", text="W0RLD BANK")
    other = scene.region("i", "text", (0, 60, 50, 80), kind="text", text="EXIT")
    fused = fuse(scene)
    assert exact.id in fused.entity("NASA").evidence_ids
    assert misread.id not in fused.entity("NASA").evidence_ids
    assert all(other.id not in e.evidence_ids for e in fused.graph.entities)
    assert fused.shown("NASA") == {exact.id}


def test_entities_of_one_record_are_one_and_of_two_records_stay_two(fuse: Fuse) -> None:
    scene = Scene(text="Washington protested. The United States agreed. Washington state did not.")
    capital = scene.entity("GPE", "Washington")
    country = scene.entity("GPE", "United States")
    state = scene.entity("GPE", "Washington state")
    scene.link(capital, UNITED_STATES)
    scene.link(country, UNITED_STATES)
    scene.link(state, KBRecord(id="wikidata:Q1223", name="Washington", type="GPE"))
    fused = fuse(scene)
    assert set(fused.entity("United States").member_ids) == {capital, country}
    assert fused.entity("Washington").member_ids == (state,)


def test_the_surest_of_several_links_counts(fuse: Fuse) -> None:
    scene = Scene(text="Georgia voted.")
    entity = scene.entity("GPE", "Georgia")
    for number, confidence in ((1, 0.3), (2, 0.7), (3, 0.4)):
        scene.link(entity, KBRecord(id=f"wikidata:{number}", name=f"Georgia {number}", type="GPE"))
        scene.links[-1] = scene.links[-1].model_copy(update={"confidence": confidence})
    (fused,) = fuse(scene).graph.entities
    assert [record.id for record in fused.records] == ["wikidata:2"]
