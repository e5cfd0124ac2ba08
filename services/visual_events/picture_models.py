"""The trained picture models of this stage behind one interface."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Protocol

import numpy as np

from services.visual_events.event_model import EventModel
from services.visual_events.event_scores import EventScores
from services.visual_events.scene import Scene
from shared.image_text.encoder import Floats, ImageCodes, ImageTextEncoder
from shared.image_text.small import SmallEncoder
from shared.pictures import RgbArray

ACTIONS = "actions"


@dataclass(frozen=True)
class Look:
    """What the models say of one picture: codes with N = 1, event scores, and the probability of each everyday action.

    ``scores`` are None beside an encoder for which no event model was trained.
    """

    codes: ImageCodes
    scores: EventScores | None
    actions: dict[str, float] = field(default_factory=dict)


class PictureModels(Protocol):
    """An image-text encoder and the visual event model that reads the same features."""

    @property
    def encoder(self) -> ImageTextEncoder:
        """The encoder, for texts and phrases."""
        ...

    def look(self, picture: RgbArray, scene: Scene) -> Look:
        """Read a picture; the scene tells objects, poses, faces and words."""
        ...


class SmallModels:
    """The encoder and the event model that were trained here: the tower runs once for both."""

    def __init__(self, encoder: SmallEncoder, events: EventModel | None, actions: Sequence[str]) -> None:
        """``actions``: the classes of the head for everyday actions, in order; none where the tower has no such head."""
        self.encoder = encoder
        self._events = events
        self._names = tuple(actions)

    def look(self, picture: RgbArray, scene: Scene) -> Look:
        """Codes, scores and the softmax of the head for actions."""
        reading = self.encoder.read([picture])
        scores = self._events.read(reading, [scene])[0] if self._events else None
        return Look(reading.codes, scores, _softmax(self._names, reading.heads[ACTIONS][0]) if self._names else {})


class EncoderModels:
    """Another encoder; events and actions as the small models see them, where they are installed."""

    def __init__(self, encoder: ImageTextEncoder, small: PictureModels | None) -> None:
        self.encoder = encoder
        self._small = small

    def look(self, picture: RgbArray, scene: Scene) -> Look:
        """Codes of the encoder beside the scores of the small models."""
        codes = self.encoder.images([picture])
        known = self._small.look(picture, scene) if self._small else None
        return Look(codes, known.scores, known.actions) if known else Look(codes, None)


def _softmax(names: Sequence[str], logits: Floats) -> dict[str, float]:
    weights = np.exp(logits - logits.max())
    return dict(zip(names, (weights / weights.sum()).tolist(), strict=True))
