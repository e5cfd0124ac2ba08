"""Situations from event scores, rules and objects: which verb, which roles, how sure, and when nothing is said."""

import numpy as np
import pytest

from services.visual_events.picture_models import Look
from services.visual_events.reading import PictureReader, Reading, scene_of
from services.visual_events.verbs import load_situations, prompt
from shared.ontology import load_ontology
from shared.schemas.situations import VisualEvent
from shared.schemas.vision import ImageAnalysis, Label, Pose, Region
from tests.unit.services.visual_events.looks import FixedModels, codes, scores
from tests.unit.services.visual_events.scenes import analysis, pose, region

pytestmark = pytest.mark.unit

_PIXELS = np.zeros((60, 100, 3), np.uint8)
_PEOPLE = tuple(region("person", (100 + 200 * i, 100, 280 + 200 * i, 560)) for i in range(4))


def _read(image: ImageAnalysis, look: Look | None) -> Reading:
    reader = PictureReader(FixedModels(look) if look else None)
    return reader.read(scene_of("article", image, None), _PIXELS)


def _look(picture: str = "nothing", classes: dict[str, float] | None = None, **types: float) -> Look:
    return Look(codes(picture, {}), scores(classes, **types))


def _fillers(event: VisualEvent, role: str) -> list[str | None]:
    return [a.region_id for a in event.arguments if a.role == role]


def test_a_likely_demonstration_is_protesting_with_its_people_as_demonstrators() -> None:
    seen = _read(analysis(*_PEOPLE), _look(classes={"demonstration": 0.7}, Conflict__Demonstrate=0.8))
    (event,), (frame,) = seen.events, seen.frames
    assert (event.type, frame.verb, event.confidence) == ("Conflict.Demonstrate", "protesting", 0.8)
    assert set(_fillers(event, "Entity")) == {p.id for p in _PEOPLE}
    assert len(event.vector) == 384
    assert any("demonstration" in reason for reason in event.reasons)
    assert [f.noun for f in frame.roles if f.role == "place"] == ["street"]


@pytest.mark.parametrize("probability", [0.2, 0.34])
def test_an_unlikely_event_is_not_told(probability: float) -> None:
    assert _read(analysis(*_PEOPLE), _look(Conflict__Demonstrate=probability)).events == ()


def test_nothing_is_told_where_none_is_likelier() -> None:
    assert _read(analysis(*_PEOPLE), _look(Conflict__Demonstrate=0.4)).events == ()
    assert len(_read(analysis(*_PEOPLE), _look(Conflict__Demonstrate=0.65)).events) == 1


def test_a_rule_that_agrees_makes_the_event_surer_and_one_that_the_model_doubts_is_weakened() -> None:
    slogan = analysis(*_PEOPLE, region("text", (100, 20, 800, 90), "text", "STOP THE KILLING"))
    (alone,) = _read(slogan, None).events
    (both,) = _read(slogan, _look(Conflict__Demonstrate=0.6)).events
    (doubted,) = _read(slogan, _look(Conflict__Demonstrate=0.05)).events
    assert doubted.confidence < alone.confidence
    assert both.confidence > 0.6
    assert {"rule protest-words", "event model 0.60"} <= set(both.reasons)


def test_signs_are_the_instruments_of_a_demonstration() -> None:
    sign = region("text", (100, 20, 800, 90), "text", "WE ARE HERE")
    (event,) = _read(analysis(*_PEOPLE, sign), _look(Conflict__Demonstrate=0.7)).events
    assert _fillers(event, "Instrument") == [sign.id]


def test_more_than_five_people_are_a_crowd_with_a_region_of_its_own() -> None:
    people = [region("person", (100 * i, 100, 80 + 100 * i, 500)) for i in range(8)]
    seen = _read(analysis(*people), _look(Conflict__Demonstrate=0.7))
    (filler,) = [f for f in seen.frames[0].roles if f.role == "agent"]
    (crowd,) = [r for r in seen.regions if r.label == "crowd"]
    assert (filler.noun, filler.region_id) == ("crowd", crowd.id)
    assert (crowd.box.x0, crowd.box.x1, crowd.entity_type) == (0, 780, "PER")


def test_a_person_in_the_distance_takes_no_part() -> None:
    far = region("person", (900, 100, 920, 160))
    (event,) = _read(analysis(_PEOPLE[0], far), _look(Conflict__Demonstrate=0.7)).events
    assert _fillers(event, "Entity") == [_PEOPLE[0].id]


def _marked(person: Region, *labels: str) -> Region:
    marks = tuple(Label(label=label, confidence=0.8, model="test") for label in labels)
    return person.model_copy(update={"attributes": marks})


def test_police_arrest_the_one_who_is_no_police_and_without_police_nobody_is_named() -> None:
    look = _look(Justice__ArrestJailDetain=0.8)
    officers = [_marked(p, "police") for p in _PEOPLE[:2]]
    (event,) = _read(analysis(*officers, _PEOPLE[2]), look).events
    assert set(_fillers(event, "Agent")) == {o.id for o in officers}
    assert _fillers(event, "Person") == [_PEOPLE[2].id]
    (unknown,) = _read(analysis(*_PEOPLE[:3]), look).events
    assert _fillers(unknown, "Agent") == _fillers(unknown, "Person") == []


def test_what_is_held_chooses_the_verb_and_fills_the_instrument() -> None:
    rifle = region("rifle", (240, 200, 300, 260))
    image = analysis(_PEOPLE[0], rifle)
    image = image.model_copy(update={"poses": (_pose_at(_PEOPLE[0], 250, 230),)})
    (event,) = _read(image, _look(Conflict__Attack=0.7)).events
    assert _fillers(event, "Instrument") == [rifle.id]
    assert _fillers(event, "Attacker") == [_PEOPLE[0].id]


def _pose_at(person: Region, x: float, y: float) -> Pose:
    return pose(person, left_wrist=(x, y))


def test_a_rider_without_event_scores_is_told_by_the_rule() -> None:
    rider, bicycle = region("person", (380, 120, 520, 500)), region("bicycle", (300, 300, 600, 560))
    look = Look(codes("riding", {}), None)
    seen = _read(analysis(rider, bicycle), look)
    assert [f.verb for f in seen.frames] == ["riding"]
    assert _fillers(seen.events[0], "Vehicle") == [bicycle.id]


def test_a_sure_action_without_event_is_a_frame_and_no_event() -> None:
    look = Look(codes("nothing", {}), scores(), {"cooking": 0.9, "fishing": 0.05})
    seen = _read(analysis(_PEOPLE[0]), look)
    assert [f.verb for f in seen.frames] == ["cooking"]
    assert seen.events == ()
    assert _read(analysis(_PEOPLE[0]), Look(codes("nothing", {}), scores(), {"cooking": 0.4})).frames == ()


def test_every_verb_has_a_prompt_without_role_names() -> None:
    prompts = {verb.verb: prompt(verb) for verb in load_ontology().situation_verbs.values()}
    assert len(prompts) == 504
    assert not [p for p in prompts.values() if any(word.isupper() and len(word) > 1 for word in p.split())]
    assert prompts["riding"] == "a person riding in a vehicle"


def test_event_roles_of_all_tables_are_those_of_the_ontology() -> None:
    data, ontology = load_situations(), load_ontology()
    for event_type, row in data.events.items():
        for verb in row.verbs:
            assert all(ontology.event_types[event_type].role(r) for r in data.role_map(event_type, verb).values()), verb
