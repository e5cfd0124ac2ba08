"""Which models of ``deploy/models.toml`` this stage uses in each profile, and how they become engines."""

import os
from dataclasses import dataclass

import cv2

from services.object_detection.analysis import AttributeSource, Engines
from services.object_detection.attributes import AttributeReader
from services.object_detection.engine import ObjectDetector
from services.object_detection.engines.efficientnet import TagReader
from services.object_detection.engines.movenet import PoseReader
from services.object_detection.engines.nanodet import NanoDetector
from services.object_detection.engines.pair import DetectorPair
from services.object_detection.engines.rapidocr import TextReader
from services.object_detection.engines.ssd import SsdDetector
from services.object_detection.gpu_engines import GpuEngines, load_gpu_engines
from services.object_detection.gpu_engines import manifest as gpu_manifest
from shared.image_text.small import MODEL_IDS as ATTRIBUTES
from shared.image_text.small import load_small
from shared.schemas.text import NotAttempted
from shared.settings import Settings
from shared.weights import Weights

SSD, SSD_GRAPH, NANODET = "ssd-mobilenet-v2-coco", "ssd-mobilenet-v2-coco-graph", "nanodet-g"
TAGS, TAG_LABELS = "efficientnet-lite3", "efficientnet-lite3-labels"
POSES = "movenet-lightning"
WORDS = "pp-ocr-v4"
BOXES = (SSD, SSD_GRAPH, NANODET)
REST = (TAGS, TAG_LABELS, POSES, WORDS)
_MOST_THREADS = 4

_ALWAYS = (
    NotAttempted(part="handwriting and scripts other than Latin and Chinese", reason="the embedded OCR model cannot read them"),
)
_EMBEDDED = (
    NotAttempted(part="masks", reason="the embedded detectors give boxes only; profile gpu has segmentation models"),
    NotAttempted(
        part="objects beyond COCO's 80 classes",
        reason="tents and flags on poles have no boxes here, only tags; profile gpu knows more classes",
    ),
)


@dataclass(frozen=True)
class Loaded:
    """The engines of a profile, and what they leave out."""

    engines: Engines
    not_attempted: tuple[NotAttempted, ...]


def manifest(weights: Weights, settings: Settings) -> tuple[str, ...]:
    """Revisions of all models that the profile uses."""
    boxes = gpu_manifest(weights) if settings.profile == "gpu" else tuple(weights.revision(model_id) for model_id in BOXES)
    attributes = ATTRIBUTES if _knows_attributes(weights) else ()
    return (*boxes, *(weights.revision(model_id) for model_id in (*REST, *attributes)))


def load(weights: Weights, settings: Settings) -> Loaded:
    """Load the engines of the profile on a bounded number of threads; raises WeightsError or ConfigurationError."""
    threads = min(_MOST_THREADS, os.cpu_count() or 1)
    cv2.setNumThreads(threads)
    if settings.profile == "gpu":
        gpu = load_gpu_engines(weights, settings.device)
        notes = (*gpu.not_attempted, *_refused(weights), *_ALWAYS)
        return Loaded(_engines(weights, settings, threads, gpu.detectors, gpu), notes)
    pair = DetectorPair(SsdDetector(weights.path(SSD), weights.path(SSD_GRAPH)), NanoDetector(weights.path(NANODET), threads))
    return Loaded(_engines(weights, settings, threads, (pair,), None), (*_EMBEDDED, *_refused(weights), *_ALWAYS))


def _engines(
    weights: Weights, settings: Settings, threads: int, detectors: tuple[ObjectDetector, ...], gpu: GpuEngines | None
) -> Engines:
    weights.path(WORDS)
    return Engines(
        detectors=detectors,
        tags=TagReader(weights.path(TAGS), weights.path(TAG_LABELS), threads),
        poses=PoseReader(weights.path(POSES), threads),
        words=TextReader(threads, settings.device),
        phrases=gpu.phrases if gpu else None,
        segmenter=gpu.segmenter if gpu else None,
        attributes=_attributes(weights, settings, threads),
    )


def _attributes(weights: Weights, settings: Settings, threads: int) -> AttributeSource | None:
    if not _knows_attributes(weights):
        return None
    return AttributeReader(weights, load_small(settings, threads), settings.device)


def _refused(weights: Weights) -> tuple[NotAttempted, ...]:
    """Which trained models of attributes the licence keeps out, and what that means."""
    refused = [model_id for model_id in ATTRIBUTES if not weights.allowed(model_id)]
    return tuple(weights.refusal(model_id, "regions have no attributes, and guns and fire no boxes") for model_id in refused)


def _knows_attributes(weights: Weights) -> bool:
    """The trained attributes are for research only: where commercial use is asked for, the stage does without."""
    registered = {record.id for record in weights.records()}
    return all(model_id in registered and weights.allowed(model_id) for model_id in ATTRIBUTES)
