"""The pipeline: one visible table. Workers, canvas, launcher, containers and job reports all follow it."""

from collections.abc import Iterable

from shared.commands import ENROL, REBUILD, SEARCH
from shared.schemas.job import StageName
from shared.stage import Step

_PICTURES: tuple[StageName, ...] = ("video_frames", "object_detection", "entity_linking")
_READERS: tuple[StageName, ...] = ("text_ie", *_PICTURES, "visual_events")
PIPELINE: tuple[Step, ...] = (
    Step("text_ie", needs=(), builder="services.text_ie.stage:build", requirements="text-ie"),
    Step("video_frames", needs=(), builder="services.video_frames.stage:build", requirements="video"),
    Step(
        "object_detection",
        needs=("video_frames",),
        builder="services.object_detection.stage:build",
        requirements="vision",
    ),
    Step(
        "entity_linking",
        needs=("text_ie", "video_frames", "object_detection"),
        builder="services.entity_linking.stage:build",
        requirements="entity-linking",
        commands=(ENROL, REBUILD),
    ),
    Step(
        "visual_events",
        needs=("text_ie", *_PICTURES),
        builder="services.visual_events.stage:build",
        requirements="vision",
        commands=(SEARCH,),
    ),
    Step("fusion", needs=_READERS, builder="services.fusion.stage:build", requirements="fusion"),
    Step(
        "graph_writer",
        needs=(*_READERS, "fusion"),
        builder="services.graph_writer.stage:build",
        requirements="core",
        waits_for="the graph",
    ),
)


def step(name: StageName) -> Step:
    """The row of a stage."""
    return next(row for row in PIPELINE if row.name == name)


def queues(rows: Iterable[Step] = PIPELINE) -> dict[str, StageName]:
    """The queue of each task of the broker: that of its stage."""
    return {task: row.name for row in rows for task in (row.task, *(command.task for command in row.commands))}
