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
from shared.schemas.vision import ObjectDetection


@dataclass(frozen=True)
class Step:
    """A row of the table. ``needs`` are stages whose outputs it reads; ``builder`` is ``module:function``."""

    name: StageName
    needs: tuple[StageName, ...]
    gives: type[Schema]
    builder: str


PIPELINE: tuple[Step, ...] = (
    Step("text_ie", (), TextExtraction, "services.text_ie.stage:build"),
    Step("object_detection", (), ObjectDetection, "services.object_detection.stage:build"),
    Step("entity_linking", ("text_ie", "object_detection"), EntityLinking, "services.entity_linking.stage:build"),
    Step("visual_events", ("object_detection", "entity_linking"), VisualEvents, "services.visual_events.stage:build"),
    Step("fusion", ("text_ie", "object_detection", "entity_linking", "visual_events"), FusedGraph, "services.fusion.stage:build"),
    Step(
        "graph_writer",
        ("text_ie", "object_detection", "entity_linking", "visual_events", "fusion"),
        GraphReceipt,
        "services.graph_writer.stage:build",
    ),
)
STAGE_NAMES: tuple[StageName, ...] = get_args(StageName)


def step(name: StageName) -> Step:
    """The row of a stage."""
    return next(row for row in PIPELINE if row.name == name)


def waves() -> list[list[Step]]:
    """The table grouped into waves: all rows of a wave may run at the same time, after all earlier waves."""
    done: set[StageName] = set()
    remaining, result = list(PIPELINE), []
    while remaining:
        wave = [row for row in remaining if set(row.needs) <= done]
        result.append(wave)
        done |= {row.name for row in wave}
        remaining = [row for row in remaining if row.name not in done]
    return result
