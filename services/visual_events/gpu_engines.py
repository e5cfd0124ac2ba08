"""The engines of the profile ``gpu``: an image-text encoder, and what reads situations from pixels."""

from pydantic import Field
from pydantic_settings import BaseSettings, SettingsConfigDict

from services.visual_events.engine import SituationEngine
from shared.errors import ConfigurationError
from shared.image_text.encoder import ImageTextEncoder
from shared.settings import Settings
from shared.weights import Weights

_VLM = "qwen3-vl-4b"


class GpuSettings(BaseSettings):
    """Ids of models.toml that the profile ``gpu`` is to use."""

    model_config = SettingsConfigDict(env_prefix="NEWSGRAPH_", frozen=True, extra="ignore")

    image_text: str = Field(default="siglip2-base", description="image-text encoder: a CLIP or SigLIP")
    role_detector: str = Field(default="grounding-dino-tiny", description="finds the fillers of roles; empty for none")


def load_encoder(settings: Settings) -> ImageTextEncoder:
    """The encoder of ``NEWSGRAPH_IMAGE_TEXT``, fetched and loaded; raises WeightsError or ConfigurationError."""
    from services.visual_events.engines.clip import TransformersEncoder

    weights, model_id = Weights.of(settings), GpuSettings().image_text
    if weights.record(model_id).engine != "image-text":
        raise ConfigurationError(f"NEWSGRAPH_IMAGE_TEXT names {model_id}, which is no image-text encoder of profile gpu")
    return TransformersEncoder(model_id, weights.fetch(model_id), settings.device)


def load_situations_engine(settings: Settings, encoder: ImageTextEncoder) -> SituationEngine:
    """A vision-language model where ``NEWSGRAPH_VLM_*`` names one, else prompts to the encoder with boxes by a detector.

    Raises WeightsError, or ConfigurationError where an endpoint lacks its URL or model.
    """
    from services.visual_events.engines.vlm import EndpointVlm, TransformersVlm, VlmSettings, VlmSituations

    chosen, weights = VlmSettings(), Weights.of(settings)
    if chosen.engine == "transformers":
        model_id = chosen.model or _VLM
        loaded = TransformersVlm(model_id, weights.fetch(model_id), settings.device, chosen.max_tokens)
        return VlmSituations(loaded, chosen)
    if chosen.engine == "endpoint" or chosen.url:
        if not chosen.url or not chosen.model:
            raise ConfigurationError("situations by an endpoint need NEWSGRAPH_VLM_URL and NEWSGRAPH_VLM_MODEL")
        return VlmSituations(EndpointVlm(chosen), chosen)
    return _by_prompts(settings, weights, encoder)


def _by_prompts(settings: Settings, weights: Weights, encoder: ImageTextEncoder) -> SituationEngine:
    from services.visual_events.engines.clip_situations import ClipSituations
    from services.visual_events.engines.grounding import ZeroShotFinder

    model_id = GpuSettings().role_detector
    finder = ZeroShotFinder(model_id, weights.fetch(model_id), settings.device) if model_id else None
    return ClipSituations(encoder, finder)
