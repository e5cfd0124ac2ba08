"""Jobs: the state of an article on its way through the stages."""

from datetime import datetime
from typing import Literal, get_args

from shared.schemas.base import Schema
from shared.schemas.text import NotAttempted

StageName = Literal["text_ie", "video_frames", "object_detection", "entity_linking", "visual_events", "fusion", "graph_writer"]
STAGE_NAMES: tuple[StageName, ...] = get_args(StageName)
StageState = Literal["waiting", "running", "done", "reused", "failed"]
JobState = Literal["queued", "running", "done", "partial", "failed"]


class StageReport(Schema):
    """What one stage did: ``counts`` by kind of result, ``error`` a message a person can act on.

    A stage that waits for something outside (the graph) is ``waiting`` with an ``error`` that says for what, and is tried again
    at ``retry_at``; ``retries`` counts, ``waiting_since`` is when it first could not go on.
    """

    stage: StageName
    state: StageState = "waiting"
    started_at: datetime | None = None
    finished_at: datetime | None = None
    seconds: float | None = None
    counts: dict[str, int] = {}
    models: tuple[str, ...] = ()
    not_attempted: tuple[NotAttempted, ...] = ()
    error: str | None = None
    retries: int = 0
    retry_at: datetime | None = None
    waiting_since: datetime | None = None


class Job(Schema):
    """One run of the pipeline over one article; ``partial`` when a stage failed and the rest went through."""

    job_id: str
    article_id: str
    state: JobState = "queued"
    created_at: datetime
    finished_at: datetime | None = None
    forced: bool = False
    stages: tuple[StageReport, ...] = ()
