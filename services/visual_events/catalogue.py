"""The engines of visual_events: the picture network, an image-text encoder in its place, and what reads situations."""

import json

from services.visual_events.engine import SituationEngine
from services.visual_events.engines.grounding import PhraseFinder
from services.visual_events.event_model import EventModel
from services.visual_events.picture_models import ACTIONS, EncoderModels, PictureModels, SmallModels
from services.visual_events.settings import EncoderSettings, VlmSettings
from shared.engines import ALL, CHOSEN, Engine, EngineRegistry, Order, Role
from shared.errors import ConfigurationError
from shared.image_text.encoder import ImageTextEncoder
from shared.image_text.small import MODEL_IDS, PICTURES_ID, SmallEncoder
from shared.manifest import settings_id
from shared.settings import Settings

_VLM = "qwen3-vl-4b"
_DECIDING = ("engine", "url", "model", "max_tokens", "side", "boxes", "extra")


def _checkpoint() -> tuple[str, ...]:
    chosen = VlmSettings()
    return (chosen.model or _VLM,) if chosen.loads else ()


PICTURES: Role[PictureModels] = Role("picture network", optional=True)
ENCODER: Role[ImageTextEncoder] = Role(
    "image-text encoder", setting="NEWSGRAPH_IMAGE_TEXT", asks=lambda: (EncoderSettings().image_text,)
)
ROLE_DETECTOR: Role[PhraseFinder] = Role(
    "role detector", setting="NEWSGRAPH_ROLE_DETECTOR", asks=lambda: (EncoderSettings().role_detector,)
)
SITUATIONS: Role[SituationEngine] = Role("situation engine", setting="NEWSGRAPH_VLM_MODEL", asks=_checkpoint)


def picture_models(registry: EngineRegistry) -> PictureModels | None:
    """What looks at pictures in the profile, loaded; None where nothing may. Raises WeightsError or ConfigurationError."""
    small, encoder = registry.maybe(PICTURES), registry.maybe(ENCODER)
    return EncoderModels(encoder, small) if encoder else small


def situation_engine(registry: EngineRegistry) -> SituationEngine | None:
    """What reads situations from pixels: in profile gpu always, in profile llm where a vision-language model is named."""
    return registry.maybe(SITUATIONS)


def _small(order: Order) -> PictureModels:
    weights, device = order.registry.weights, order.settings.device
    folder = weights.path(PICTURES_ID)
    labels = json.loads((folder / "labels.json").read_text(encoding="utf-8"))
    events = EventModel(weights, device) if (folder / "events.onnx").is_file() else None
    return SmallModels(SmallEncoder(weights, device), events, labels["heads"].get(ACTIONS, ()))


def _encoder(order: Order) -> ImageTextEncoder:
    from services.visual_events.engines.clip import TransformersEncoder

    return TransformersEncoder(order.models[0], order.path(), order.settings.device)


def _role_detector(order: Order) -> PhraseFinder:
    from services.visual_events.engines.grounding import ZeroShotFinder

    return ZeroShotFinder(order.models[0], order.path(), order.settings.device)


def _by_prompts(order: Order) -> SituationEngine:
    from services.visual_events.engines.clip_situations import ClipSituations

    return ClipSituations(order.registry.one(ENCODER), order.registry.maybe(ROLE_DETECTOR))


def _by_checkpoint(order: Order) -> SituationEngine:
    from services.visual_events.engines.vlm import TransformersVlm, VlmSituations

    chosen = VlmSettings()
    loaded = TransformersVlm(order.models[0], order.path(), order.settings.device, chosen.max_tokens)
    return VlmSituations(loaded, chosen)


def _by_endpoint(_: Order) -> SituationEngine:
    from services.visual_events.engines.vlm import EndpointVlm, VlmSituations

    chosen = VlmSettings()
    if not chosen.url or not chosen.model:
        raise ConfigurationError("situations by an endpoint need NEWSGRAPH_VLM_URL and NEWSGRAPH_VLM_MODEL")
    return VlmSituations(EndpointVlm(chosen), chosen)


def _vlm_settings(_: Settings) -> tuple[str, ...]:
    return (settings_id("vlm", VlmSettings(), _DECIDING),)


def _prompts() -> bool:
    chosen = VlmSettings()
    return not (chosen.loads or chosen.asks)


ENGINES = (
    Engine("small", PICTURES, ALL, _small, models=MODEL_IDS, instead="rules over what was detected do this work instead"),
    Engine("image-text", ENCODER, ("gpu",), _encoder, models=CHOSEN),
    Engine("grounding-dino", ROLE_DETECTOR, ("gpu",), _role_detector, models=CHOSEN, wanted=_prompts),
    Engine("owlv2", ROLE_DETECTOR, ("gpu",), _role_detector, models=CHOSEN, wanted=_prompts),
    Engine("vlm", SITUATIONS, ("gpu", "llm"), _by_checkpoint, models=CHOSEN, decides=_vlm_settings),
    Engine("vlm endpoint", SITUATIONS, ("gpu", "llm"), _by_endpoint, wanted=lambda: VlmSettings().asks, decides=_vlm_settings),
    Engine("prompts", SITUATIONS, ("gpu",), _by_prompts, wanted=_prompts),
)
