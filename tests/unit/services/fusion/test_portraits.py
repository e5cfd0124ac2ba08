from collections.abc import Callable

from tests.unit.services.fusion.builders import Scene, collins, image
from tests.unit.services.fusion.conftest import Fused

Fuse = Callable[[Scene], Fused]


def _two_named(caption: str) -> Scene:
    scene = Scene(text="Angela Merkel met Emmanuel Macron.", images=(image("i", caption),))
    for name in ("Angela Merkel", "Emmanuel Macron"):
        scene.entity("PER", name, where=("text", "caption:i") if name in caption else ("text",))
    return scene


def test_the_only_person_shown_is_the_only_person_named_in_the_caption(fuse: Fuse) -> None:
    scene = collins()
    fused = fuse(scene)
    entity = fused.entity("Eileen Collins")
    assert scene.clusters[0].id in entity.member_ids
    assert {scene.faces[0].region.id, scene.faces[0].person_region_id} <= set(entity.evidence_ids)
    assert scene.faces[0].region.id in fused.shown("Eileen Collins")
    assert any("only person in the picture" in reason for reason in entity.reasons)


def test_two_names_and_two_unknown_faces_stay_apart(fuse: Fuse) -> None:
    scene = _two_named("Angela Merkel and Emmanuel Macron shake hands.")
    scene.person("i", 50)
    scene.person("i", 300)
    fused = fuse(scene)
    assert not fused.graph.groundings
    assert {e.name for e in fused.graph.entities} == {"Angela Merkel", "Emmanuel Macron"}


def test_one_known_face_of_two_leaves_the_other_name_to_the_other_face(fuse: Fuse) -> None:
    scene = _two_named("Angela Merkel and Emmanuel Macron shake hands.")
    scene.person("i", 50, name="Angela Merkel")
    _, other = scene.person("i", 300)
    assert other in fuse(scene).entity("Emmanuel Macron").evidence_ids


def test_a_title_names_the_person_of_a_picture_without_caption_less_surely(fuse: Fuse) -> None:
    scene = Scene(title="Angela Merkel resigns", text="She left.", images=(image("i"),))
    scene.entity("PER", "Angela Merkel", where=("title",))
    _, box = scene.person("i")
    fused = fuse(scene)
    assert box in fused.entity("Angela Merkel").evidence_ids
    (found,) = fused.graph.groundings
    assert found.confidence < fuse(collins()).graph.groundings[0].confidence


def test_a_caption_about_something_else_leaves_a_suspicion_and_no_merge(fuse: Fuse) -> None:
    scene = Scene(title="Angela Merkel resigns", text="She left.", images=(image("i", "A view of the square."),))
    scene.entity("PER", "Angela Merkel", where=("title",))
    cluster, box = scene.person("i")
    fused = fuse(scene)
    entity = fused.entity("Angela Merkel")
    assert box not in entity.evidence_ids
    assert cluster not in entity.member_ids
    assert [g.confidence < 0.5 for g in fused.graph.groundings] == [True]


def test_a_caption_that_speaks_of_someone_unnamed_is_not_overruled_by_the_title(fuse: Fuse) -> None:
    scene = Scene(title="Angela Merkel resigns", text="She left.", images=(image("i", "A voter in Berlin."),))
    scene.entity("PER", "Angela Merkel", where=("title",))
    scene.entity("PER", nominal="A voter", where=("caption:i",))
    _, box = scene.person("i")
    fused = fuse(scene)
    assert box not in fused.entity("Angela Merkel").evidence_ids
    assert fused.shown("A voter") == {box}
    assert not fused.shown("Angela Merkel")


def test_pictures_of_different_people_are_not_all_the_one_of_the_title(fuse: Fuse) -> None:
    scene = Scene(title="Angela Merkel resigns", text="She left.", images=(image("i"), image("j")))
    scene.entity("PER", "Angela Merkel", where=("title",))
    boxes = {scene.person(name)[1] for name in "ij"}
    fused = fuse(scene)
    assert boxes.isdisjoint(fused.entity("Angela Merkel").evidence_ids)
    assert not fused.graph.groundings


def test_a_caption_names_the_only_person_seen_beside_a_crowd_it_mentions(fuse: Fuse) -> None:
    scene = Scene(text="It was calm.", images=(image("i", "Angela Merkel greets her supporters."),))
    scene.entity("PER", "Angela Merkel", where=("caption:i",))
    scene.entity("PER", nominal="her supporters", where=("caption:i",))
    _, box = scene.person("i")
    fused = fuse(scene)
    assert box in fused.entity("Angela Merkel").evidence_ids
    assert fused.graph.groundings[0].confidence < fuse(collins()).graph.groundings[0].confidence


def test_a_picture_that_the_gallery_names_is_not_renamed_by_its_caption(fuse: Fuse) -> None:
    scene = Scene(text="Joe Biden spoke.", images=(image("i", "Angela Merkel."),))
    scene.entity("PER", "Joe Biden")
    scene.entity("PER", "Angela Merkel", where=("caption:i",))
    _, box = scene.person("i", name="Joe Biden")
    fused = fuse(scene)
    assert box in fused.entity("Joe Biden").evidence_ids
    assert box not in fused.entity("Angela Merkel").evidence_ids


def test_a_second_box_around_the_same_person_and_a_small_passer_by_do_not_count(fuse: Fuse) -> None:
    scene = Scene(text="It was calm.", images=(image("i", "Angela Merkel."),))
    scene.entity("PER", "Angela Merkel", where=("caption:i",))
    _, box = scene.person("i", 50)
    scene.region("i", "person", (52, 55, 205, 468), entity_type="PER")
    scene.region("i", "person", (500, 300, 520, 360), entity_type="PER")
    assert box in fuse(scene).entity("Angela Merkel").evidence_ids


def test_a_second_person_as_large_as_the_first_leaves_the_name_open(fuse: Fuse) -> None:
    scene = Scene(text="It was calm.", images=(image("i", "Angela Merkel."),))
    scene.entity("PER", "Angela Merkel", where=("caption:i",))
    _, box = scene.person("i", 50)
    scene.region("i", "person", (300, 50, 450, 470), entity_type="PER")
    assert box not in fuse(scene).entity("Angela Merkel").evidence_ids
