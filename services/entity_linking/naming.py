"""Names for faces: from the people gallery, else from a caption that leaves no choice."""

from collections.abc import Sequence

import numpy as np

from services.entity_linking.faces import SAME_PERSON, EmbeddedFace, same_person
from shared.gallery import Person
from shared.ids import make_id
from shared.schemas.linking import FaceCluster
from shared.schemas.text import Entity, TextExtraction

CAPTION_RULE = "rules:caption-name@1"
_CAPTION_CONFIDENCE = 0.7
_MARGIN = 0.05


def gallery_match(group: Sequence[EmbeddedFace], people: Sequence[Person]) -> tuple[Person, float] | None:
    """The person whose reference is nearest to the group, and the L2 distance; None when too far or not clearly nearest."""
    ranked = sorted(((_distance(group, person), person) for person in people if person.vectors), key=lambda pair: pair[0])
    if not ranked or ranked[0][0] > SAME_PERSON:
        return None
    if len(ranked) > 1 and ranked[1][0] - ranked[0][0] < _MARGIN:
        return None
    return ranked[0][1], ranked[0][0]


def _distance(group: Sequence[EmbeddedFace], person: Person) -> float:
    return min(float(np.linalg.norm(face.vector - np.asarray(vector))) for face in group for vector in person.vectors)


def caption_person(
    group: Sequence[EmbeddedFace], all_faces: Sequence[EmbeddedFace], text: TextExtraction | None
) -> Entity | None:
    """The one person named in the caption of a picture that shows one face (Berg et al. 2004: names and faces in the news)."""
    if text is None:
        return None
    named: dict[str, Entity] = {}
    for face in group:
        image_id = face.face.region.image_id
        if sum(other.face.region.image_id == image_id for other in all_faces) == 1:
            named |= {entity.id: entity for entity in _people_in_caption(text, f"caption:{image_id}")}
    return next(iter(named.values())) if len(named) == 1 else None


def _people_in_caption(text: TextExtraction, field: str) -> list[Entity]:
    here = {m.id for m in text.mentions if m.span.field == field and m.kind == "name" and m.type == "PER"}
    return [entity for entity in text.entities if entity.type == "PER" and here & set(entity.mention_ids)]


def name_cluster(
    group: Sequence[EmbeddedFace],
    all_faces: Sequence[EmbeddedFace],
    people: Sequence[Person],
    text: TextExtraction | None,
    model: str,
) -> FaceCluster:
    """The cluster with its name, or without one: ``unknown`` is a real answer."""
    face_ids = tuple(face.face.region.id for face in group)
    ident = make_id("face-cluster", *face_ids)
    match = gallery_match(group, people)
    if match is not None:
        person, distance = match
        reason = f"gallery: L2 distance {distance:.2f} to a reference picture of {person.name}"
        confidence = same_person(distance)
        return FaceCluster(
            id=ident,
            face_ids=face_ids,
            name=person.name,
            person_id=person.person_id,
            confidence=confidence,
            model=model,
            reason=reason,
        )
    entity = caption_person(group, all_faces, text)
    if entity is not None:
        reason = "the only face of the picture and the only person in its caption"
        return FaceCluster(
            id=ident, face_ids=face_ids, name=entity.name, confidence=_CAPTION_CONFIDENCE, model=CAPTION_RULE, reason=reason
        )
    return FaceCluster(id=ident, face_ids=face_ids, confidence=min(f.face.region.confidence for f in group), model=model)
