from collections.abc import Callable

from tests.unit.services.fusion.builders import Scene, image, meeting
from tests.unit.services.fusion.conftest import Fused

Fuse = Callable[[Scene], Fused]


def _handshake(names: tuple[str | None, str | None], type_: str = "Contact.Meet") -> Scene:
    scene = Scene(text="Angela Merkel met Emmanuel Macron in Berlin. Protesters marched in Paris.", images=(image("i"),))
    people = [scene.entity("PER", name) for name in ("Angela Merkel", "Emmanuel Macron")]
    scene.event("Contact.Meet", "met", Entity=people, Place=scene.entity("GPE", "Berlin"))
    marchers = scene.entity("PER", nominal="Protesters")
    scene.event("Conflict.Demonstrate", "marched", Entity=marchers, Place=scene.entity("GPE", "Paris"))
    boxes = [scene.person("i", left, name)[1] for left, name in zip((50, 300), names, strict=True)]
    scene.see("i", type_, Entity=boxes)
    return scene


def test_a_meeting_told_and_shown_is_one_event_with_arguments_of_both_media(fuse: Fuse) -> None:
    scene = _handshake(("Angela Merkel", "Emmanuel Macron"))
    fused = fuse(scene)
    event = fused.event("met")
    assert event.media == ("text", "image")
    assert scene.whole[0].id in event.evidence_ids
    assert fused.roles("met") == {("Entity", "Angela Merkel"), ("Entity", "Emmanuel Macron"), ("Place", "Berlin")}
    merged = {a.role: len(a.evidence_ids) for a in event.arguments}
    assert merged == {"Entity": 2, "Place": 1}
    assert len(fused.graph.events) == 2


def test_the_transport_plan_couples_the_people_with_their_faces(fuse: Fuse) -> None:
    scene = _handshake(("Emmanuel Macron", "Angela Merkel"))
    (alignment,) = fuse(scene).graph.alignments
    coupled = {c.source_id: c.target_id for c in alignment.cells}
    entity = {e.name: e.id for e in scene.entities}
    assert coupled[entity["Emmanuel Macron"]] == scene.faces[0].person_region_id
    assert coupled[entity["Angela Merkel"]] == scene.faces[1].person_region_id
    assert coupled[entity["Berlin"]] == "nobody"
    assert coupled[alignment.text_event_id] == alignment.visual_event_id


def test_known_arguments_make_an_alignment_surer_than_unknown_ones(fuse: Fuse) -> None:
    (known,) = fuse(_handshake(("Angela Merkel", "Emmanuel Macron"))).graph.alignments
    (unknown,) = fuse(_handshake((None, None))).graph.alignments
    assert known.confidence > unknown.confidence


def test_a_meeting_of_other_people_is_another_event(fuse: Fuse) -> None:
    fused = fuse(_handshake(("Joe Biden", "Barack Obama")))
    assert not fused.graph.alignments
    assert {e.media for e in fused.graph.events if e.type == "Contact.Meet"} == {("text",), ("image",)}


def test_an_event_that_is_only_shown_stays_alone_with_its_own_entities(fuse: Fuse) -> None:
    scene = _handshake((None, None), "Life.Die")
    fused = fuse(scene)
    (shown,) = [e for e in fused.graph.events if e.media == ("image",)]
    assert shown.type == "Life.Die"
    assert [a.entity_id for a in shown.arguments] == sorted(e.id for e in fused.graph.entities if e.name == "person")
    assert len(shown.arguments) == 2


def test_a_denied_event_is_not_what_the_picture_shows(fuse: Fuse) -> None:
    scene = _handshake((None, None))
    scene.events = [e.model_copy(update={"asserted": "negated"}) for e in scene.events]
    assert not fuse(scene).graph.alignments


def test_a_role_of_an_aligned_event_tells_who_the_unnamed_one_is(fuse: Fuse) -> None:
    scene = Scene(text="Rebels attacked a convoy near the airport.", images=(image("i"),))
    rebels, convoy = scene.entity("PER", nominal="Rebels"), scene.entity("VEH", nominal="a convoy")
    scene.event("Conflict.Attack", "attacked", Attacker=rebels, Target=convoy)
    person = scene.region("i", "person", (10, 10, 100, 300), entity_type="PER")
    truck = scene.region("i", "truck", (200, 10, 500, 300), entity_type="VEH")
    scene.see("i", "Conflict.Attack", Attacker=person.id, Target=truck.id)
    fused = fuse(scene)
    assert fused.roles("attacked") == {("Attacker", "Rebels"), ("Target", "a convoy")}
    assert person.id in fused.entity("Rebels").evidence_ids


def test_a_role_never_names_a_person(fuse: Fuse) -> None:
    scene = Scene(text="Jane Roe attacked a convoy.", images=(image("i"),))
    jane, convoy = scene.entity("PER", "Jane Roe"), scene.entity("VEH", nominal="a convoy")
    scene.event("Conflict.Attack", "attacked", Attacker=jane, Target=convoy)
    people = [scene.person("i", left)[1] for left in (10, 300)]
    scene.see("i", "Conflict.Attack", Attacker=people[0])
    fused = fuse(scene)
    assert fused.event("attacked").media == ("text", "image")
    assert people[0] not in fused.entity("Jane Roe").evidence_ids
    assert ("Attacker", "person") in fused.roles("attacked")


def test_text_events_without_a_picture_keep_their_arguments(fuse: Fuse) -> None:
    fused = fuse(meeting())
    assert fused.roles("flew") == {("Artifact", "Barack Obama"), ("Destination", "Chicago")}
    assert {e.media for e in fused.graph.events} == {("text",)}


def test_roles_decide_who_is_who_against_the_words(fuse: Fuse) -> None:
    scene = Scene(text="A driver attacked a person yesterday.", images=(image("i"),))
    driver, victim = scene.entity("PER", nominal="A driver"), scene.entity("PER", nominal="a person")
    scene.event("Conflict.Attack", "attacked", Attacker=driver, Target=victim)
    person = scene.region("i", "person", (10, 10, 90, 300), entity_type="PER").id
    at_wheel = scene.region("i", "driver", (200, 10, 290, 300), entity_type="PER").id
    scene.regions = [r.model_copy(update={"confidence": 0.35}) for r in scene.regions]
    scene.see("i", "Conflict.Attack", Attacker=person, Target=at_wheel)
    fused = fuse(scene)
    (alignment,) = fused.graph.alignments
    coupled = {c.source_id: c.target_id for c in alignment.cells}
    assert (coupled[driver], coupled[victim]) == (person, at_wheel)
    assert person in fused.entity("A driver").evidence_ids


def test_an_event_of_another_kind_does_not_align_whatever_its_words(fuse: Fuse) -> None:
    scene = Scene(text="It was calm.", images=(image("i", "A meeting of two men."),))
    men = scene.entity("PER", nominal="two men", where=("caption:i",))
    scene.event("Conflict.Attack", "meeting", "caption:i", Attacker=men)
    scene.see("i", "Contact.Meet", Attacker=scene.person("i")[1])
    assert not fuse(scene).graph.alignments
