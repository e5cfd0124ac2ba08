"""From which cosine on a phrase is in a picture: fixed for our own encoder, told by what is nowhere for any other one.

Encoders differ in the scale of their cosines. So with another encoder than ours each picture is first asked for the things of
``rules/nowhere.yaml``, which are hardly ever in news photographs. Mean and deviation of their best cells give the bars, at
the same number of deviations at which our own bar of .4 stands: with our encoder, on 150 pictures of Flickr8k's dev split,
that calibrated bar finds 54 of 100 phrases of the picture and 10 of another one, the fixed one 57 and 10. The similarity of
labels is stretched in the same way, by the cosines of those things with each other.
"""

from dataclasses import dataclass
from functools import cache, cached_property
from pathlib import Path

import numpy as np
import yaml

from services.visual_events.phrases import Bars, heat_map, own_bars
from services.visual_events.thresholds import LIMITS
from shared.image_text.encoder import Floats, ImageTextEncoder
from shared.image_text.small import PICTURES_ID
from shared.schemas.base import Schema

_FILE = Path(__file__).parent / "rules" / "nowhere.yaml"


class Nowhere(Schema):
    """The table of nowhere.yaml."""

    version: int
    phrases: tuple[str, ...]


@cache
def load_nowhere() -> Nowhere:
    """Read the table, once; raises pydantic's ValidationError where the file is malformed."""
    return Nowhere.model_validate(yaml.safe_load(_FILE.read_text(encoding="utf-8")))


@dataclass(frozen=True)
class Calibration:
    """The bars of one encoder."""

    encoder: ImageTextEncoder

    def bars(self, cells: Floats) -> Bars:
        """The bars for a picture with the cells [G,G,C]."""
        if self.encoder.model_id == PICTURES_ID:
            return own_bars()
        peaks = np.array([heat_map(cells, vector).max() for vector in self._absent])
        spread = max(float(peaks.std()), LIMITS.flat_heat)
        return Bars(
            present=float(peaks.mean()) + LIMITS.present_deviations * spread,
            present_range=LIMITS.present_range_deviations * spread,
            label_zero=self._label_zero,
            label_range=(1 - self._label_zero) * LIMITS.label_range / (1 - LIMITS.label_zero),
        )

    @cached_property
    def _absent(self) -> Floats:
        return self.encoder.phrases(load_nowhere().phrases)

    @cached_property
    def _label_zero(self) -> float:
        """The cosine from which on two labels mean something like the same."""
        pairs = (self._absent @ self._absent.T)[np.triu_indices(len(self._absent), 1)]
        return min(float(pairs.mean() + LIMITS.label_deviations * pairs.std()), 1 - LIMITS.flat_heat)
