"""Seconds of each part of the work on one picture of a megapixel, beside the SSD detector alone in the same run.

python -m lab.benchmarks.pictures [--picture FILE ...] [--rounds 3]

Each picture is brought to about 1152 x 864 pixels. Wall time and time of all threads are given: on a machine that does other
work the second one is the steadier. Ratios, not seconds, can be compared between machines.
"""

import io
import os
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Annotated, TypeVar

import cv2
import numpy as np
import typer
from PIL import Image as Pillow

from services.object_detection.catalogue import ENGINES, SSD, SSD_GRAPH, load
from services.object_detection.engines.ssd import SsdDetector
from services.pipeline import step
from services.stage_process import build_stage
from shared.blobs import FolderBlobs
from shared.engines import EngineRegistry
from shared.pictures import RgbArray, decode_rgb
from shared.samples import sample_articles
from shared.schemas.article import Article, Image
from shared.schemas.job import StageName
from shared.schemas.linking import EntityLinking
from shared.schemas.vision import ObjectDetection
from shared.settings import Settings
from shared.stage import Stage, StageInput

_PIXELS = 1152 * 864
_STAGES: tuple[StageName, ...] = ("object_detection", "entity_linking", "visual_events")
Result = TypeVar("Result")


@dataclass(frozen=True)
class Seconds:
    """The best of some rounds: wall time, and time of all threads of the process."""

    wall: float
    threads: float


def best(work: Callable[[], Result], rounds: int) -> tuple[Seconds, Result]:
    """Run it once to warm up and then measure; also the last result."""
    result, wall, threads = work(), float("inf"), float("inf")
    for _ in range(rounds):
        start, busy = time.perf_counter(), time.process_time()
        result = work()
        wall, threads = min(wall, time.perf_counter() - start), min(threads, time.process_time() - busy)
    return Seconds(wall, threads), result


def megapixel(picture: RgbArray) -> RgbArray:
    """The picture with about 1152 x 864 pixels in its own proportions."""
    scale = (_PIXELS / (picture.shape[0] * picture.shape[1])) ** 0.5
    size = round(picture.shape[1] * scale), round(picture.shape[0] * scale)
    return np.asarray(cv2.resize(picture, size, interpolation=cv2.INTER_AREA if scale < 1 else cv2.INTER_CUBIC), dtype=np.uint8)


def main(
    picture: Annotated[list[Path] | None, typer.Option(help="photographs; the samples without any")] = None,
    rounds: Annotated[int, typer.Option(help="the best of so many")] = 3,
) -> None:
    """Print a table for each picture and the mean of all."""
    files = picture or [p for p in sorted((sample_articles() / "images").iterdir()) if p.suffix in (".jpg", ".png")]
    settings = Settings()
    rows = []
    with TemporaryDirectory() as folder:
        bench = _Bench(settings, FolderBlobs(Path(folder)), rounds)
        for file in files:
            times = bench.measure(megapixel(decode_rgb(file.read_bytes())))
            _show(file.name, times)
            rows.append(times)
    mean = {
        name: Seconds(float(np.mean([r[name].wall for r in rows])), float(np.mean([r[name].threads for r in rows])))
        for name in rows[0]
    }
    _show(f"mean of {len(rows)} pictures on {os.cpu_count()} cores", mean)


class _Bench:
    """The stages of the picture path and the parts of the first one."""

    def __init__(self, settings: Settings, blobs: FolderBlobs, rounds: int) -> None:
        self._blobs, self._rounds = blobs, rounds
        registry = EngineRegistry(ENGINES, settings)
        self._parts = load(registry)
        self._ssd = SsdDetector(registry.weights.path(SSD), registry.weights.path(SSD_GRAPH))
        self._stages: dict[StageName, Stage] = {name: build_stage(step(name), settings, blobs) for name in _STAGES}
        for stage in self._stages.values():
            stage.load()

    def measure(self, picture: RgbArray) -> dict[str, Seconds]:
        """Seconds by name: the detector alone, parts of object_detection, the stages, and their sum."""
        parts: dict[str, Callable[[], object]] = {
            "SSD alone": lambda: self._ssd.detect([picture]),
            "  boxes": lambda: [detector.detect([picture]) for detector in self._parts.detectors],
            "  tags": lambda: self._parts.tags.read(picture),
            "  words": lambda: self._parts.words.read(picture),
        }
        times = {name: best(work, self._rounds)[0] for name, work in parts.items()}
        stages = self._run_stages(self._store(picture))
        total = Seconds(sum(s.wall for s in stages.values()), sum(s.threads for s in stages.values()))
        return {"SSD alone": times.pop("SSD alone"), **stages, **times, "all stages": total}

    def _store(self, picture: RgbArray) -> StageInput:
        buffer = io.BytesIO()
        Pillow.fromarray(picture).save(buffer, "JPEG", quality=92)
        height, width = picture.shape[:2]
        image = Image(image_id=self._blobs.put(buffer.getvalue()), media_type="image/jpeg", width=width, height=height)
        return StageInput(article=Article(article_id="bench", text="A picture.", images=(image,)))

    def _run_stages(self, inputs: StageInput) -> dict[str, Seconds]:
        times: dict[str, Seconds] = {}
        for name, stage in self._stages.items():
            times[name], outputs = best(lambda stage=stage, inputs=inputs: stage.run([inputs]), self._rounds)  # type: ignore[misc]
            if isinstance(outputs[0], Exception):
                raise outputs[0]
            if isinstance(outputs[0], ObjectDetection | EntityLinking):
                inputs = inputs.model_copy(update={name: outputs[0]})
        return times


def _show(title: str, times: dict[str, Seconds]) -> None:
    alone = times["SSD alone"].threads
    typer.echo(f"{title}\n{'':20}{'wall s':>8}{'all threads s':>15}{'to SSD alone':>14}")
    for name, seconds in times.items():
        typer.echo(f"{name:20}{seconds.wall:8.3f}{seconds.threads:15.3f}{seconds.threads / alone:14.1f}")


if __name__ == "__main__":
    typer.run(main)
