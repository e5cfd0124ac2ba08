"""CLIP (Radford et al. 2021), SigLIP (Zhai et al. 2023) and SigLIP 2 (Tschannen et al. 2025) as one image-text encoder."""

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any  # Any: models of transformers are untyped

import numpy as np
from PIL import Image as Pillow

from services.visual_events.engines.torch_models import load, processor, require
from shared.errors import WeightsError
from shared.image_text.encoder import Floats, ImageCodes
from shared.pictures import RgbArray

if TYPE_CHECKING:
    import torch

_BATCH = 16


class TransformersEncoder:
    """A checkpoint of CLIP or of SigLIP with pictures of a fixed size (SigLIP 2 too, but not NaFlex).

    The whole picture is scaled to a square, without a crop, so that the grid of cells lies over all of it.
    """

    def __init__(self, model_id: str, folder: Path, device: str) -> None:
        """Load model, tokenizer and the means of its pictures; raises WeightsError."""
        self.model_id, self._device = model_id, device
        self._torch = require("torch", model_id)
        self._model = load("AutoModel", model_id, folder, device)
        self._tokenizer = processor("AutoTokenizer", model_id, folder)
        pictures = processor("AutoImageProcessor", model_id, folder)
        config = self._model.config
        if config.model_type not in ("clip", "siglip", "siglip2") or not hasattr(config.vision_config, "image_size"):
            raise WeightsError(f"{model_id}: {folder} is a {config.model_type}, not a CLIP or SigLIP of fixed picture size")
        self._is_clip = config.model_type == "clip"
        self._side, self._patch = int(config.vision_config.image_size), int(config.vision_config.patch_size)
        self._mean, self._deviation = np.float32(pictures.image_mean), np.float32(pictures.image_std)
        self.max_pieces: int | None = int(config.text_config.max_position_embeddings)
        self.scale = float(self._model.logit_scale.detach().float().exp())

    def images(self, pictures: Sequence[RgbArray]) -> ImageCodes:
        """Codes of RGB pictures of any size; ``cells`` are the patches, each projected like the whole."""
        codes = [self._codes(pictures[start : start + _BATCH]) for start in range(0, len(pictures), _BATCH)]
        if not codes:
            grid, width, features = self._side // self._patch, *self._widths()
            shapes = (0, width), (0, grid, grid, width), (0, features)
            return ImageCodes(*(np.zeros(shape, dtype=np.float32) for shape in shapes))
        return ImageCodes(*(np.concatenate(part) for part in zip(*codes, strict=True)))

    def texts(self, texts: Sequence[str]) -> Floats:
        """Unit vectors [N, D]; what is longer than the model reads is cut."""
        rows = [self._text_vectors(texts[start : start + _BATCH]) for start in range(0, len(texts), _BATCH)]
        return np.concatenate(rows) if rows else np.zeros((0, self._widths()[0]), dtype=np.float32)

    def phrases(self, phrases: Sequence[str]) -> Floats:
        """As texts: cells lie in the space of the texts here."""
        return self.texts(phrases)

    def _widths(self) -> tuple[int, int]:
        config = self._model.config
        features = int(config.vision_config.hidden_size)
        return (int(config.projection_dim) if self._is_clip else features), features

    def _codes(self, pictures: Sequence[RgbArray]) -> tuple[Floats, Floats, Floats]:
        with self._torch.inference_mode():
            seen = self._model.vision_model(pixel_values=self._pixels(pictures))
            vectors, cells, features = self._clip_parts(seen) if self._is_clip else self._siglip_parts(seen)
        grid = self._side // self._patch
        return _unit(vectors), _unit(cells.reshape(len(pictures), grid, grid, -1)), _array(features)

    def _clip_parts(self, seen: Any) -> "tuple[torch.Tensor, torch.Tensor, torch.Tensor]":
        """CLIP: the class token projected; patches through the same norm and projection."""
        norm, project = self._model.vision_model.post_layernorm, self._model.visual_projection
        return project(seen.pooler_output), project(norm(seen.last_hidden_state[:, 1:])), seen.pooler_output

    def _siglip_parts(self, seen: Any) -> "tuple[torch.Tensor, torch.Tensor, torch.Tensor]":
        """SigLIP: attention pooling over all patches; a cell is the same pooling over one patch alone."""
        patches = seen.last_hidden_state
        cells = self._model.vision_model.head(patches.reshape(-1, 1, patches.shape[-1]))
        return seen.pooler_output, cells, patches.mean(dim=1)

    def _pixels(self, pictures: Sequence[RgbArray]) -> "torch.Tensor":
        size = (self._side, self._side)
        scaled = [np.asarray(Pillow.fromarray(p).resize(size, Pillow.Resampling.BICUBIC), dtype=np.float32) for p in pictures]
        values = (np.stack(scaled) / 255 - self._mean) / self._deviation
        tensor = self._torch.from_numpy(np.ascontiguousarray(values.transpose(0, 3, 1, 2), dtype=np.float32))
        return tensor.to(self._device, self._model.dtype)

    def _text_vectors(self, texts: Sequence[str]) -> Floats:
        """SigLIP was trained on lower case texts padded to its full length, CLIP on texts of their own length."""
        padding = True if self._is_clip else "max_length"
        words = list(texts) if self._is_clip else [text.lower() for text in texts]
        options = {"padding": padding, "truncation": True, "max_length": self.max_pieces, "return_tensors": "pt"}
        fed = self._tokenizer(words, **options)
        names = ("input_ids", "attention_mask") if self._is_clip else ("input_ids",)
        with self._torch.inference_mode():
            read = self._model.text_model(**{name: fed[name].to(self._device) for name in names}).pooler_output
            return _unit(self._model.text_projection(read) if self._is_clip else read)


def _unit(tensor: "torch.Tensor") -> Floats:
    values = _array(tensor)
    return np.asarray(
        values / np.maximum(np.linalg.norm(values, axis=-1, keepdims=True), np.finfo(np.float32).tiny), dtype=np.float32
    )


def _array(tensor: "torch.Tensor") -> Floats:
    return np.asarray(tensor.float().cpu().numpy(), dtype=np.float32)
