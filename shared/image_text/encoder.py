"""The interface of an image-text encoder (CLIP, Radford et al. 2021; ours is small and runs on a CPU)."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

import numpy as np
import numpy.typing as npt

from shared.pictures import RgbArray

Floats = npt.NDArray[np.float32]


@dataclass(frozen=True)
class ImageCodes:
    """What an encoder sees in N pictures.

    ``vectors`` [N, D]: unit vectors in the space of the texts. ``cells`` [N, G, G, C]: unit vectors of a grid laid over the whole
    picture (row, column), in the space of the phrases. ``features`` [N, F]: pooled features before projection.
    """

    vectors: Floats
    cells: Floats
    features: Floats


class ImageTextEncoder(Protocol):
    """Pictures and texts as vectors whose product tells how well they fit."""

    model_id: str
    scale: float
    """The factor on products before a softmax (inverse temperature)."""
    max_pieces: int | None
    """Word pieces of a text that are read; None: all of them."""

    def images(self, pictures: Sequence[RgbArray]) -> ImageCodes:
        """Codes of RGB pictures of any size."""
        ...

    def texts(self, texts: Sequence[str]) -> Floats:
        """Unit vectors [N, D] of captions, prompts or queries (English)."""
        ...

    def phrases(self, phrases: Sequence[str]) -> Floats:
        """Unit vectors [N, C] of phrases, to be compared with cells."""
        ...
