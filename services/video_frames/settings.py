"""Settings of video_frames, read from ``NEWSGRAPH_*`` where the stage is built."""

from pydantic import Field
from pydantic_settings import BaseSettings, SettingsConfigDict


class VideoSettings(BaseSettings):
    """How much of a video is looked at. ``max_video_seconds`` and ``max_video_bytes`` are the gateway's own limits too."""

    model_config = SettingsConfigDict(env_prefix="NEWSGRAPH_", frozen=True, extra="ignore")

    max_video_seconds: float = Field(default=600, gt=0, description="a longer video is refused")
    max_video_bytes: int = Field(default=60_000_000, gt=0, description="a larger file is refused")
    video_interval: float = Field(default=2.0, gt=0, description="least seconds between keyframes of one shot")
    video_max_keyframes: int = Field(default=60, ge=1, description="keyframes of one video; of more, every n-th is kept")
    video_max_side: int = Field(default=1280, ge=64, description="pixels of a keyframe's longer side; larger frames are scaled")
    video_cut: float = Field(default=27.0, gt=0, description="mean change of hue, saturation and brightness (0-255) at a cut")
    video_same: float = Field(default=4.0, ge=0, description="a frame that differs less from the last keyframe shows nothing new")
