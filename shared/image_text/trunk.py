"""EfficientNet-Lite2 (Tan & Le 2019) as ONNX: the half that all picture models share, and the published upper half."""

from collections.abc import Sequence
from pathlib import Path

import numpy as np
from PIL import Image

from shared.image_text.encoder import Floats
from shared.onnx import Device, session
from shared.pictures import RgbArray

SIDE = 260
LOWER_ID, UPPER_ID = "efficientnet-lite2-lower", "efficientnet-lite2-upper"


def squeeze(picture: RgbArray) -> Floats:
    """A picture of any size as [3,260,260], values 0 to 255; squeezed to a square, so that grid cells map back linearly."""
    small = Image.fromarray(picture).resize((SIDE, SIDE), Image.Resampling.BILINEAR)
    return np.asarray(small, np.float32).transpose(2, 0, 1)


class Lower:
    """Pixels to what both upper halves read."""

    def __init__(self, model: Path, device: Device = "cpu", threads: int = 1) -> None:
        self._session = session(model, device, threads)

    def __call__(self, pictures: Sequence[RgbArray]) -> Floats:
        """Maps [N,120,17,17] of pictures."""
        out: Floats = self._session.run(None, {"pixels": np.stack([squeeze(p) for p in pictures])})[0]
        return out


class Trunk:
    """The network as published for ImageNet: features that nothing of ours has changed (Apache-2.0)."""

    def __init__(self, lower: Path, upper: Path, device: Device = "cpu", threads: int = 1) -> None:
        self._lower = Lower(lower, device, threads)
        self._upper = session(upper, device, threads)

    def read(self, pictures: Sequence[RgbArray]) -> tuple[Floats, Floats]:
        """Pooled features [N,1280] and their grid [N,9,9,1280]."""
        if not pictures:
            return np.zeros((0, 1280), np.float32), np.zeros((0, 9, 9, 1280), np.float32)
        features, grid = self._upper.run(None, {"lower": self._lower(pictures)})
        return features, grid
