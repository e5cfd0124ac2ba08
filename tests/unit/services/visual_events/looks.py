"""Hand-made answers of picture models: an encoder whose vectors are told by words, and event scores."""

from collections.abc import Sequence

import numpy as np

from services.visual_events.event_scores import EventScores
from services.visual_events.picture_models import Look
from services.visual_events.scene import Scene
from shared.image_text.encoder import Floats, ImageCodes
from shared.pictures import RgbArray

WORDS = ("truck", "man", "rifle", "protesting", "riding", "street", "marched", "met", "person", "sky")
GRID = 9


def vector(text: str) -> Floats:
    """One dimension a known word, and one for texts without any: unit length."""
    found = np.array([*(float(word in text.lower()) for word in WORDS), 0.0], np.float32)
    found[-1] = float(not found.any())
    unit: Floats = found / np.linalg.norm(found)
    return unit


class WordEncoder:
    """An ImageTextEncoder over ten words; every picture has the codes that it was made with."""

    model_id = "test-encoder"
    scale = 10.0
    max_pieces: int | None = None

    def __init__(self, seen: ImageCodes) -> None:
        self._seen = seen

    def images(self, pictures: Sequence[RgbArray]) -> ImageCodes:
        return self._seen

    def texts(self, texts: Sequence[str]) -> Floats:
        return np.stack([vector(text) for text in texts])

    def phrases(self, phrases: Sequence[str]) -> Floats:
        return self.texts(phrases)


def codes(picture: str, cells: dict[tuple[int, int, int, int], str]) -> ImageCodes:
    """A picture that fits a text; ``cells``: words at column, row, column, row (exclusive) of the grid."""
    grid = np.tile(vector("nothing"), (GRID, GRID, 1))
    for (x0, y0, x1, y1), words in cells.items():
        grid[y0:y1, x0:x1] = vector(words)
    return ImageCodes(vector(picture)[None], grid[None], np.zeros((1, 4), np.float32))


def scores(classes: dict[str, float] | None = None, **types: float) -> EventScores:
    """Event scores; ``types`` with ``__`` for dots, the rest of the probability is ``none``."""
    named = {name.replace("__", "."): p for name, p in types.items()}
    vector_ = np.zeros(384, np.float32)
    vector_[0] = 1.0
    return EventScores(named | {"none": 1.0 - sum(named.values())}, classes or {}, vector_, "test-events")


class FixedModels:
    """Picture models that say the same of every picture."""

    def __init__(self, look: Look) -> None:
        self.encoder = WordEncoder(look.codes)
        self._look = look

    def look(self, picture: RgbArray, scene: Scene) -> Look:
        return self._look
