"""What visual_events gives: situation frames, scene triples, interactions, typed events and phrases of each image."""

from typing import Literal

from shared.schemas.base import Box, Schema, Scored
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


class HumanObjectInteraction(Scored):
    """What a person does with a thing or another person; verbs as in HICO-DET (``ride``, ``talk on``; Chao et al. 2018)."""

    id: str
    image_id: str
    person_id: str
    verb: str
    object_id: str


class PhraseGrounding(Scored):
    """Where an image shows what a text mention speaks of.

    ``region_id`` None and ``box`` None: nowhere. ``region_id`` None and a ``box``: seen there, but no region of a detector fits.
    """

    image_id: str
    mention_id: str
    region_id: str | None = None
    box: Box | None = None


class EventFit(Scored):
    """How well the sentence of a text event fits an image, against the other event sentences (image-text encoder)."""

    image_id: str
    event_id: str


class VisualEvent(Scored):
    """An event seen in an image; ``region_id`` is the region that shows it (kind ``image`` for the whole picture).

    ``vector``: where a trained model saw it, [384] in MiniLM's space of sentences, rounded to three decimals; otherwise empty.
    """

    id: str
    image_id: str
    type: str
    region_id: str
    frame_id: str | None = None
    arguments: tuple[RoleFiller, ...] = ()
    reasons: tuple[str, ...] = ()
    vector: tuple[float, ...] = ()


class Track(Scored):
    """One thing or person followed through the keyframes of a shot or, by the face (``cluster_id``), through several shots.

    ``region_ids`` by time; ``start`` and ``end`` in seconds of the video.
    """

    id: str
    video_id: str
    label: str
    region_ids: tuple[str, ...]
    cluster_id: str | None = None
    start: float
    end: float


class VideoSegment(Scored):
    """Two seconds of a video with what happens in them, as in VidSitu (Sadhu et al. 2021).

    ``verb`` and ``roles`` are those of the most confident situation frame of its keyframes, None where no frame is known;
    ``event_ids`` are the visual events that go on in it.
    """

    id: str
    video_id: str
    start: float
    end: float
    verb: str | None = None
    event_type: str | None = None
    roles: tuple[RoleFiller, ...] = ()
    image_ids: tuple[str, ...] = ()
    frame_ids: tuple[str, ...] = ()
    event_ids: tuple[str, ...] = ()


class SegmentRelation(Scored):
    """How two segments of a video relate: their order, or VidSitu's relations of events. Pairs without one are unrelated.

    The source comes first in time; ``reaction``: the target reacts to the source. ``source_event_id`` and ``target_event_id``:
    the visual events so related, None where only the segments follow each other.
    """

    id: str
    source_id: str
    target_id: str
    relation: Literal["before", "enables", "causes", "reaction"]
    source_event_id: str | None = None
    target_event_id: str | None = None
    reason: str = ""


class VisualEvents(Schema):
    """The output of visual_events; ``regions`` are those it adds (whole images, crowds)."""

    article_id: str
    regions: tuple[Region, ...] = ()
    frames: tuple[SituationFrame, ...] = ()
    triples: tuple[SceneTriple, ...] = ()
    events: tuple[VisualEvent, ...] = ()
    interactions: tuple[HumanObjectInteraction, ...] = ()
    phrases: tuple[PhraseGrounding, ...] = ()
    fits: tuple[EventFit, ...] = ()
    tracks: tuple[Track, ...] = ()
    segments: tuple[VideoSegment, ...] = ()
    relations: tuple[SegmentRelation, ...] = ()
    not_attempted: tuple[NotAttempted, ...] = ()
