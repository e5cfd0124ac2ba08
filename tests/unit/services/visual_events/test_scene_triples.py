"""Scene triples from boxes and joints."""

from dataclasses import replace

import pytest

from services.visual_events.geometry import scene_triples
from services.visual_events.interactions import interactions
from services.visual_events.postures import aiming, arms_raised, handshake
from services.visual_events.scene import Scene
from shared.schemas.vision import Pose, Region
from tests.unit.services.visual_events.scenes import analysis, pose, region

pytestmark = pytest.mark.unit


def _scene(*regions: Region, poses: tuple[Pose, ...] = ()) -> Scene:
    scene = Scene("article", analysis(*regions, poses=poses))
    return replace(scene, triples=scene_triples(scene))


def _claims(scene: Scene) -> set[tuple[str, str, str]]:
    return {(scene.regions[t.subject_id].label, t.predicate, scene.regions[t.object_id].label) for t in scene.triples}


def test_a_tie_inside_a_person_box_is_worn() -> None:
    assert _claims(_scene(region("person", (100, 50, 300, 550)), region("tie", (190, 150, 215, 300)))) == {
        ("person", "wearing", "tie")
    }


def test_a_tie_beside_a_person_is_not_worn() -> None:
    assert _claims(_scene(region("person", (100, 50, 300, 550)), region("tie", (600, 150, 625, 300)))) == set()


def test_a_person_over_a_motorcycle_rides_it_and_one_beside_it_does_not() -> None:
    motorcycle = region("motorcycle", (300, 300, 600, 560))
    rider, passer_by = region("person", (380, 120, 520, 500)), region("person", (650, 150, 760, 590))
    assert _claims(_scene(rider, motorcycle)) == {("person", "riding", "motorcycle")}
    assert ("person", "riding", "motorcycle") not in _claims(_scene(passer_by, motorcycle))


def test_a_pedestrian_who_stands_far_below_a_bicycle_behind_does_not_ride_it() -> None:
    assert not _claims(_scene(region("person", (380, 120, 520, 590)), region("bicycle", (350, 250, 560, 400))))


def test_what_touches_a_wrist_is_held() -> None:
    person, phone = region("person", (100, 50, 300, 550)), region("cell phone", (240, 90, 270, 140))
    assert ("person", "holding", "cell phone") in _claims(_scene(person, phone, poses=(pose(person, left_wrist=(250, 130)),)))
    assert ("person", "holding", "cell phone") not in _claims(_scene(person, phone, poses=(pose(person, left_wrist=(120, 400)),)))


def test_a_face_behind_a_windscreen_is_in_the_car_and_who_stands_before_it_is_in_front_of_it() -> None:
    car = region("car", (100, 200, 800, 560))
    assert _claims(_scene(region("person", (300, 240, 380, 340)), car)) == {("person", "in", "car")}
    assert _claims(_scene(region("person", (300, 150, 420, 590)), car)) == {("person", "in front of", "car")}


def test_persons_of_one_size_side_by_side_are_next_to_each_other() -> None:
    assert _claims(_scene(region("person", (100, 50, 300, 550)), region("person", (310, 60, 500, 560)))) == {
        ("person", "next to", "person")
    }


def _two_people(left_wrist: tuple[float, float], right_wrist: tuple[float, float]) -> Scene:
    left, right = region("person", (200, 50, 480, 560)), region("person", (500, 50, 780, 560))
    bodies = (
        pose(left, nose=(300, 100), left_shoulder=(340, 170), right_shoulder=(260, 170), left_wrist=left_wrist),
        pose(right, nose=(680, 100), left_shoulder=(720, 170), right_shoulder=(640, 170), right_wrist=right_wrist),
    )
    return _scene(left, right, poses=bodies)


def test_hands_that_meet_between_two_people_are_a_handshake() -> None:
    found = handshake(_two_people((480, 290), (500, 295)))
    assert found is not None
    assert [p.label for p in found.persons] == ["person", "person"]


def test_hands_that_hang_down_or_stay_apart_are_no_handshake() -> None:
    assert handshake(_two_people((350, 400), (640, 400))) is None
    assert handshake(_two_people((420, 290), (560, 295))) is None
    assert handshake(_two_people((480, 520), (500, 520))) is None


def test_a_wrist_over_the_nose_is_a_raised_arm() -> None:
    person = region("person", (100, 50, 300, 550))
    assert arms_raised(_scene(person, poses=(pose(person, nose=(200, 150), left_wrist=(260, 80)),)))
    assert arms_raised(_scene(person, poses=(pose(person, nose=(200, 150), left_wrist=(260, 300)),))) is None


def test_both_wrists_at_the_cheek_side_aim_and_crossed_arms_do_not() -> None:
    person = region("person", (100, 50, 300, 550))
    shoulders = {"left_shoulder": (230.0, 150.0), "right_shoulder": (180.0, 150.0)}
    assert aiming(_scene(person, poses=(pose(person, **shoulders, left_wrist=(290.0, 160.0), right_wrist=(240.0, 165.0)),)))
    assert (
        aiming(_scene(person, poses=(pose(person, **shoulders, left_wrist=(230.0, 400.0), right_wrist=(180.0, 400.0)),))) is None
    )


def test_a_suitcase_at_the_hand_is_carried_and_at_both_hands_beside_its_owner_pushed() -> None:
    person = region("person", (100, 50, 300, 550))
    low, beside = region("suitcase", (240, 300, 330, 440)), region("bicycle", (290, 250, 600, 560))
    assert ("person", "carrying", "suitcase") in _claims(_scene(person, low, poses=(pose(person, left_wrist=(260, 320)),)))
    both = pose(person, left_wrist=(310, 300), right_wrist=(300, 320))
    assert ("person", "pushing", "bicycle") in _claims(_scene(person, beside, poses=(both,)))


def test_a_telephone_at_the_ear_is_used_to_talk_on() -> None:
    person, phone = region("person", (100, 50, 300, 550)), region("cell phone", (240, 90, 270, 140))
    scene = _scene(person, phone, poses=(pose(person, left_ear=(240, 110), left_wrist=(255, 135)),))
    assert _claims(scene) == {("person", "using", "cell phone")}
    assert [i.verb for i in interactions(scene)] == ["talk on"]


def test_bent_knees_make_sitting_surer() -> None:
    person, chair = region("person", (100, 50, 300, 550)), region("chair", (120, 250, 300, 560))
    plain = _scene(person, chair)
    bent = pose(person, left_shoulder=(200, 150), left_hip=(200, 350), left_knee=(280, 370))
    (sure,), (vague,) = (s.triples for s in (_scene(person, chair, poses=(bent,)), plain))
    assert sure.predicate == vague.predicate == "sitting on"
    assert sure.confidence > vague.confidence


def _heads(left_nose: float, right_nose: float) -> Scene:
    """Two persons whose ears stand at 290 and 310, 590 and 610."""
    left, right = region("person", (200, 50, 400, 560)), region("person", (450, 50, 700, 560))
    ears = {"left_ear": (310.0, 100.0), "right_ear": (290.0, 100.0)}
    turned = {"left_ear": (610.0, 100.0), "right_ear": (590.0, 100.0)}
    return _scene(left, right, poses=(pose(left, nose=(left_nose, 105), **ears), pose(right, nose=(right_nose, 105), **turned)))


def test_heads_turned_to_each_other_face_each_other_and_heads_to_the_camera_do_not() -> None:
    assert ("person", "facing", "person") in _claims(_heads(315, 585))
    assert ("person", "facing", "person") not in _claims(_heads(300, 600))
    assert ("person", "facing", "person") not in _claims(_heads(285, 615))


def test_landmarks_of_faces_tell_where_heads_are_turned() -> None:
    scene = _scene(region("person", (200, 50, 400, 560)), region("person", (450, 50, 700, 560)))
    left, right = sorted(scene.persons, key=lambda p: p.box.x0)
    marks = {
        left.id: ((290.0, 100.0), (310.0, 100.0), (312.0, 110.0)),
        right.id: ((590.0, 100.0), (610.0, 100.0), (588.0, 110.0)),
    }
    turned = replace(scene, landmarks=marks)
    assert "facing" in {t.predicate for t in scene_triples(turned)}
    assert "facing" not in {t.predicate for t in scene.triples}


def test_a_crowded_picture_keeps_the_twelve_most_telling_triples() -> None:
    people = [region("person", (60 * i, 100, 70 + 60 * i, 500)) for i in range(8)]
    ties = [region("tie", (25 + 60 * i, 150, 45 + 60 * i, 300)) for i in range(8)]
    triples = _scene(*people, *ties).triples
    assert len(triples) <= 12
    assert sum(t.predicate == "wearing" for t in triples) == 8


def test_interactions_speak_of_persons_and_leave_mere_positions_out() -> None:
    rider, motorcycle = region("person", (380, 120, 520, 500)), region("motorcycle", (300, 300, 600, 560))
    (ride,) = interactions(_scene(rider, motorcycle))
    assert (ride.person_id, ride.verb, ride.object_id) == (rider.id, "ride", motorcycle.id)
    assert interactions(_scene(region("person", (100, 50, 300, 550)), region("person", (310, 60, 500, 560)))) == ()


def test_two_who_reach_around_each_other_with_heads_together_hug() -> None:
    left, right = region("person", (200, 50, 420, 560)), region("person", (280, 50, 500, 560))
    poses = (pose(left, nose=(330, 100), left_wrist=(440, 250)), pose(right, nose=(370, 100), left_wrist=(260, 250)))
    apart = (pose(left, nose=(240, 100), left_wrist=(440, 250)), pose(right, nose=(460, 100), left_wrist=(260, 250)))
    assert [i.verb for i in interactions(_scene(left, right, poses=poses))] == ["hug"]
    assert "hugging" not in {t.predicate for t in _scene(left, right, poses=apart).triples}


def test_an_umbrella_over_a_head_is_held_and_one_beside_is_not() -> None:
    person = region("person", (300, 200, 450, 590))
    assert ("person", "holding", "umbrella") in _claims(_scene(person, region("umbrella", (200, 100, 560, 260))))
    assert _claims(_scene(person, region("umbrella", (600, 100, 960, 260)))) == set()
