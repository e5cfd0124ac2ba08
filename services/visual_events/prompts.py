"""Nouns and verbs as prompts of an image-text encoder: which of them fits a picture best."""

from collections.abc import Mapping

import numpy as np

from shared.image_text.encoder import Floats, ImageTextEncoder


class PromptRanker:
    """A closed set of names, each with its prompt, encoded when the first picture is ranked."""

    def __init__(self, encoder: ImageTextEncoder, prompts: Mapping[str, str]) -> None:
        self._encoder = encoder
        self._prompts = dict(prompts)
        self._vectors: Floats | None = None

    def rank(self, vector: Floats) -> dict[str, float]:
        """Probability of each name for the vector [D] of a picture, summing to 1."""
        if self._vectors is None:
            self._vectors = self._encoder.texts(list(self._prompts.values()))
        logits = self._encoder.scale * (self._vectors @ vector)
        weights = np.exp(logits - logits.max())
        return dict(zip(self._prompts, (weights / weights.sum()).tolist(), strict=True))
