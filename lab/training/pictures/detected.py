"""What the production detectors find in photographs of events.

``python -m lab.training.pictures.detected --data FOLDER --work FOLDER`` (in the project's own environment) appends to
``detected.jsonl``, a line a picture, and goes on where it stopped.
"""

from collections.abc import Iterator
from pathlib import Path
from typing import Annotated

import typer
from tqdm import tqdm

from lab.evaluation.vision.bench import Bench
from lab.training.pictures.sets import pictures
from shared.schemas.base import Schema
from shared.schemas.job import StageName
from shared.schemas.vision import ImageAnalysis, Region
from shared.settings import Settings

SETS = ("wider_events", "ucla_protest")
STAGES: tuple[StageName, ...] = ("object_detection", "entity_linking")
_AT_ONCE = 8


class Detected(Schema):
    """A picture by name, with what detectors found and the faces in it."""

    name: str
    analysis: ImageAnalysis
    faces: tuple[Region, ...] = ()


def read_detected(work: Path) -> Iterator[Detected]:
    """The lines so far."""
    file = work / "detected.jsonl"
    if file.exists():
        with file.open(encoding="utf-8") as lines:
            yield from (Detected.model_validate_json(line) for line in lines)


def main(data: Annotated[Path, typer.Option()], work: Annotated[Path, typer.Option()]) -> None:
    """Run the detectors over what is missing."""
    done = {row.name for row in read_detected(work)}
    rows = [row for row in pictures(data, SETS) if row.name not in done]
    bench = Bench(Settings(), lambda at, of: None)
    bench.load(STAGES)
    with (work / "detected.jsonl").open("a", encoding="utf-8") as file:
        for start in tqdm(range(0, len(rows), _AT_ONCE)):
            batch = rows[start : start + _AT_ONCE]
            given = bench.through(STAGES, [row.photograph.path.read_bytes() for row in batch])
            for row, outputs in zip(batch, given, strict=True):
                if outputs.object_detection and outputs.object_detection.images:
                    faces = tuple(face.region for face in outputs.entity_linking.faces) if outputs.entity_linking else ()
                    seen = Detected(name=row.name, analysis=outputs.object_detection.images[0], faces=faces)
                    file.write(seen.model_dump_json() + "\n")


if __name__ == "__main__":
    typer.run(main)
