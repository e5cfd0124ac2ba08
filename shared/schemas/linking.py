"""What entity_linking gives: faces, face clusters, flags and links to knowledge-base records."""

from shared.schemas.base import Schema, Scored
from shared.schemas.text import NotAttempted
from shared.schemas.vision import Region


class KBRecord(Schema):
    """A record of a knowledge base; ``id`` carries its source: ``wikidata:Q30``, ``geonames:323786``, ``person:<gallery id>``."""

    id: str
    name: str
    type: str
    description: str = ""
    country_code: str | None = None
    latitude: float | None = None
    longitude: float | None = None


class Link(Scored):
    """A text entity, face cluster or flag region denotes a record."""

    subject_id: str
    record: KBRecord
    reason: str = ""


class Face(Schema):
    """A detected face. ``region`` has kind ``face``; ``person_region_id`` is the person box around it."""

    region: Region
    landmarks: tuple[tuple[float, float], ...] = ()
    quality: float = 0.0
    person_region_id: str | None = None


class FaceCluster(Scored):
    """Faces of one person within an article; ``name`` is given when the gallery or captions name the person.

    ``across_id`` is the same for the person's faces in all articles (``newsgraph faces show``); None where faces are too poor.
    """

    id: str
    face_ids: tuple[str, ...]
    name: str | None = None
    person_id: str | None = None
    across_id: str | None = None
    reason: str = ""


class EntityLinking(Schema):
    """The output of entity_linking. ``flags``, ``logos`` and ``landmarks`` are regions of that kind; links say what they show."""

    article_id: str
    faces: tuple[Face, ...] = ()
    clusters: tuple[FaceCluster, ...] = ()
    flags: tuple[Region, ...] = ()
    logos: tuple[Region, ...] = ()
    landmarks: tuple[Region, ...] = ()
    links: tuple[Link, ...] = ()
    not_attempted: tuple[NotAttempted, ...] = ()
