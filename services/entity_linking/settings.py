"""Settings of entity_linking, read from ``NEWSGRAPH_*`` where an engine is chosen."""

from pydantic import Field
from pydantic_settings import BaseSettings, SettingsConfigDict


class GallerySettings(BaseSettings):
    """Which network compares pictures with the galleries of logos, flags and landmarks in profile ``gpu``."""

    model_config = SettingsConfigDict(env_prefix="NEWSGRAPH_", frozen=True, extra="ignore")

    gallery_encoder: str = Field(
        default="", description="id of models.toml, as dinov2-base; empty for our own; then `newsgraph gallery rebuild`"
    )
