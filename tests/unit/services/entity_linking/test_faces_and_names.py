"""Clusters of faces, and what names a face: gallery before caption, and no name rather than a guess."""

import numpy as np

from services.entity_linking.engine import DetectedFace, DistanceCalibration, FaceVector
from services.entity_linking.engines.dlib_faces import DIMENSIONS
from services.entity_linking.face_names import CAPTION_RULE, caption_names, gallery_match, name_cluster
from services.entity_linking.faces import EmbeddedFace, cluster, face_region, frontal, group, make_face, quality
from services.entity_linking.person_links import link_people, person_record
from shared.faces.records import KnownFace
from shared.gallery import Person
from shared.schemas.article import Article
from shared.schemas.base import Box, TextSpan
from shared.schemas.text import Entity, Language, TextExtraction, TextMention
from shared.schemas.vision import Region

CALIBRATION = DistanceCalibration(same=0.4, slope=20)
ARTICLE = Article(article_id="a", text="Nothing.")
GREY = np.full((200, 200, 3), 128, dtype=np.uint8)


def vector(place: float) -> FaceVector:
    """A point on the unit circle, so that distances are about the differences of the angles."""
    point = np.zeros(DIMENSIONS)
    point[:2] = np.cos(place), np.sin(place)
    return point


def face(image_id: str, place: float, left: float = 20) -> EmbeddedFace:
    detected = DetectedFace(box=Box(x0=left, y0=20, x1=left + 40, y1=60), landmarks=(), confidence=0.9)
    region = face_region("a", image_id, detected, "test")
    return EmbeddedFace(make_face(region, detected, GREY, ()), vector(place))


def person(name: str, place: float, kb_id: str | None = None) -> Person:
    return Person(person_id=f"person-{name}", name=name, kb_id=kb_id, image_ids=("x",), vectors=(tuple(vector(place)),))


def caption(image_id: str, *names: str) -> TextExtraction:
    spans = [TextSpan(field=f"caption:{image_id}", start=i * 20, end=i * 20 + len(name)) for i, name in enumerate(names)]
    mentions = tuple(
        TextMention(id=name, span=span, head=span, text=name, kind="name", type="PER", confidence=1, model="test")
        for name, span in zip(names, spans, strict=True)
    )
    entities = tuple(Entity(id=f"e-{n}", type="PER", name=n, mention_ids=(n,), confidence=1, model="test") for n in names)
    return TextExtraction(
        article_id="a", language=Language(code="en", confidence=1, model="test"), mentions=mentions, entities=entities
    )


def test_the_confidence_of_a_match_falls_with_distance_and_is_half_at_the_threshold() -> None:
    assert CALIBRATION.confidence(0.4) == 0.5
    assert CALIBRATION.confidence(0.2) > 0.95 > CALIBRATION.confidence(0.35) > CALIBRATION.confidence(0.45)


def test_near_faces_of_two_pictures_are_one_person_and_far_ones_are_not() -> None:
    groups = cluster([face("i1", 0.0), face("i2", 0.3), face("i3", 1.5)], CALIBRATION.same)
    assert sorted(sorted(f.face.region.image_id for f in group) for group in groups) == [["i1", "i2"], ["i3"]]


def test_two_faces_of_one_picture_are_never_one_person() -> None:
    assert len(cluster([face("i1", 0.0, left=20), face("i1", 0.0, left=120)], CALIBRATION.same)) == 2


def test_no_face_and_one_face_need_no_comparison() -> None:
    assert cluster([], CALIBRATION.same) == []
    assert group(np.zeros((1, DIMENSIONS)), CALIBRATION.same) == [0]


def test_a_profile_is_less_frontal_than_a_portrait() -> None:
    assert frontal(((30, 50), (70, 50), (50, 70), (35, 90), (65, 90))) == 1.0
    assert frontal(((30, 50), (60, 50), (28, 52), (30, 90), (40, 90))) < 0.3


def test_a_face_belongs_to_the_smallest_person_box_around_it() -> None:
    def box(ident: str, label: str, side: float) -> Region:
        return Region(
            id=ident,
            image_id="i1",
            box=Box(x0=0, y0=0, x1=side, y1=side),
            kind="object",
            label=label,
            confidence=0.9,
            model="test",
        )

    detected = DetectedFace(box=Box(x0=20, y0=20, x1=60, y1=60), landmarks=(), confidence=0.9)
    region = face_region("a", "i1", detected, "test")
    objects = [box("wide", "person", 190), box("near", "person", 100), box("tie", "tie", 70)]
    assert make_face(region, detected, GREY, objects).person_region_id == "near"


def test_a_flat_grey_patch_has_no_quality() -> None:
    assert quality(GREY, face("i1", 0).face.region) == 0.0


def matched(group: list[EmbeddedFace], people: list[Person]) -> str | None:
    match = gallery_match(group, people, CALIBRATION)
    return match.person.name if match else None


def test_the_nearest_person_must_be_near_and_clearly_the_nearest() -> None:
    group = [face("i1", 0.0)]
    assert matched(group, [person("Ada", 0.3), person("Bea", 0.9)]) == "Ada"
    assert matched(group, [person("Bea", 0.9)]) is None
    assert matched(group, [person("Ada", 0.3), person("Bea", 0.32)]) is None


def test_references_of_another_engine_are_never_compared_and_old_ones_of_any_length_are() -> None:
    other = Person(person_id="p", name="Ada", image_ids=(), vectors=((1.0, 0.0),))
    long = Person(person_id="p", name="Ada", image_ids=(), vectors=(tuple(1.4 * vector(0.1)),))
    assert matched([face("i1", 0.0)], [other]) is None
    assert matched([face("i1", 0.0)], [long]) == "Ada"


def said(one: EmbeddedFace, faces: list[EmbeddedFace], text: TextExtraction) -> list[tuple[str, float]]:
    return [(row.name, row.weight) for row in caption_names([one], faces, ARTICLE, text)]


def test_only_captions_of_pictures_with_one_face_speak_and_two_names_share_the_weight() -> None:
    one, other = face("i1", 0.0), face("i1", 1.0, left=120)
    assert said(one, [one], caption("i1", "Bea Stone")) == [("Bea Stone", 1.0)]
    assert said(one, [one], caption("i1", "Bea Stone", "Ada Lane")) == [("Bea Stone", 0.5), ("Ada Lane", 0.5)]
    assert said(one, [one, other], caption("i1", "Bea Stone")) == []
    assert said(one, [one], caption("i2", "Bea Stone")) == []


def test_the_gallery_goes_before_the_caption_and_unknown_is_an_answer() -> None:
    one = face("i1", 0.0)
    own = caption_names([one], [one], ARTICLE, caption("i1", "Bea Stone"))
    known = KnownFace(
        id="k", name="Bea Stone", confidence=0.7, face_ids=("f",), image_ids=("i1",), article_ids=("a",), evidence=tuple(own)
    )
    match = gallery_match([one], [person("Ada", 0.2)], CALIBRATION)
    assert name_cluster([one], match, known, own, "test").name == "Ada"
    from_caption = name_cluster([one], None, known, own, "test")
    assert (from_caption.name, from_caption.model, from_caption.across_id) == ("Bea Stone", CAPTION_RULE, "k")
    assert name_cluster([one], None, known.model_copy(update={"name": None}), own, "test").name is None
    assert name_cluster([one], None, None, (), "test").across_id is None


def test_only_a_full_unambiguous_name_links_to_the_gallery() -> None:
    text = caption("i1", "Bea Stone", "Stone")
    bea = person("Bea Stone", 0, "wikidata:Q1")
    assert [(link.subject_id, link.record) for link in link_people(text, [bea])] == [("e-Bea Stone", person_record(bea))]
    twin = Person(person_id="person-2", name="bea stone", image_ids=(), vectors=())
    assert link_people(text, [bea, twin]) == []
