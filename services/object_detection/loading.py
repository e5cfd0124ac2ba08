"""Which models of ``deploy/models.toml`` this stage uses, and how they become engines."""

import os

import cv2

from services.object_detection.analysis import Engines
from services.object_detection.engines.efficientnet import TagReader
from services.object_detection.engines.movenet import PoseReader
from services.object_detection.engines.rapidocr import TextReader
from services.object_detection.engines.ssd import SsdDetector
from shared.weights import Weights

SSD, SSD_GRAPH = "ssd-mobilenet-v2-coco", "ssd-mobilenet-v2-coco-graph"
TAGS, TAG_LABELS = "efficientnet-lite3", "efficientnet-lite3-labels"
POSES = "movenet-lightning"
WORDS = "pp-ocr-v4"
MODEL_IDS = (SSD, SSD_GRAPH, TAGS, TAG_LABELS, POSES, WORDS)
_MOST_THREADS = 4


def load_engines(weights: Weights, device: str) -> Engines:
    """Load all engines on a bounded number of threads; raises WeightsError."""
    threads = min(_MOST_THREADS, os.cpu_count() or 1)
    cv2.setNumThreads(threads)
    weights.path(WORDS)
    return Engines(
        objects=SsdDetector(weights.path(SSD), weights.path(SSD_GRAPH)),
        tags=TagReader(weights.path(TAGS), weights.path(TAG_LABELS), threads),
        poses=PoseReader(weights.path(POSES), threads),
        words=TextReader(threads, device),
    )
