"""The detector of the embedded profile: SSD and NanoDet on the whole picture, joined, with a threshold for each class.

Large pictures with small things are looked at again in overlapping quarters.
"""

from collections.abc import Sequence

from services.object_detection.detections import Detection, look_at_tiles, merge
from services.object_detection.engines.nanodet import NanoDetector
from services.object_detection.engines.ssd import SsdDetector
from services.object_detection.merging import fuse
from shared.pictures import RgbArray

_THRESHOLDS = {"person": 0.4, "car": 0.45, "bus": 0.45, "truck": 0.45, "airplane": 0.45, "boat": 0.45, "horse": 0.45, "tie": 0.4}
_DEFAULT_THRESHOLD = 0.5
_TILE_PENALTY = 0.1
_WORTH_FUSING = 0.2
_SMALL_THING = 0.02
_FEW_SMALL_THINGS = 3
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
        if _shows_small_things(seen, picture):
            seen = merge([*seen, *look_at_tiles(picture, self._look)])
        return [d for d in seen if d.confidence >= threshold(d.label) + (_TILE_PENALTY if d.in_tile else 0.0)]

    def _look(self, picture: RgbArray) -> list[Detection]:
        engines = (self._ssd, self._nano)
        said = [(e.model_id, [d for d in e.detect([picture])[0] if d.confidence >= _WORTH_FUSING]) for e in engines]
        return fuse(said)


def threshold(label: str) -> float:
    """The confidence from which a class is reported."""
    return _THRESHOLDS.get(label, _DEFAULT_THRESHOLD)


def _shows_small_things(seen: Sequence[Detection], picture: RgbArray) -> bool:
    """Tell whether quarters are worth a look: a large picture in which several things are small already."""
    pixels = int(picture.shape[0] * picture.shape[1])
    small = sum(d.box.area < _SMALL_THING * pixels for d in seen)
    return pixels >= _TILED_FROM and small >= _FEW_SMALL_THINGS
