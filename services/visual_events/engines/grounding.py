"""Boxes of role fillers: any zero-shot detector of transformers (Grounding DINO, OWLv2), asked about one picture."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from PIL import Image as Pillow

from services.visual_events.engines.torch_models import load, processor, require
from services.visual_events.thresholds import LIMITS
from shared.errors import WeightsError
from shared.pictures import RgbArray
from shared.schemas.base import Box


@dataclass(frozen=True)
class FoundPhrase:
    """A box for a phrase, in pixels of the picture."""

    phrase: str
    box: Box
    confidence: float


PhraseFinder = Callable[[RgbArray, Sequence[str]], list[FoundPhrase]]


class ZeroShotFinder:
    """A phrase finder on a checkpoint folder."""

    def __init__(self, model_id: str, folder: Path, device: str, threshold: float | None = None) -> None:
        """Load the folder; raises WeightsError."""
        self.model_id = model_id
        self._threshold = LIMITS.min_role_box if threshold is None else threshold
        transformers = require("transformers", model_id)
        model = load("AutoModelForZeroShotObjectDetection", model_id, folder, device)
        tokenizer, pictures = processor("AutoTokenizer", model_id, folder), processor("AutoImageProcessor", model_id, folder)
        task, parts = "zero-shot-object-detection", {"tokenizer": tokenizer, "image_processor": pictures}
        try:
            self._ask = transformers.pipeline(task, model=model, device=device, **parts)
        except (ValueError, RuntimeError, ImportError) as error:
            raise WeightsError(f"{model_id}: {folder} does not work as a zero-shot detector: {str(error)[:300]}") from error

    def __call__(self, picture: RgbArray, phrases: Sequence[str]) -> list[FoundPhrase]:
        """The surest box of each phrase that is found at all."""
        asked = [phrase for phrase in dict.fromkeys(phrases) if phrase.strip()]
        best: dict[str, FoundPhrase] = {}
        for row in self._ask(Pillow.fromarray(picture), candidate_labels=asked, threshold=self._threshold) if asked else []:
            found = _found(row["label"], row["score"], row["box"], picture)
            if found and (found.phrase not in best or best[found.phrase].confidence < found.confidence):
                best[found.phrase] = found
        return list(best.values())


def _found(phrase: str, score: float, corners: dict[str, float], picture: RgbArray) -> FoundPhrase | None:
    height, width = picture.shape[:2]
    x0, x1 = (min(max(float(corners[name]), 0.0), float(width)) for name in ("xmin", "xmax"))
    y0, y1 = (min(max(float(corners[name]), 0.0), float(height)) for name in ("ymin", "ymax"))
    if min(x1 - x0, y1 - y0) < LIMITS.min_role_box_side:
        return None
    return FoundPhrase(phrase, Box(x0=x0, y0=y0, x1=x1, y1=y1), round(min(1.0, float(score)), 3))
