"""The detector of the embedded profile: SSD and NanoDet on the whole picture, joined, with a threshold for each class.

Large pictures with small things are looked at again by SSD in overlapping quarters. The thresholds are set near the best F1 on
one half of 800 photographs of Flickr30k Entities and 291 of vehicles; classes that are rare there share one.
"""

from collections.abc import Sequence

from services.object_detection.detections import Detection, look_at_tiles, merge
from services.object_detection.engines.nanodet import NanoDetector
from services.object_detection.engines.ssd import SsdDetector
from services.object_detection.merging import fuse
from shared.pictures import RgbArray

_THRESHOLDS = {"person": 0.55, "dog": 0.35, "sports ball": 0.35, "boat": 0.4, "bench": 0.4, "tie": 0.4}
_THRESHOLDS |= dict.fromkeys(("car", "bus", "truck", "train", "motorcycle", "airplane"), 0.75)
_DEFAULT_THRESHOLD = 0.45
_TILE_PENALTY = 0.05
_SMALL_THING = 0.02
_FEW_SMALL_THINGS = 3
_SEEN = 0.35
_TILED_FROM = 500_000


class DetectorPair:
    """Finds objects of COCO's 80 classes."""

    model_id = "ssd-and-nanodet"

    def __init__(self, ssd: SsdDetector, nano: NanoDetector) -> None:
        self._ssd, self._nano = ssd, nano

    def detect(self, pictures: Sequence[RgbArray]) -> list[list[Detection]]:
        """Detections of each picture that pass their class's threshold, with what each engine said."""
        return [self._detect(picture) for picture in pictures]

    def _detect(self, picture: RgbArray) -> list[Detection]:
        seen = self._look(picture)
        sure = _sure(seen)
        if not _shows_small_things(seen, picture):
            return sure
        return merge([*sure, *_sure(look_at_tiles(picture, lambda window: self._ssd.detect([window])[0]))])

    def _look(self, picture: RgbArray) -> list[Detection]:
        return fuse([(engine.model_id, engine.detect([picture])[0]) for engine in (self._ssd, self._nano)])


def _sure(detections: Sequence[Detection]) -> list[Detection]:
    """Those that pass: only they may suppress others, or a faint box of the whole picture would hide what a tile shows well."""
    return [d for d in detections if d.confidence >= threshold(d.label) + (_TILE_PENALTY if d.in_tile else 0.0)]


def threshold(label: str) -> float:
    """The confidence from which a class is reported."""
    return _THRESHOLDS.get(label, _DEFAULT_THRESHOLD)


def _shows_small_things(seen: Sequence[Detection], picture: RgbArray) -> bool:
    """Tell whether quarters are worth a look: a large picture in which several things are small already."""
    pixels = int(picture.shape[0] * picture.shape[1])
    small = sum(d.box.area < _SMALL_THING * pixels and d.confidence >= _SEEN for d in seen)
    return pixels >= _TILED_FROM and small >= _FEW_SMALL_THINGS
