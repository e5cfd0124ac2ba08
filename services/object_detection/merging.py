"""One detection for each thing that several engines found: weighted box fusion (Solovyev, Wang and Gabruseva 2021).

The fused box is the mean of the engines' boxes weighted by confidence. The fused confidence is the chance that not all engines
err (noisy or), so that a thing of which only one engine knows keeps its confidence; the paper's mean over all engines is as good
where all know the same classes.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from math import prod

from services.object_detection.detections import Detection
from services.object_detection.thresholds import LIMITS
from shared.schemas.base import Box, Mask
from shared.schemas.vision import Label

RULES = "rules:weighted-box-fusion"
_SAME_THING = {"man": "person", "woman": "person", "boy": "person", "girl": "person", "human body": "person"}
_SAME_THING |= {"television": "tv", "mobile phone": "cell phone", "football": "sports ball", "aeroplane": "airplane"}


@dataclass
class _Cluster:
    """Detections of one thing, at most one an engine."""

    label: str
    members: dict[str, Detection]

    def __post_init__(self) -> None:
        self.box = self._fused_box()

    def add(self, model: str, detection: Detection) -> None:
        """One more engine's word on the thing."""
        self.members[model] = detection
        self.box = self._fused_box()

    def _fused_box(self) -> Box:
        total = sum(d.confidence for d in self.members.values())
        x0, y0, x1, y1 = (
            sum(d.confidence * getattr(d.box, side) for d in self.members.values()) / total for side in ("x0", "y0", "x1", "y1")
        )
        return Box(x0=round(x0, 1), y0=round(y0, 1), x1=round(x1, 1), y1=round(y1, 1))

    def best(self) -> Detection:
        return max(self.members.values(), key=lambda d: d.confidence)


def fuse(found: Sequence[tuple[str, Sequence[Detection]]]) -> list[Detection]:
    """Joined detections of (model id, its detections), most confident first; ``said`` tells what each engine said."""
    rows = sorted(((model, d) for model, ds in found for d in ds), key=lambda row: _order(*row))
    clusters: dict[str, list[_Cluster]] = {}
    for model, detection in rows:
        label = _SAME_THING.get(detection.label, detection.label)
        rivals = clusters.setdefault(label, [])
        home = _home(rivals, model, detection)
        if home is None:
            rivals.append(_Cluster(label, {model: detection}))
        else:
            home.add(model, detection)
    return sorted((_joined(c) for group in clusters.values() for c in group), key=lambda d: (-d.confidence, d.label, d.box.x0))


def _order(model: str, detection: Detection) -> tuple[float, str, str, float, float]:
    return -detection.confidence, model, detection.label, detection.box.x0, detection.box.y0


def _home(clusters: Iterable[_Cluster], model: str, detection: Detection) -> _Cluster | None:
    """The cluster that lies best on the detection and to which its engine has said nothing yet."""
    fitting = [(c.box.iou(detection.box), c) for c in clusters if model not in c.members]
    near, cluster = max(fitting, key=lambda pair: pair[0], default=(0.0, None))
    return cluster if near >= LIMITS.min_fused_overlap else None


def _joined(cluster: _Cluster) -> Detection:
    said = [Label(label=d.label, confidence=round(d.confidence, 4), model=m) for m, d in sorted(cluster.members.items())]
    best = cluster.best()
    return Detection(cluster.label, _confidence(cluster), cluster.box, best.in_tile, _mask(cluster), tuple(said))


def _confidence(cluster: _Cluster) -> float:
    return round(1.0 - prod(1.0 - detection.confidence for detection in cluster.members.values()), 4)


def _mask(cluster: _Cluster) -> Mask | None:
    """The mask of the surest engine that gives one."""
    masked = [d for d in cluster.members.values() if d.mask is not None]
    return max(masked, key=lambda d: d.confidence).mask if masked else None
