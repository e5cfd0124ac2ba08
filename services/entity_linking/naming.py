"""Names for faces: from the people gallery, else from captions of pictures with one face, in this article and in others."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from services.entity_linking.engine import Nearness
from services.entity_linking.faces import EmbeddedFace
from services.entity_linking.thresholds import LIMITS
from shared.faces.records import KnownFace, NameEvidence
from shared.gallery import Person
from shared.ids import make_id
from shared.schemas.article import Article
from shared.schemas.linking import FaceCluster
from shared.schemas.text import TextExtraction, TextMention

CAPTION_RULE = "rules:caption-name"
NAMES_RULE = "rules:face-names"


@dataclass(frozen=True)
class GalleryMatch:
    """The person of the gallery whom a group shows, at this L2 distance."""

    person: Person
    distance: float
    confidence: float


def gallery_match(group: Sequence[EmbeddedFace], people: Sequence[Person], nearness: Nearness) -> GalleryMatch | None:
    """The person whose reference is nearest to the group; None when too far or not clearly nearest."""
    ranked = sorted(((_distance(group, person), person) for person in people if person.vectors), key=lambda pair: pair[0])
    if not ranked or ranked[0][0] > nearness.same:
        return None
    if len(ranked) > 1 and ranked[1][0] - ranked[0][0] < LIMITS.min_person_margin:
        return None
    distance, person = ranked[0]
    return GalleryMatch(person, distance, nearness.confidence(distance))


def _distance(group: Sequence[EmbeddedFace], person: Person) -> float:
    """The smallest distance to a reference of the same engine; references kept before vectors had unit length are scaled."""
    references = [np.asarray(vector) for vector in person.vectors]
    near = [
        float(np.linalg.norm(face.vector - reference / max(float(np.linalg.norm(reference)), np.finfo(np.float64).tiny)))
        for face in group
        for reference in references
        if reference.shape == face.vector.shape
    ]
    return min(near, default=float("inf"))


def caption_names(
    group: Sequence[EmbeddedFace], all_faces: Sequence[EmbeddedFace], article: Article, text: TextExtraction | None
) -> list[NameEvidence]:
    """The people named in captions of pictures that show only one of these faces (Berg et al. 2004)."""
    return [
        row for face in group if text is not None and _alone(face, all_faces) for row in _names_in_caption(face, article, text)
    ]


def _alone(face: EmbeddedFace, all_faces: Sequence[EmbeddedFace]) -> bool:
    """Tell whether it is the picture's only face; faces of less than a quarter of its size are background."""
    box = face.face.region.box
    others = [other for other in all_faces if other is not face and other.face.region.image_id == face.face.region.image_id]
    return all(other.face.region.box.area * LIMITS.background_face_ratio < box.area for other in others)


def _names_in_caption(face: EmbeddedFace, article: Article, text: TextExtraction) -> list[NameEvidence]:
    image_id = face.face.region.image_id
    field = f"caption:{image_id}"
    here = {m.id: m for m in text.mentions if m.span.field == field and m.kind == "name" and m.type == "PER"}
    named: list[tuple[str, TextMention]] = []
    for entity in text.entities:
        mentions = [here[mention_id] for mention_id in entity.mention_ids if mention_id in here]
        if entity.type == "PER" and mentions:
            named.append((entity.name, mentions[0]))
    caption = article.fields().get(field, "")
    return [
        NameEvidence(
            name=name,
            face_id=face.face.region.id,
            article_id=article.article_id,
            image_id=image_id,
            span=mention.span,
            caption=caption,
            weight=round(1 / len(named), 4),
        )
        for name, mention in named
    ]


def name_cluster(
    group: Sequence[EmbeddedFace], match: GalleryMatch | None, known: KnownFace | None, own: Sequence[NameEvidence], model: str
) -> FaceCluster:
    """The cluster with its name, or without one: ``unknown`` is a real answer.

    ``known``: the person across articles, None for faces too poor to be recognised; ``own``: this article's caption evidence.
    """
    face_ids = tuple(face.face.region.id for face in group)
    found = FaceCluster(
        id=make_id("face-cluster", *face_ids),
        face_ids=face_ids,
        across_id=known.id if known else None,
        confidence=min(face.face.region.confidence for face in group),
        model=model,
    )
    if match is not None:
        reason = f"gallery: L2 distance {match.distance:.2f} to a reference picture of {match.person.name}"
        named = {"name": match.person.name, "person_id": match.person.person_id, "confidence": match.confidence}
        return found.model_copy(update=named | {"reason": reason})
    if known is None or known.name is None:
        return found.model_copy(update={"reason": known.reason if known and known.evidence else ""})
    named = {"name": known.name, "person_id": known.person_id, "confidence": known.confidence}
    return found.model_copy(update=named | _rule(known, own))


def _rule(known: KnownFace, own: Sequence[NameEvidence]) -> dict[str, str]:
    """Which rule named the cluster, and why."""
    if known.person_id:
        return {"reason": "the same person, in another article, is in the people gallery"}
    if len(known.evidence) == len(own) == 1:
        return {"reason": "the only face of the picture and the only person in its caption", "model": CAPTION_RULE}
    articles = len({row.article_id for row in known.evidence})
    return {"reason": f"{known.reason}; {articles} article{'s' if articles > 1 else ''}", "model": NAMES_RULE}
