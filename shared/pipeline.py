"""The pipeline: one visible table. Workers, canvas, launcher, compose file and job reports all follow it."""

from dataclasses import dataclass
from typing import get_args

from shared.schemas.base import Schema
from shared.schemas.fusion import FusedGraph
from shared.schemas.graph import GraphReceipt
from shared.schemas.job import StageName
from shared.schemas.linking import EntityLinking
from shared.schemas.situations import VisualEvents
from shared.schemas.text import TextExtraction
from shared.schemas.video import VideoFrames
from shared.schemas.vision import ObjectDetection


@dataclass(frozen=True)
class Step:
    """A row of the table. ``needs`` are stages whose outputs it reads; ``builder`` is ``module:function``."""

    name: StageName
    needs: tuple[StageName, ...]
    gives: type[Schema]
    builder: str


_PICTURES: tuple[StageName, ...] = ("video_frames", "object_detection", "entity_linking")
_FOUND: tuple[StageName, ...] = ("text_ie", *_PICTURES, "visual_events")
PIPELINE: tuple[Step, ...] = (
    Step("text_ie", (), TextExtraction, "services.text_ie.stage:build"),
    Step("video_frames", (), VideoFrames, "services.video_frames.stage:build"),
    Step("object_detection", ("video_frames",), ObjectDetection, "services.object_detection.stage:build"),
    Step("entity_linking", ("text_ie", "video_frames", "object_detection"), EntityLinking, "services.entity_linking.stage:build"),
    Step("visual_events", ("text_ie", *_PICTURES), VisualEvents, "services.visual_events.stage:build"),
    Step("fusion", _FOUND, FusedGraph, "services.fusion.stage:build"),
    Step("graph_writer", (*_FOUND, "fusion"), GraphReceipt, "services.graph_writer.stage:build"),
)
STAGE_NAMES: tuple[StageName, ...] = get_args(StageName)


def step(name: StageName) -> Step:
    """The row of a stage."""
    return next(row for row in PIPELINE if row.name == name)


def waves() -> list[list[tuple[Step, ...]]]:
    """The table as waves of lines: the lines of a wave may run at the same time, after all earlier waves; a line runs in order.

    A row joins a line where it waits for that line's last row and for no other line, so that no line waits for another.
    """
    done: set[StageName] = set()
    remaining, result = list(PIPELINE), []
    while remaining:
        lines = _lines(remaining, done)
        result.append(lines)
        done |= {row.name for line in lines for row in line}
        remaining = [row for row in remaining if row.name not in done]
    return result


def _lines(remaining: list[Step], done: set[StageName]) -> list[tuple[Step, ...]]:
    lines: list[tuple[Step, ...]] = []
    for row in remaining:
        missing = set(row.needs) - done
        if not missing:
            lines.append((row,))
            continue
        for number, line in enumerate(lines):
            if line[-1].name in missing and missing <= {earlier.name for earlier in line}:
                lines[number] = (*line, row)
    return lines
