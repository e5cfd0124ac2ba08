"""What the picture tower adds to regions: professions and uniforms of persons; guns, fire, smoke and emergency vehicles by place.

COCO has none of these classes. The tower tells them for each cell of a 9x9 grid over the picture, so their boxes are coarse.
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass

import cv2
import numpy as np
import numpy.typing as npt

from services.object_detection.detections import Detection
from services.object_detection.regions import large_persons
from services.object_detection.thresholds import LIMITS
from shared.image_text.small import PICTURES_ID, SmallEncoder
from shared.onnx import Device, session
from shared.pictures import RgbArray
from shared.schemas.base import Box
from shared.schemas.vision import Label, Region
from shared.weights import Weights

NONE = "none"
UNIFORMED = frozenset(("police", "firefighter", "pilot", "soldier"))
_Floats = npt.NDArray[np.floating]


@dataclass(frozen=True)
class PictureAttributes:
    """Attributes by region id, and things found by place."""

    of_regions: dict[str, tuple[Label, ...]]
    things: tuple[Detection, ...]


class AttributeReader:
    """Reads attributes with the trained tower; about 30 ms for the picture and 30 ms for each of three persons."""

    def __init__(self, weights: Weights, encoder: SmallEncoder, device: Device = "cpu") -> None:
        self._encoder = encoder
        folder = weights.path(PICTURES_ID)
        self._session = session(folder / "attributes.onnx", device)
        kept = json.loads((folder / "labels.json").read_text(encoding="utf-8"))
        self._classes: tuple[str, ...] = tuple(kept["persons"])
        self._person_threshold = float(kept["person_threshold"])
        self._place_thresholds = {name: max(LIMITS.min_placed_thing, limit) for name, limit in kept["place_thresholds"].items()}
        self._places: tuple[str, ...] = tuple(kept["places"])

    def read(self, picture: RgbArray, regions: Sequence[Region]) -> PictureAttributes:
        """Attributes of the largest persons, and things with their coarse boxes."""
        persons = large_persons(regions, LIMITS.min_attributed_side, int(LIMITS.max_attributed_persons))
        reading = self._encoder.read([picture, *(_crop(picture, p.box) for p in persons)])
        probabilities = self._session.run(None, {"features": reading.codes.features[1:]})[0] if persons else ()
        told = {p.id: self._person(row) for p, row in zip(persons, probabilities, strict=True)}
        return PictureAttributes({k: v for k, v in told.items() if v}, tuple(self._things(picture, reading.places[0])))

    def _person(self, probabilities: _Floats) -> tuple[Label, ...]:
        best = int(np.argmax(probabilities))
        name, sure = self._classes[best], float(probabilities[best])
        if name == NONE or sure < self._person_threshold:
            return ()
        labels = [Label(label=name, confidence=round(sure, 4), model=PICTURES_ID)]
        uniformed = float(sum(p for c, p in zip(self._classes, probabilities, strict=True) if c in UNIFORMED))
        if name in UNIFORMED:
            labels.append(Label(label="uniform", confidence=round(min(1.0, uniformed), 4), model=PICTURES_ID))
        return tuple(labels)

    def _things(self, picture: RgbArray, logits: _Floats) -> list[Detection]:
        probabilities = 1 / (1 + np.exp(-logits))
        found = []
        for number, name in enumerate(self._places):
            if name in self._place_thresholds:
                found += _areas(probabilities[..., number], name, self._place_thresholds[name], picture)
        return found


def _areas(probabilities: _Floats, name: str, threshold: float, picture: RgbArray) -> list[Detection]:
    """Connected cells of at least half the threshold around a cell that reaches it, as boxes."""
    count, areas = cv2.connectedComponents((probabilities >= threshold / 2).astype(np.uint8), connectivity=4)
    across, down = picture.shape[1] / probabilities.shape[1], picture.shape[0] / probabilities.shape[0]
    found = []
    for number in range(1, count):
        rows, columns = np.nonzero(areas == number)
        sure = float(probabilities[rows, columns].max())
        if sure >= threshold:
            corners = columns.min() * across, rows.min() * down, (columns.max() + 1) * across, (rows.max() + 1) * down
            box = Box(x0=float(corners[0]), y0=float(corners[1]), x1=float(corners[2]), y1=float(corners[3]))
            found.append(Detection(name, sure, box))
    return found


def _sides(box: Box) -> tuple[float, float]:
    return box.x1 - box.x0, box.y1 - box.y0


def _crop(picture: RgbArray, box: Box) -> RgbArray:
    """The person with a small margin."""
    across, down = (LIMITS.attribute_margin * side for side in _sides(box))
    high, wide = picture.shape[:2]
    rows = slice(max(0, int(box.y0 - down)), min(high, int(box.y1 + down) + 1))
    columns = slice(max(0, int(box.x0 - across)), min(wide, int(box.x1 + across) + 1))
    return np.ascontiguousarray(picture[rows, columns])
