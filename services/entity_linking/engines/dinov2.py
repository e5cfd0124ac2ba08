"""DINOv2 (Oquab et al. 2023, Apache-2.0) as the embedder of galleries: landmarks, logos, flags by their reference pictures."""

from collections.abc import Sequence
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt
from PIL import Image as Pillow

from services.entity_linking.engines.picture_windows import WINDOWS, WindowVectors, cut, squares, tiles, window
from services.entity_linking.picture_embedder import ScoreLimits
from services.entity_linking.thresholds import LIMITS
from shared.errors import WeightsError
from shared.gallery import GalleryKind
from shared.pictures import RgbArray

if TYPE_CHECKING:
    import torch

Floats = npt.NDArray[np.float32]
_BATCH = 16
_SIDE = 224  # a multiple of the patch size of 14
_INSTALL = "install torch for your machine, then `pip install -r deploy/requirements/vision-gpu.txt`"


class Dinov2:
    """Unit vectors of pictures or cut-out regions: class token and mean of the patches, each normed, side by side."""

    def __init__(self, model_id: str, folder: Path, device: str) -> None:
        """Load the checkpoint, in half precision on CUDA; raises WeightsError."""
        self.model_id, self.vector_id, self._device = model_id, f"{model_id}/gallery@1", device
        try:
            self._torch, transformers = import_module("torch"), import_module("transformers")
        except ImportError as error:
            raise WeightsError(f"{model_id} needs a package that is missing ({error}): {_INSTALL}") from error
        dtype = self._torch.float16 if device == "cuda" else self._torch.float32
        try:
            self._model = transformers.AutoModel.from_pretrained(folder, local_files_only=True, dtype=dtype).eval().to(device)
            pictures = transformers.AutoImageProcessor.from_pretrained(folder, local_files_only=True)
        except (OSError, ValueError, RuntimeError, KeyError, ImportError) as error:
            raise WeightsError(f"{model_id}: {folder} does not load as DINOv2: {str(error)[:300]}") from error
        self._mean, self._deviation = np.float32(pictures.image_mean), np.float32(pictures.image_std)
        self.dimensions = 2 * int(self._model.config.hidden_size)

    def limits(self, kind: GalleryKind) -> ScoreLimits:
        """The same for all kinds; they were not measured."""
        return ScoreLimits(LIMITS.dinov2_min, LIMITS.dinov2_min_alone)

    def crops(self, pictures: Sequence[RgbArray]) -> Floats:
        """Unit vectors [N, dimensions] of pictures that show one thing and little else."""
        return self.embed(pictures)

    def scenes(self, pictures: Sequence[RgbArray]) -> Floats:
        """Unit vectors [N, dimensions] of whole photographs: half the picture, half its squares at start, middle and end."""
        views = [self.embed([picture, *squares(picture)]) for picture in pictures]
        rows = [(seen[0] + seen[1:].mean(axis=0)) / 2 for seen in views]
        return _unit(np.stack(rows)) if rows else self.embed(())

    def windows(self, picture: RgbArray) -> WindowVectors:
        """Each window of the picture and of its quarters is a picture of its own."""
        boxes = [window(tile, *place) for tile in tiles(*picture.shape[:2]) for place in WINDOWS]
        return WindowVectors(tuple(boxes), self.embed([cut(picture, box) for box in boxes]))

    def embed(self, pictures: Sequence[RgbArray]) -> Floats:
        """Unit vectors [N, dimensions]; each picture is scaled to a square of 224 pixels."""
        rows = [self._vectors(pictures[start : start + _BATCH]) for start in range(0, len(pictures), _BATCH)]
        return np.concatenate(rows) if rows else np.zeros((0, self.dimensions), dtype=np.float32)

    def _vectors(self, pictures: Sequence[RgbArray]) -> Floats:
        with self._torch.inference_mode():
            seen = self._model(pixel_values=self._pixels(pictures)).last_hidden_state.float().cpu().numpy()
        return _unit(np.concatenate([_unit(seen[:, 0]), _unit(seen[:, 1:].mean(axis=1))], axis=1))

    def _pixels(self, pictures: Sequence[RgbArray]) -> "torch.Tensor":
        size = (_SIDE, _SIDE)
        scaled = [np.asarray(Pillow.fromarray(p).resize(size, Pillow.Resampling.BICUBIC), dtype=np.float32) for p in pictures]
        values = (np.stack(scaled) / 255 - self._mean) / self._deviation
        tensor: torch.Tensor = self._torch.from_numpy(np.ascontiguousarray(values.transpose(0, 3, 1, 2), dtype=np.float32))
        return tensor.to(self._device, self._model.dtype)


def _unit(values: Floats) -> Floats:
    return np.asarray(
        values / np.maximum(np.linalg.norm(values, axis=-1, keepdims=True), np.finfo(np.float32).tiny), dtype=np.float32
    )
