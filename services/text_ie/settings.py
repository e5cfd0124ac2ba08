"""Settings of the text engines, read from ``NEWSGRAPH_*`` where the stage is built."""

from pathlib import Path

from pydantic import Field, SecretStr, field_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

from services.text_ie.thresholds import LIMITS


class EngineSettings(BaseSettings):
    """What the ``gpu`` and ``llm`` profiles need beside the shared settings."""

    model_config = SettingsConfigDict(env_prefix="NEWSGRAPH_", frozen=True, extra="ignore", protected_namespaces=())

    text_model: str = Field(default="", description="folder of a network that you trained; default: the committed one")
    gliner_model: str = Field(default="fastino/gliner2.5-multi-v1", description="hub id or local folder of a GLiNER2 model")
    gliner_revision: str = Field(default="main", description="commit of the hub model; pin it in production")
    gliner_threshold: float = Field(
        default=LIMITS.min_gliner_confidence, ge=0, le=1, description="least confidence of a mention, trigger or relation"
    )
    gliner_batch: int = Field(default=8, ge=1, description="windows read at once")
    llm_url: str = Field(default="", description="base of an OpenAI-compatible API, such as http://127.0.0.1:8000/v1")
    llm_model: str = Field(default="", description="the model's name at that endpoint")
    llm_key: SecretStr = SecretStr("")
    llm_price_in: float | None = Field(default=None, ge=0, description="price of a million prompt tokens, in any currency")
    llm_price_out: float | None = Field(default=None, ge=0, description="price of a million completion tokens")
    llm_window: int = Field(default=6000, ge=200, description="characters of the article in one request")
    llm_parallel: int = Field(default=4, ge=1, description="requests of one article under way at once")
    llm_timeout: float = Field(default=180, gt=0, description="seconds to wait for one answer")
    llm_max_tokens: int = Field(default=8000, ge=1, description="longest answer")
    llm_items: int = Field(default=60, ge=1, description="longest list in an answer: entities, mentions of one, events ...")
    llm_types: str = Field(
        default="all", description="event types asked for: all, ace (34, for small contexts), or ids parted by commas"
    )
    llm_extra: dict[str, object] = Field(
        default={}, description='JSON merged into each request, such as {"temperature": null}; null leaves a field out'
    )

    @field_validator("llm_url")
    @classmethod
    def _no_slash(cls, url: str) -> str:
        return url.rstrip("/")

    @property
    def text_model_folder(self) -> Path | None:
        """``text_model`` as a path; None where the committed network is meant."""
        return Path(self.text_model) if self.text_model else None
