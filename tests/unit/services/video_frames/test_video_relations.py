"""Tracks, segments and relations from hand-made detections in the keyframes of a video."""

from itertools import pairwise

import pytest

from services.visual_events.video import with_videos
from services.visual_events.video_relations import load_relation_rules
from shared.graph.check import check_subgraph
from shared.graph.evidence import unsupported
from shared.graph.projection import project
from shared.ids import make_id
from shared.ontology import load_ontology
from shared.schemas.article import Article, Image, Video
from shared.schemas.base import Box, Mask
from shared.schemas.fusion import FusedEvent, FusedGraph
from shared.schemas.graph import Subgraph
from shared.schemas.linking import EntityLinking, Face, FaceCluster
from shared.schemas.situations import HumanObjectInteraction, RoleFiller, SceneTriple, SituationFrame, VisualEvent, VisualEvents
from shared.schemas.video import Keyframe, Shot, Timeline, VideoFrames
from shared.schemas.vision import ImageAnalysis, Label, ObjectDetection, Region, Segment
from shared.stage import StageInput

SURE = {"confidence": 0.8, "model": "rules:test"}
SECONDS = (0.0, 2.0, 4.0, 6.0, 8.0, 10.0)
SHOT_OF = (0, 0, 0, 1, 1, 1)
ATTACK, INJURY = "Conflict.Attack", "Life.Injure"


def region(frame: int, label: str, left: float, kind: str = "object") -> Region:
    """A box of 40 x 80 pixels at ``left``."""
    box = Box(x0=left, y0=10, x1=left + 40, y1=90)
    ident = make_id("region", frame, label, left)
    return Region.model_validate({"id": ident, "image_id": f"f{frame}", "box": box, "kind": kind, "label": label, **SURE})


PEOPLE = [region(frame, "person", left) for frame, left in enumerate((100, 110, 120, 20, 30, 200))]
CARS = [region(frame, "car", left) for frame, left in ((0, 100), (1, 105), (2, 300))]
FACES = [region(frame, "face", left + 12, "face") for frame, left in ((1, 110), (4, 30))]


def seen(frame: int, type: str, confidence: float = 0.8) -> VisualEvent:
    """An event of a keyframe, done by its person."""
    actor = RoleFiller(role="Victim", noun="person", region_id=PEOPLE[frame].id, **SURE)
    claim = {"confidence": confidence, "model": "rules:test"}
    return VisualEvent(
        id=f"e{frame}",
        image_id=f"f{frame}",
        type=type,
        region_id=PEOPLE[frame].id,
        frame_id=f"s{frame}",
        arguments=(actor,),
        **claim,
    )


def frame(number: int, verb: str) -> SituationFrame:
    role = RoleFiller(role="agent", noun="person", region_id=PEOPLE[number].id, **SURE)
    return SituationFrame(id=f"s{number}", image_id=f"f{number}", verb=verb, roles=(role,), **SURE)


def given() -> StageInput:
    """A video of two shots of six seconds: an attack in frames 0 to 2, somebody hurt in frame 4."""
    images = [Image(image_id=f"f{n}", media_type="image/jpeg", width=320, height=100) for n in range(6)]
    keyframes = tuple(Keyframe(image=images[n], video_id="v", seconds=s, shot=SHOT_OF[n]) for n, s in enumerate(SECONDS))
    shots = (Shot(start=0, end=6), Shot(start=6, end=12))
    timeline = Timeline(video_id="v", duration=12.0, shots=shots, keyframes=keyframes)
    video = Video(video_id="v", media_type="video/mp4", width=320, height=100, duration=12.0, caption="A street")
    sky = Segment(label="sky", share=0.4, mask=Mask(height=1, width=2, counts=(1, 1)), **SURE)
    analyses = tuple(
        ImageAnalysis(image_id=f"f{n}", width=320, height=100, regions=(PEOPLE[n], *(c for c in CARS if c.image_id == f"f{n}")),
                      segments=(sky,) if n == 0 else ())
        for n in range(6)
    )  # fmt: skip
    faces = tuple(Face(region=f, person_region_id=PEOPLE[n].id) for f, n in zip(FACES, (1, 4), strict=True))
    cluster = FaceCluster(id="cluster-1", face_ids=tuple(f.id for f in FACES), **SURE)
    return StageInput(
        article=Article(article_id="article-v", text="A man was hurt.", videos=(video,)),
        video_frames=VideoFrames(article_id="article-v", videos=(timeline,)),
        object_detection=ObjectDetection(article_id="article-v", images=analyses),
        entity_linking=EntityLinking(article_id="article-v", faces=faces, clusters=(cluster,)),
    )


def found() -> VisualEvents:
    """What the stage saw, frame by frame."""
    events = (seen(0, ATTACK, 0.6), seen(1, ATTACK, 0.9), seen(2, ATTACK, 0.5), seen(4, INJURY))
    frames = (frame(0, "attacking"), frame(1, "attacking"), frame(4, "ailing"))
    triple = SceneTriple(id="t", image_id="f0", subject_id=PEOPLE[0].id, predicate="near", object_id=CARS[0].id, **SURE)
    act = HumanObjectInteraction(id="h", image_id="f0", person_id=PEOPLE[0].id, verb="push", object_id=CARS[0].id, **SURE)
    return VisualEvents(article_id="article-v", events=events, frames=frames, triples=(triple,), interactions=(act,))


@pytest.fixture(scope="module")
def output() -> VisualEvents:
    return with_videos(given(), found())


def test_boxes_that_overlap_are_one_track_within_a_shot_and_the_face_joins_shots(output: VisualEvents) -> None:
    people = [track for track in output.tracks if track.label == "person"]
    assert [set(track.region_ids) for track in people] == [{p.id for p in PEOPLE[:5]}]
    assert (people[0].cluster_id, people[0].start, people[0].end) == ("cluster-1", 0.0, 10.0)


def test_a_box_elsewhere_begins_another_track_and_one_sighting_is_none(output: VisualEvents) -> None:
    cars = [track for track in output.tracks if track.label == "car"]
    assert [track.region_ids for track in cars] == [(CARS[0].id, CARS[1].id)]
    assert PEOPLE[5].id not in {region for track in output.tracks for region in track.region_ids}


def test_without_faces_no_track_goes_through_a_cut() -> None:
    alone = given().model_copy(update={"entity_linking": None})
    tracks = [t for t in with_videos(alone, found()).tracks if t.label == "person"]
    assert [(t.start, t.end) for t in tracks] == [(0.0, 6.0), (6.0, 10.0)]


def test_segments_last_two_seconds_and_take_the_surest_frame(output: VisualEvents) -> None:
    assert [(s.start, s.end, s.verb, s.event_type) for s in output.segments] == [
        (0.0, 2.0, "attacking", ATTACK),
        (2.0, 4.0, "attacking", ATTACK),
        (4.0, 6.0, None, ATTACK),
        (8.0, 10.0, "ailing", INJURY),
    ]
    assert output.segments[0].roles[0].region_id == PEOPLE[0].id


def test_an_event_that_goes_on_is_one_event_with_its_seconds(output: VisualEvents) -> None:
    assert [event.id for event in output.events] == ["e1", "e4"]
    assert output.events[0].reasons[-1] == "seen from 0.0 to 6.0 s in 3 keyframes"
    assert [s.event_ids for s in output.segments] == [("e1",), ("e1",), ("e1",), ("e4",)]


def test_the_attack_comes_before_the_injury_and_causes_it(output: VisualEvents) -> None:
    told = {(r.relation, r.source_event_id, r.target_event_id): r for r in output.relations if r.source_event_id}
    assert set(told) == {("before", "e1", "e4"), ("causes", "e1", "e4")}
    causes = told["causes", "e1", "e4"]
    rule = next(r for r in load_relation_rules().relations if (r.first, r.then) == (ATTACK, INJURY))
    assert causes.confidence == pytest.approx(rule.base * 0.8 * 1.25, abs=0.001)
    assert causes.model == "rules:video-relations"
    assert [(r.source_id, r.target_id) for r in output.relations if not r.source_event_id] == [
        (a.id, b.id) for a, b in pairwise(output.segments)
    ]


def test_the_other_order_causes_nothing() -> None:
    swapped = found().model_copy(update={"events": (seen(0, INJURY), seen(4, ATTACK))})
    assert {r.relation for r in with_videos(given(), swapped).relations} == {"before"}


def test_photographs_keep_their_events_and_without_keyframes_nothing_changes() -> None:
    photograph = seen(0, ATTACK).model_copy(update={"id": "p", "image_id": "photo"})
    both = found().model_copy(update={"events": (photograph, *found().events)})
    assert [event.id for event in with_videos(given(), both).events] == ["p", "e1", "e4"]
    plain = given().model_copy(update={"video_frames": None})
    assert with_videos(plain, both) == both


def test_every_type_of_the_rules_is_in_the_ontology() -> None:
    known = set(load_ontology().event_types)
    named = {type for rule in load_relation_rules().relations for type in (rule.first, rule.then)}
    parents = {".".join(type.split(".")[:2]) for type in known}
    assert named <= known | parents


def graph() -> Subgraph:
    """The graph of the video with the two events fused as they are."""
    event = {"media": ("image",), **SURE}
    attack = FusedEvent(id="attack", type=ATTACK, name="attack", evidence_ids=(PEOPLE[1].id,), member_ids=("e1",), **event)
    injury = FusedEvent(id="injury", type=INJURY, name="injury", evidence_ids=(PEOPLE[4].id,), member_ids=("e4",), **event)
    seen_all, fused = with_videos(given(), found()), FusedGraph(article_id="article-v", events=(attack, injury))
    marked = Label(label="soldier", **SURE)
    person = PEOPLE[0].model_copy(
        update={"mask": Mask(height=1, width=2, counts=(0, 2)), "attributes": (marked,), "detections": (marked,)}
    )
    vision = given().object_detection
    assert vision is not None
    first = vision.images[0].model_copy(update={"regions": (person, CARS[0])})
    vision = vision.model_copy(update={"images": (first, *vision.images[1:])})
    return project(given().model_copy(update={"object_detection": vision, "visual_events": seen_all, "fusion": fused}))


def test_the_graph_of_a_video_lacks_no_evidence_and_any_store_takes_it() -> None:
    assert unsupported(graph()) == []
    check_subgraph("article-v", graph())
    assert [node.id for node in graph().nodes if not node.properties.get("name")] == []


def test_facts_point_at_the_seconds_in_which_they_are_seen() -> None:
    nodes = {node.id: node for node in graph().nodes}
    times = {key: nodes[key].properties for key in ("attack", "injury", PEOPLE[4].id, "f4")}
    assert {key: (p["video_id"], p["start_seconds"], p["end_seconds"]) for key, p in times.items()} == {
        "attack": ("v", 0.0, 6.0), "injury": ("v", 8.0, 10.0), PEOPLE[4].id: ("v", 8.0, 10.0), "f4": ("v", 8.0, 10.0),
    }  # fmt: skip
    assert nodes["f4"].labels == ("Image", "Keyframe")
    assert nodes[PEOPLE[4].id].properties["track_id"] == nodes[PEOPLE[0].id].properties["track_id"]


def test_videos_keyframes_segments_and_their_order_are_edges() -> None:
    ends = {(edge.type, edge.source_id, edge.target_id) for edge in graph().edges}
    assert {("HAS_VIDEO", "article-v", "v"), ("HAS_KEYFRAME", "v", "f0"), ("IN", PEOPLE[0].id, "f0")} < ends
    assert {("BEFORE", "attack", "injury"), ("CAUSES", "attack", "injury")} < ends
    segments = [node.id for node in graph().nodes if node.labels == ("Video", "Segment")]
    assert len(segments) == 4
    assert {("IN", segment, "v") for segment in segments} < ends
    assert ("SHOWN_IN", "injury", segments[3]) in ends


def test_masks_attributes_interactions_and_segments_of_pictures_are_in_the_graph_but_no_mask_bytes() -> None:
    nodes, edges = {node.id: node.properties for node in graph().nodes}, graph().edges
    person = nodes[PEOPLE[0].id]
    assert (person["has_mask"], person["attributes"], person["attribute_confidences"]) == (True, ["soldier"], [0.8])
    assert person["detections"] == ["rules:test: soldier 0.80"]
    assert nodes[CARS[0].id]["has_mask"] is None
    assert (nodes["f0"]["segments"], nodes["f0"]["segment_shares"]) == (["sky"], [0.4])
    assert [(e.source_id, e.target_id, e.properties["predicate"]) for e in edges if e.type == "INTERACTS"] == [
        (PEOPLE[0].id, CARS[0].id, "push")
    ]
    assert "counts" not in graph().model_dump_json()
