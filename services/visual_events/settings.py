"""Settings of visual_events, read from ``NEWSGRAPH_*`` where the stage is built."""

from typing import Literal

from pydantic import Field, SecretStr, field_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

BoxUnits = Literal["thousandths", "pixels"]


class EncoderSettings(BaseSettings):
    """Ids of models.toml that the profile ``gpu`` is to use."""

    model_config = SettingsConfigDict(env_prefix="NEWSGRAPH_", frozen=True, extra="ignore")

    image_text: str = Field(default="siglip2-base", description="image-text encoder: a CLIP or SigLIP")
    role_detector: str = Field(default="grounding-dino-tiny", description="finds the fillers of roles; empty for none")


class VlmSettings(BaseSettings):
    """Settings of situations by a vision-language model, ``NEWSGRAPH_VLM_*``."""

    model_config = SettingsConfigDict(env_prefix="NEWSGRAPH_VLM_", frozen=True, extra="ignore", protected_namespaces=())

    engine: Literal["", "endpoint", "transformers"] = Field(
        default="", description="endpoint or transformers; empty: endpoint where a URL is given, else prompts to the encoder"
    )
    url: str = Field(default="", description="base of an OpenAI-compatible API that reads pictures")
    model: str = Field(default="", description="the model's name at that endpoint; with transformers an id of models.toml")
    key: SecretStr = SecretStr("")
    timeout: float = Field(default=180, gt=0, description="seconds to wait for one answer")
    max_tokens: int = Field(default=800, ge=1, description="longest answer")
    side: int = Field(default=1024, ge=64, description="pixels to which the longer side of a picture is scaled down")
    boxes: BoxUnits = Field(default="thousandths", description="what the model's boxes are given in: thousandths or pixels")
    extra: dict[str, object] = Field(default={}, description="JSON merged into each request; null leaves a field out")

    @field_validator("url")
    @classmethod
    def _no_slash(cls, url: str) -> str:
        return url.rstrip("/")

    @property
    def loads(self) -> bool:
        """Whether a checkpoint is loaded here."""
        return self.engine == "transformers"

    @property
    def asks(self) -> bool:
        """Whether an endpoint is asked."""
        return self.engine == "endpoint" or (not self.engine and bool(self.url))
