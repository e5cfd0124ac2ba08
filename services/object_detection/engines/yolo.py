"""Ultralytics YOLO (AGPL-3.0, code and weights): COCO's 80 classes, Open Images V7's 600, and with ``-seg`` their pixels."""

import os
from collections.abc import Sequence
from pathlib import Path
from typing import Protocol

import numpy as np
import numpy.typing as npt

from services.object_detection.detections import Detection, clip
from services.object_detection.engines.torch_device import batches, require
from services.object_detection.thresholds import LIMITS
from shared.errors import WeightsError
from shared.masks import encode
from shared.pictures import RgbArray

_BATCH = 8


class _Tensor(Protocol):
    def cpu(self) -> "_Tensor": ...
    def numpy(self) -> npt.NDArray[np.float32]: ...


class _Boxes(Protocol):
    xyxy: _Tensor
    conf: _Tensor
    cls: _Tensor


class _Masks(Protocol):
    data: _Tensor


class _Result(Protocol):
    names: dict[int, str]
    boxes: _Boxes
    masks: _Masks | None


class YoloDetector:
    """A ``.pt`` file of Ultralytics; the file itself says its architecture and the names of its classes."""

    def __init__(self, model_id: str, path: Path, device: str, threshold: float | None = None) -> None:
        """Load the file; raises WeightsError. Nothing is installed, fetched or reported over the network."""
        self.model_id, self._device = model_id, device
        self._threshold = LIMITS.min_yolo if threshold is None else threshold
        os.environ.setdefault("YOLO_AUTOINSTALL", "false")
        os.environ.setdefault("YOLO_OFFLINE", "true")
        ultralytics = require("ultralytics", model_id)
        try:
            self._model = ultralytics.YOLO(str(path))
            self._names = {int(number): str(name).lower() for number, name in self._model.names.items()}
        except Exception as error:  # the file is unpickled: anything may come of a wrong one
            raise WeightsError(f"{model_id}: {path} does not load as an Ultralytics model: {str(error)[:300]}") from error

    @property
    def labels(self) -> tuple[str, ...]:
        """The names of the classes, lower case."""
        return tuple(self._names.values())

    def detect(self, pictures: Sequence[RgbArray]) -> list[list[Detection]]:
        """Detections of each picture, in order; with masks where the model gives them."""
        found: list[list[Detection]] = []
        for group in batches(pictures, _BATCH):
            results = self._model.predict(
                [np.ascontiguousarray(picture[..., ::-1]) for picture in group],  # it takes OpenCV's order of colours
                conf=self._threshold,
                iou=LIMITS.max_yolo_overlap,
                max_det=int(LIMITS.max_yolo_detections),
                device=self._device,
                quantize=16 if self._device == "cuda" else None,  # half precision
                retina_masks=True,  # masks in the picture's own size
                verbose=False,
            )
            found += [self._detections(result, picture) for result, picture in zip(results, group, strict=True)]
        return found

    def _detections(self, result: _Result, picture: RgbArray) -> list[Detection]:
        height, width = picture.shape[:2]
        corners, sure, classes = (t.cpu().numpy() for t in (result.boxes.xyxy, result.boxes.conf, result.boxes.cls))
        masks = None if result.masks is None else result.masks.data.cpu().numpy() >= LIMITS.min_mask_pixel
        detections = []
        for row, (x0, y0, x1, y1) in enumerate(corners.tolist()):
            box = clip((x0, y0, x1, y1), width, height)
            if box is not None:
                mask = None if masks is None or not masks[row].any() else encode(masks[row])
                label = self._names[int(classes[row])]
                detections.append(Detection(label, round(min(1.0, float(sure[row])), 4), box, mask=mask))
        return detections
