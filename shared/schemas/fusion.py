"""What fusion gives: one graph over both media, with the evidence mentions (text mention ids and region ids) of every fact."""

from typing import Literal

from shared.schemas.base import Schema, Scored
from shared.schemas.linking import KBRecord
from shared.schemas.text import Asserted, EventTime, NotAttempted

Medium = Literal["text", "image"]


class Grounding(Scored):
    """A text mention is shown in a region; ``reasons`` holds the parts of the score by name."""

    id: str
    mention_id: str
    region_id: str
    reasons: dict[str, float] = {}


class FusedEntity(Scored):
    """One thing of the world. ``evidence_ids`` are mentions and regions; ``member_ids`` the entities and clusters it merges."""

    id: str
    type: str
    name: str
    evidence_ids: tuple[str, ...]
    member_ids: tuple[str, ...] = ()
    records: tuple[KBRecord, ...] = ()
    reasons: tuple[str, ...] = ()


class FusedArgument(Scored):
    """An entity in a role, stated by the evidence."""

    role: str
    entity_id: str
    evidence_ids: tuple[str, ...]


class AlignmentCell(Schema):
    """One cell of the transport plan between the text graph and the situation graph of an image."""

    source_id: str
    target_id: str
    mass: float
    cost: float


class Alignment(Scored):
    """The explanation of an event match: the transport plan (fused Gromov-Wasserstein, Vayer et al. 2019)."""

    id: str
    text_event_id: str
    visual_event_id: str
    cells: tuple[AlignmentCell, ...] = ()


class FusedEvent(Scored):
    """An event told by text, image or both; ``evidence_ids`` are triggers and regions."""

    id: str
    type: str
    name: str
    media: tuple[Medium, ...]
    evidence_ids: tuple[str, ...]
    member_ids: tuple[str, ...] = ()
    arguments: tuple[FusedArgument, ...] = ()
    time: EventTime | None = None
    asserted: Asserted = "asserted"


class FusedRelation(Scored):
    """A relation between two fused entities."""

    id: str
    type: str
    source_id: str
    target_id: str
    evidence_ids: tuple[str, ...]


class FusedGraph(Schema):
    """The output of fusion."""

    article_id: str
    entities: tuple[FusedEntity, ...] = ()
    events: tuple[FusedEvent, ...] = ()
    relations: tuple[FusedRelation, ...] = ()
    groundings: tuple[Grounding, ...] = ()
    alignments: tuple[Alignment, ...] = ()
    not_attempted: tuple[NotAttempted, ...] = ()
