"""The detector of the embedded profile: SSD and NanoDet on the whole picture, joined, with a threshold for each class.

Large pictures with small things are looked at again by SSD in overlapping quarters.
"""

from collections.abc import Sequence

from services.object_detection.detections import Detection, look_at_tiles, merge
from services.object_detection.engines.nanodet import NanoDetector
from services.object_detection.engines.ssd import SsdDetector
from services.object_detection.merging import fuse
from services.object_detection.thresholds import LIMITS
from shared.pictures import RgbArray

_VEHICLES = ("car", "bus", "truck", "train", "motorcycle", "airplane")


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
    return [d for d in detections if d.confidence >= threshold(d.label) + (LIMITS.tile_penalty if d.in_tile else 0.0)]


def threshold(label: str) -> float:
    """The confidence from which a class is reported."""
    own = {
        "person": LIMITS.min_person,
        "dog": LIMITS.min_dog,
        "sports ball": LIMITS.min_sports_ball,
        "boat": LIMITS.min_boat,
        "bench": LIMITS.min_bench,
        "tie": LIMITS.min_tie,
        **dict.fromkeys(_VEHICLES, LIMITS.min_vehicle),
    }
    return own.get(label, LIMITS.min_other_object)


def _shows_small_things(seen: Sequence[Detection], picture: RgbArray) -> bool:
    """Tell whether quarters are worth a look: a large picture in which several things are small already."""
    pixels = int(picture.shape[0] * picture.shape[1])
    hints = (d for d in seen if d.confidence >= LIMITS.min_hint_of_small_thing)
    small = sum(d.box.area < LIMITS.max_small_thing * pixels for d in hints)
    return pixels >= LIMITS.min_tiled_picture and small >= LIMITS.min_small_things
