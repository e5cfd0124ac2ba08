"""Clusters of faces, and what names a face: gallery before caption, and no name rather than a guess."""

import numpy as np
import pytest

from services.entity_linking.engines.centerface import DetectedFace
from services.entity_linking.engines.dlib_faces import DIMENSIONS, FaceVector
from services.entity_linking.faces import EmbeddedFace, cluster, face_region, make_face, quality, same_person
from services.entity_linking.naming import gallery_match, name_cluster
from services.entity_linking.people import link_people, person_record
from shared.gallery import Person
from shared.schemas.base import Box, TextSpan
from shared.schemas.text import Entity, Language, TextExtraction, TextMention
from shared.schemas.vision import Region

GREY = np.full((200, 200, 3), 128, dtype=np.uint8)


def vector(place: float) -> FaceVector:
    """A point on a line, so that distances are differences."""
    point = np.zeros(DIMENSIONS)
    point[0] = place
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
    assert same_person(0.55) == 0.5
    assert same_person(0.3) > 0.95 > same_person(0.5) > same_person(0.6)


def test_near_faces_of_two_pictures_are_one_person_and_far_ones_are_not() -> None:
    groups = cluster([face("i1", 0.0), face("i2", 0.3), face("i3", 1.5)])
    assert sorted(sorted(f.face.region.image_id for f in group) for group in groups) == [["i1", "i2"], ["i3"]]


def test_two_faces_of_one_picture_are_never_one_person() -> None:
    assert len(cluster([face("i1", 0.0, left=20), face("i1", 0.0, left=120)])) == 2


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


def test_the_nearest_person_must_be_near_and_clearly_the_nearest() -> None:
    group = [face("i1", 0.0)]
    assert gallery_match(group, [person("Ada", 0.3), person("Bea", 0.9)]) == (person("Ada", 0.3), pytest.approx(0.3))
    assert gallery_match(group, [person("Bea", 0.9)]) is None
    assert gallery_match(group, [person("Ada", 0.3), person("Bea", 0.32)]) is None


def test_the_gallery_goes_before_the_caption() -> None:
    group = [face("i1", 0.0)]
    assert name_cluster(group, group, [person("Ada", 0.2)], caption("i1", "Bea Stone"), "test").name == "Ada"
    assert name_cluster(group, group, [], caption("i1", "Bea Stone"), "test").name == "Bea Stone"


def test_a_caption_with_two_names_or_a_picture_with_two_faces_names_nobody() -> None:
    one, other = face("i1", 0.0), face("i1", 1.0, left=120)
    assert name_cluster([one], [one], [], caption("i1", "Bea Stone", "Ada Lane"), "test").name is None
    assert name_cluster([one], [one, other], [], caption("i1", "Bea Stone"), "test").name is None
    assert name_cluster([one], [one], [], caption("i2", "Bea Stone"), "test").name is None


def test_only_a_full_unambiguous_name_links_to_the_gallery() -> None:
    text = caption("i1", "Bea Stone", "Stone")
    bea = person("Bea Stone", 0, "wikidata:Q1")
    assert [(link.subject_id, link.record) for link in link_people(text, [bea])] == [("e-Bea Stone", person_record(bea))]
    twin = Person(person_id="person-2", name="bea stone", image_ids=(), vectors=())
    assert link_people(text, [bea, twin]) == []
