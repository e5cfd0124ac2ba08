"""What visual_events gives: situation frames, scene triples and typed events of each image."""

from shared.schemas.base import Schema, Scored
from shared.schemas.text import NotAttempted
from shared.schemas.vision import Region


class RoleFiller(Scored):
    """A role of a situation frame or visual event, filled by a noun and, where it can be seen, a region."""

    role: str
    noun: str
    region_id: str | None = None


class SituationFrame(Scored):
    """A verb of imSitu with its roles (Yatskar et al. 2016; grounded as in Pratt et al. 2020)."""

    id: str
    image_id: str
    verb: str
    roles: tuple[RoleFiller, ...] = ()


class SceneTriple(Scored):
    """Subject, predicate, object between two regions of one image."""

    id: str
    image_id: str
    subject_id: str
    predicate: str
    object_id: str


class VisualEvent(Scored):
    """An event seen in an image; ``region_id`` is the region that shows it (kind ``image`` for the whole picture)."""

    id: str
    image_id: str
    type: str
    region_id: str
    frame_id: str | None = None
    arguments: tuple[RoleFiller, ...] = ()
    reasons: tuple[str, ...] = ()


class VisualEvents(Schema):
    """The output of visual_events; ``regions`` are those it adds (whole images)."""

    article_id: str
    regions: tuple[Region, ...] = ()
    frames: tuple[SituationFrame, ...] = ()
    triples: tuple[SceneTriple, ...] = ()
    events: tuple[VisualEvent, ...] = ()
    not_attempted: tuple[NotAttempted, ...] = ()
