"""The trained picture models of this stage behind one interface."""

import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Protocol

import numpy as np

from services.visual_events.engine import SituationEngine
from services.visual_events.event_model import EventModel
from services.visual_events.event_scores import EventScores
from services.visual_events.gpu_engines import load_encoder, load_situations_engine
from services.visual_events.scene import Scene
from shared.image_text.encoder import Floats, ImageCodes, ImageTextEncoder
from shared.image_text.small import MODEL_IDS, PICTURES_ID, SmallEncoder
from shared.pictures import RgbArray
from shared.schemas.text import NotAttempted
from shared.settings import Settings
from shared.weights import Weights

_ACTIONS = "actions"


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
        return Look(reading.codes, scores, _softmax(self._names, reading.heads[_ACTIONS][0]) if self._names else {})


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


def picture_model_ids(settings: Settings) -> tuple[str, ...]:
    """The models that ``load_picture_models`` loads: none where the registry lists none, or where they are not allowed."""
    weights = Weights.of(settings)
    listed = {record.id for record in weights.records(settings.profile)}
    return MODEL_IDS if set(MODEL_IDS) <= listed and all(weights.allowed(i) for i in MODEL_IDS) else ()


def refused_models(settings: Settings) -> tuple[NotAttempted, ...]:
    """What an output says of the models that licences keep out of commercial use."""
    weights = Weights.of(settings)
    listed = {record.id for record in weights.records(settings.profile)}
    instead = "rules over what was detected do this work instead"
    return tuple(weights.refusal(i, instead) for i in MODEL_IDS if i in listed and not weights.allowed(i))


def load_picture_models(settings: Settings) -> PictureModels | None:
    """The models of the registry, None where there are none for this profile; raises WeightsError for files that are missing."""
    small = _load_small(settings)
    return EncoderModels(load_encoder(settings), small) if settings.profile == "gpu" else small


def load_situation_engine(settings: Settings, models: PictureModels | None) -> SituationEngine | None:
    """What reads situations from pixels: in profile gpu always, in profile llm where a vision-language model is named."""
    if models is None or settings.profile == "embedded":
        return None
    if settings.profile == "llm" and not _names_vlm():
        return None
    return load_situations_engine(settings, models.encoder)


def _names_vlm() -> bool:
    from services.visual_events.engines.vlm import VlmSettings

    chosen = VlmSettings()
    return bool(chosen.engine or chosen.url)


def _load_small(settings: Settings) -> PictureModels | None:
    if not picture_model_ids(settings):
        return None
    weights = Weights.of(settings)
    folder = weights.path(PICTURES_ID)
    labels = json.loads((folder / "labels.json").read_text(encoding="utf-8"))
    events = EventModel(weights, settings.device) if (folder / "events.onnx").is_file() else None
    return SmallModels(SmallEncoder(weights, settings.device), events, labels["heads"].get(_ACTIONS, ()))
