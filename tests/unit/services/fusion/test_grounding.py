from collections.abc import Callable

import pytest

from tests.unit.services.fusion.builders import Scene, image
from tests.unit.services.fusion.conftest import Fused

Fuse = Callable[[Scene], Fused]


@pytest.mark.parametrize(
    ("phrase", "label", "type_"),
    [("a pickup truck", "truck", "VEH"), ("a rifle", "gun", "WEA"), ("the plane", "airplane", "VEH"), ("two cars", "car", "VEH")],
)
def test_things_are_grounded_in_regions_of_like_meaning(fuse: Fuse, phrase: str, label: str, type_: str) -> None:
    scene = Scene(text=f"Near the gate stood {phrase} at noon.", images=(image("i"),))
    scene.entity(type_, nominal=phrase)
    region = scene.region("i", label, entity_type=type_)
    scene.region("i", "banana", (0, 0, 40, 40))
    assert fuse(scene).shown(phrase) == {region.id}


@pytest.mark.parametrize(
    ("phrase", "type_", "label", "region_type"),
    [
        ("a rifle", "WEA", "truck", "VEH"),
        ("a boat", "VEH", "bicycle", "VEH"),
        ("officials", "PER", "person", "PER"),
        ("a hospital", "FAC", "dog", None),
        ("the police", "ORG", "truck", "VEH"),
    ],
)
def test_nowhere_is_an_answer(fuse: Fuse, phrase: str, type_: str, label: str, region_type: str | None) -> None:
    scene = Scene(text=f"Near the gate stood {phrase} at noon.", images=(image("i"),))
    scene.entity(type_, nominal=phrase)
    scene.region("i", label, entity_type=region_type)
    assert not fuse(scene).graph.groundings


def test_a_caption_brings_people_and_several_regions_show_a_plural(fuse: Fuse) -> None:
    scene = Scene(text="It was calm.", images=(image("i", "Turkish soldiers on patrol."), image("j")))
    scene.entity("PER", nominal="Turkish soldiers", where=("caption:i",))
    shown = {scene.region("i", "person", (x, 0, x + 100, 300), entity_type="PER").id for x in (0, 120, 240)}
    elsewhere = scene.region("j", "person", entity_type="PER")
    fused = fuse(scene)
    assert fused.shown("Turkish soldiers") == shown
    assert elsewhere.id not in fused.entity("Turkish soldiers").evidence_ids


def test_one_of_several_people_is_not_picked_for_a_single_unnamed_person(fuse: Fuse) -> None:
    scene = Scene(text="It was calm.", images=(image("i", "A soldier on patrol."),))
    scene.entity("PER", nominal="A soldier", where=("caption:i",))
    for x in (0, 300):
        scene.region("i", "person", (x, 0, x + 100, 300), entity_type="PER")
    assert not fuse(scene).graph.groundings


def test_the_parts_of_the_score_are_told(fuse: Fuse) -> None:
    scene = Scene(text="It was calm.", images=(image("i", "A truck on a road."),))
    scene.entity("VEH", nominal="A truck", where=("caption:i",))
    scene.region("i", "truck", entity_type="VEH")
    scene.tag("i", "pickup truck", 0.5)
    (found,) = fuse(scene).graph.groundings
    assert found.model == "minilm-l6-int8"
    assert found.reasons["meaning"] == found.reasons["type"] == found.reasons["caption"] == 1.0
    assert 0 < found.reasons["tags"] <= 0.5


def test_a_caption_about_other_things_asks_for_a_better_match(fuse: Fuse) -> None:
    found = []
    for caption in ("", "Flowers at noon."):
        scene = Scene(text="Near the gate stood a vehicle at noon.", images=(image("i", caption),))
        scene.entity("VEH", nominal="a vehicle")
        scene.region("i", "truck", entity_type="VEH")
        scene.regions = [r.model_copy(update={"confidence": 0.45}) for r in scene.regions]
        found.append(len(fuse(scene).graph.groundings))
    assert found == [1, 0]


def test_doubtful_regions_show_nothing(fuse: Fuse) -> None:
    scene = Scene(text="Near the gate stood a truck at noon.", images=(image("i", ""),))
    scene.entity("VEH", nominal="a truck")
    scene.region("i", "truck", entity_type="VEH")
    scene.regions = [r.model_copy(update={"confidence": 0.3}) for r in scene.regions]
    assert not fuse(scene).graph.groundings
