"""torchvision's detectors on COCO's 80 classes: Faster R-CNN and Mask R-CNN (two stages), SSD (one stage). BSD-3-Clause."""

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from services.object_detection.detections import Detection, clip
from services.object_detection.engines.torch_device import batches, inference, require
from services.object_detection.thresholds import LIMITS
from shared.errors import WeightsError
from shared.masks import encode
from shared.pictures import RgbArray

if TYPE_CHECKING:
    import torch

_BATCH = 4
_NO_CLASS = ("__background__", "N/A")


def read_weights(model_id: str, path: Path) -> dict[str, "torch.Tensor"]:
    """The tensors of a ``.pth`` file of weights, which may run no code; raises WeightsError."""
    load = require("torch", model_id).load
    try:
        tensors: dict[str, torch.Tensor] = load(path, map_location="cpu", weights_only=True)
    except Exception as error:
        raise WeightsError(f"{model_id}: {path} does not load as a file of weights: {str(error)[:300]}") from error
    return tensors


class TorchvisionDetector:
    """A detector of torchvision by the name of its builder, such as ``maskrcnn_resnet50_fpn_v2``."""

    def __init__(
        self,
        model_id: str,
        path: Path,
        device: str,
        builder: str,
        *,
        threshold: float | None = None,
        short_side: int | None = None,
    ) -> None:
        """Build the network and fill it from the file; raises WeightsError.

        ``short_side``: pixels to which an R-CNN scales a picture's shorter side (None: 800, as in training; less is faster).
        """
        self.model_id, self._device = model_id, device
        models = require("torchvision.models", model_id)
        self._torch = require("torch", model_id)
        self._labels = models.get_model_weights(builder).DEFAULT.meta["categories"]
        least = LIMITS.min_torchvision if threshold is None else threshold
        options: dict[str, float] = {"score_thresh" if builder.startswith("ssd") else "box_score_thresh": least}
        if short_side is not None:
            options["min_size"] = short_side
        self._model = models.get_model(builder, weights=None, weights_backbone=None, **options)
        try:
            self._model.load_state_dict(read_weights(model_id, path))
        except (RuntimeError, TypeError, AttributeError) as error:
            raise WeightsError(f"{model_id}: {path} holds no weights of {builder}: {str(error)[:300]}") from error
        self._model.eval().to(device)

    def detect(self, pictures: Sequence[RgbArray]) -> list[list[Detection]]:
        """Detections of each picture, in order; with masks from Mask R-CNN."""
        found: list[list[Detection]] = []
        for group in batches(pictures, _BATCH):
            with inference(self._device):
                answers = self._model([self._tensor(picture) for picture in group])
            found += [self._detections(answer, picture) for answer, picture in zip(answers, group, strict=True)]
        return found

    def _tensor(self, picture: RgbArray) -> "torch.Tensor":
        """[3, H, W] in [0, 1], as all of torchvision's detectors take it; they scale for themselves."""
        scaled = np.ascontiguousarray(picture.transpose(2, 0, 1), dtype=np.float32) / 255
        return self._torch.from_numpy(scaled).to(self._device)

    def _detections(self, answer: dict[str, "torch.Tensor"], picture: RgbArray) -> list[Detection]:
        height, width = picture.shape[:2]
        corners, scores, labels = (answer[name].float().cpu().tolist() for name in ("boxes", "scores", "labels"))
        detections = []
        for row, (x0, y0, x1, y1) in enumerate(corners):
            label, box = self._labels[int(labels[row])], clip((x0, y0, x1, y1), width, height)
            if box is None or label in _NO_CLASS:
                continue
            pixels = (answer["masks"][row, 0] >= LIMITS.min_mask_pixel).cpu().numpy() if "masks" in answer else None
            mask = encode(pixels) if pixels is not None and pixels.any() else None
            detections.append(Detection(label, round(scores[row], 4), box, mask=mask))
        return detections
