"""The rules: what fires, with which roles, and what must not."""

from collections.abc import Callable
from pathlib import Path

import pytest

from services.visual_events.event_rules import load_rules
from services.visual_events.reading import PictureReader
from services.visual_events.stage import VisualEventsStage, build
from shared.blobs import FolderBlobs
from shared.errors import StageError
from shared.ontology import load_ontology
from shared.schemas.article import Article
from shared.schemas.situations import VisualEvents
from shared.schemas.vision import ImageAnalysis, ObjectDetection
from shared.settings import Settings
from shared.stage import StageInput
from tests.unit.services.visual_events.scenes import analysis, pose, region

pytestmark = pytest.mark.unit

_PEOPLE = tuple(region("person", (100 + 200 * i, 100, 280 + 200 * i, 560)) for i in range(4))


See = Callable[[ImageAnalysis], VisualEvents]


@pytest.fixture
def see(tmp_path: Path) -> See:
    """The stage with its rules alone, on one analysed image."""
    stage = VisualEventsStage(Settings(), FolderBlobs(tmp_path), PictureReader(None))

    def run(image: ImageAnalysis) -> VisualEvents:
        detection = ObjectDetection(article_id="article", images=(image,))
        (output,) = stage.run([StageInput(article=Article(article_id="article", text="text"), object_detection=detection)])
        assert isinstance(output, VisualEvents)
        return output

    return run


def test_every_rule_names_verbs_roles_and_events_of_the_ontology() -> None:
    ontology = load_ontology()
    for rule in load_rules().rules:
        verb = ontology.situation_verbs[rule.verb]
        assert verb.event is not None, f"{rule.name}: {rule.verb} shows no event"
        event = ontology.event_types[verb.event]
        assert all(event.role(verb.role_map[s.role]) for s in rule.roles if s.role in verb.role_map), rule.name


def test_a_rider_is_transported_by_the_motorcycle(see: See) -> None:
    rider, motorcycle = region("person", (380, 120, 520, 500)), region("motorcycle", (300, 300, 600, 560))
    (event,) = see(analysis(rider, motorcycle)).events
    assert event.type == "Movement.TransportPerson"
    assert {(a.role, a.region_id) for a in event.arguments} == {("Artifact", rider.id), ("Vehicle", motorcycle.id)}
    assert any("riding motorcycle" in reason for reason in event.reasons)


def test_a_protest_slogan_over_a_group_is_a_demonstration(see: See) -> None:
    banner = region("text", (100, 20, 800, 90), "text", "STOP THE KILLING")
    output = see(analysis(*_PEOPLE, banner))
    (event,) = output.events
    assert event.type == "Conflict.Demonstrate"
    assert {a.region_id for a in event.arguments if a.role == "Entity"} == {p.id for p in _PEOPLE}
    assert [r.kind for r in output.regions] == ["image"]
    assert event.region_id == output.regions[0].id
    assert event.frame_id == output.frames[0].id


@pytest.mark.parametrize("words", ["GRAND OPENING", "nonstop flights", "www.justice.com"])
def test_other_words_over_the_same_group_are_no_demonstration(see: See, words: str) -> None:
    assert see(analysis(*_PEOPLE, region("text", (100, 20, 800, 90), "text", words))).events == ()


def test_a_slogan_in_small_print_is_a_caption_and_no_placard(see: See) -> None:
    assert see(analysis(*_PEOPLE, region("text", (100, 580, 300, 590), "text", "STOP THE KILLING"))).events == ()


def test_people_next_to_each_other_are_not_yet_an_event_but_a_triple(see: See) -> None:
    output = see(analysis(*_PEOPLE))
    assert output.events == ()
    assert {t.predicate for t in output.triples} == {"next to"}


def test_a_firearm_names_as_attacker_only_who_aims_or_is_alone(see: See) -> None:
    tags = {"assault rifle": 0.8}
    (alone,) = see(analysis(_PEOPLE[0], tags=tags)).events
    assert [a.region_id for a in alone.arguments if a.role == "Attacker"] == [_PEOPLE[0].id]
    assert [a.noun for a in alone.arguments if a.role == "Instrument"] == ["assault rifle"]
    (group,) = see(analysis(*_PEOPLE[:2], tags=tags)).events
    assert [a for a in group.arguments if a.role == "Attacker"] == []


def test_a_weak_firearm_tag_is_no_attack(see: See) -> None:
    assert see(analysis(_PEOPLE[0], tags={"rifle": 0.15})).events == ()


def test_a_rocket_alone_is_a_launch_and_a_portrait_before_a_rocket_is_not(see: See) -> None:
    tags = {"missile": 0.4, "projectile": 0.35}
    assert [e.type for e in see(analysis(tags=tags)).events] == ["Movement.TransportArtifact.NonviolentThrowLaunch"]
    assert see(analysis(region("person", (100, 50, 600, 600)), tags=tags)).events == ()


def test_a_supporting_cue_raises_the_confidence(see: See) -> None:
    rifle = {"assault rifle": 0.8}
    joints = {
        "left_shoulder": (200.0, 200.0),
        "right_shoulder": (150.0, 200.0),
        "left_wrist": (270.0, 210.0),
        "right_wrist": (220.0, 215.0),
    }
    (plain,) = see(analysis(_PEOPLE[0], tags=rifle)).events
    (aimed,) = see(analysis(_PEOPLE[0], poses=(pose(_PEOPLE[0], **joints),), tags=rifle)).events
    assert aimed.confidence > plain.confidence


def test_a_broken_image_gives_nothing_and_a_failed_detection_a_stage_error(see: See, tmp_path: Path) -> None:
    broken = ImageAnalysis(image_id="image", width=10, height=10, error="truncated")
    assert see(broken).events == ()
    stage = build(Settings(), FolderBlobs(tmp_path))
    (output,) = stage.run([StageInput(article=Article(article_id="article", text="text"))])
    assert isinstance(output, StageError)


def test_ids_are_the_same_on_every_run(see: See) -> None:
    image = analysis(region("person", (380, 120, 520, 500)), region("motorcycle", (300, 300, 600, 560)))
    assert see(image) == see(image)


def test_a_fire_that_fills_a_part_of_the_picture_is_an_event_and_a_candle_is_not(see: See) -> None:
    (event,) = see(analysis(region("fire", (300, 100, 600, 400)))).events
    assert event.type == "Disaster.FireExplosion"
    assert [a.role for a in event.arguments] == ["FireExplosionObject"]
    assert see(analysis(region("fire", (300, 100, 340, 140)))).events == ()
