"""Semantic segmentation by DeepLab v3 (Chen et al. 2017) of torchvision: a class of Pascal VOC's 20 for every pixel."""

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt
from PIL import Image as Pillow

from services.object_detection.engines.torch_device import inference, require
from services.object_detection.engines.torchvision_detectors import read_weights
from services.object_detection.thresholds import LIMITS
from shared.errors import WeightsError
from shared.masks import encode
from shared.pictures import RgbArray
from shared.schemas.vision import Segment

if TYPE_CHECKING:
    import torch

_SHORT_SIDE = 520  # as in training
_MEAN, _DEVIATION = (123.675, 116.28, 103.53), (58.395, 57.12, 57.375)  # of ImageNet, for values from 0 to 255
_BACKGROUND = "__background__"


class DeepLab:
    """DeepLab by the name of torchvision's builder, such as ``deeplabv3_resnet101``. Pixels of no class are left out."""

    def __init__(self, model_id: str, path: Path, device: str, builder: str) -> None:
        """Build the network and fill it from the file; raises WeightsError."""
        self.model_id, self._device = model_id, device
        models = require("torchvision.models", model_id)
        self._torch = require("torch", model_id)
        self._labels: list[str] = models.get_model_weights(builder).DEFAULT.meta["categories"]
        self._model = models.get_model(builder, weights=None, weights_backbone=None, aux_loss=True)
        try:
            self._model.load_state_dict(read_weights(model_id, path))
        except (RuntimeError, TypeError, AttributeError) as error:
            raise WeightsError(f"{model_id}: {path} holds no weights of {builder}: {str(error)[:300]}") from error
        self._model.eval().to(device)

    def segment(self, pictures: Sequence[RgbArray]) -> list[list[Segment]]:
        """The classes of each picture with their pixels, largest first; ``confidence`` is their mean probability."""
        inputs = [self._tensor(picture) for picture in pictures]
        found: dict[int, list[Segment]] = {}
        for shape in dict.fromkeys(tuple(tensor.shape) for tensor in inputs):  # pictures of one shape make a batch
            rows = [number for number, tensor in enumerate(inputs) if tuple(tensor.shape) == shape]
            with inference(self._device):
                logits = self._model(self._torch.stack([inputs[row] for row in rows]).to(self._device))["out"]
                sure, classes = logits.float().softmax(dim=1).max(dim=1)
            for row, one_sure, one_classes in zip(rows, sure.cpu().numpy(), classes.cpu().numpy(), strict=True):
                found[row] = self._segments(pictures[row], one_sure, one_classes)
        return [found[row] for row in range(len(pictures))]

    def _tensor(self, picture: RgbArray) -> "torch.Tensor":
        height, width = picture.shape[:2]
        scale = _SHORT_SIDE / min(height, width)
        small = Pillow.fromarray(picture).resize((round(width * scale), round(height * scale)), Pillow.Resampling.BILINEAR)
        values = (np.asarray(small, dtype=np.float32) - _MEAN) / _DEVIATION
        return self._torch.from_numpy(np.ascontiguousarray(values.transpose(2, 0, 1), dtype=np.float32))

    def _segments(self, picture: RgbArray, sure: npt.NDArray[np.float32], classes: npt.NDArray[np.int64]) -> list[Segment]:
        """The segments in the picture's own size; ``classes`` and ``sure`` [h, w] are in the network's."""
        height, width = picture.shape[:2]
        full = np.asarray(Pillow.fromarray(classes.astype(np.uint8)).resize((width, height), Pillow.Resampling.NEAREST))
        segments = []
        for number in np.unique(full).tolist():
            pixels = full == number
            share = float(pixels.mean())
            seen = sure[classes == number]
            if self._labels[number] == _BACKGROUND or share < LIMITS.min_segment or not seen.size:
                continue
            label, confidence, mask = self._labels[number], round(float(seen.mean()), 4), encode(pixels)
            segments.append(Segment(label=label, confidence=confidence, model=self.model_id, mask=mask, share=round(share, 4)))
        return sorted(segments, key=lambda segment: -segment.share)
