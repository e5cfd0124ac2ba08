"""What is kept of faces across articles: pieces (one person in one article) and the user's decisions about them."""

from datetime import datetime
from typing import Literal

from shared.schemas.base import Confidence, Schema, TextSpan


class NameEvidence(Schema):
    """A caption that may name a face. ``weight`` is 1 when the caption names one person and 1/n when it names n."""

    name: str
    face_id: str
    article_id: str
    image_id: str
    span: TextSpan
    caption: str
    weight: float


class SeenFace(Schema):
    """A face of an article with its unit vector."""

    face_id: str
    image_id: str
    quality: float
    vector: tuple[float, ...]


class FacePiece(Schema):
    """Faces of one person in one article. ``across_id`` is the cluster that they were put in; decisions may say otherwise.

    ``vector_id`` is the model of the vectors: pieces of different models are never compared. ``person_id`` and ``person_name``
    are the gallery's, where it knows the person.
    """

    across_id: str
    article_id: str
    vector_id: str
    faces: tuple[SeenFace, ...]
    names: tuple[NameEvidence, ...] = ()
    person_id: str | None = None
    person_name: str | None = None
    person_confidence: Confidence = 0.0


class Decision(Schema):
    """What the user decided: ``merge`` puts ``other_id`` into ``cluster_id``, ``split`` takes faces out into ``other_id``."""

    at: datetime
    action: Literal["merge", "split"]
    cluster_id: str
    other_id: str
    face_ids: tuple[str, ...] = ()


class NameCount(Schema):
    """A name with the weight of the captions that give it to the cluster."""

    name: str
    weight: float


class KnownFace(Schema):
    """One person across articles. ``name`` is None where the evidence does not suffice; ``reason`` says why."""

    id: str
    name: str | None = None
    confidence: Confidence = 0.0
    reason: str = ""
    person_id: str | None = None
    face_ids: tuple[str, ...]
    image_ids: tuple[str, ...]
    article_ids: tuple[str, ...]
    names: tuple[NameCount, ...] = ()
    evidence: tuple[NameEvidence, ...] = ()
