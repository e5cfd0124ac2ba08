"""Labels of a whole picture or crop out of ImageNet's 1,000: EfficientNet-Lite3 (Tan and Le 2019), quantised."""

from collections.abc import Sequence
from pathlib import Path

import numpy as np

from services.object_detection.engines.tflite import TfliteGraph
from services.object_detection.thresholds import LIMITS
from shared.pictures import RgbArray


class TagReader:
    """Reads tags; a label is the first name of its WordNet synset, as in ``suit`` for "suit, suit of clothes"."""

    def __init__(self, graph: Path, labels: Path, threads: int) -> None:
        self._graph = TfliteGraph(graph, threads)
        self._labels = [line.split(",")[0].strip() for line in labels.read_text(encoding="utf-8").splitlines()]

    def read(self, picture: RgbArray) -> list[tuple[str, float]]:
        """Tags with their probability, averaged over the picture, its mirror image and its middle square."""
        views = [picture, picture[:, ::-1], _middle_square(picture)]
        return self.read_views(views, LIMITS.min_tag, int(LIMITS.max_tags))

    def read_views(self, views: Sequence[RgbArray], at_least: float, at_most: int) -> list[tuple[str, float]]:
        """Tags of several views of one thing, with the mean of their probabilities, likeliest first."""
        mean = np.mean([self._graph.run(np.ascontiguousarray(view))[0] for view in views], axis=0)
        order = [int(i) for i in np.argsort(-mean, kind="stable")[:at_most]]
        return [(self._labels[i], round(min(float(mean[i]), 1.0), 4)) for i in order if mean[i] >= at_least]


def _middle_square(picture: RgbArray) -> RgbArray:
    height, width = picture.shape[:2]
    side = min(height, width)
    top, left = (height - side) // 2, (width - side) // 2
    return picture[top : top + side, left : left + side]
