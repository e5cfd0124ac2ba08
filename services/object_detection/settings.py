"""Settings of object_detection, read from ``NEWSGRAPH_*`` where the stage is built."""

from pydantic import Field
from pydantic_settings import BaseSettings, SettingsConfigDict

FREE_DETECTOR = "mask-rcnn-resnet50-v2"
FREE_PHRASE_DETECTOR = "grounding-dino-base"
FREE_SEGMENTER = "deeplab-v3-resnet101"


class DetectionSettings(BaseSettings):
    """Ids of models.toml that the profile ``gpu`` is to use."""

    model_config = SettingsConfigDict(env_prefix="NEWSGRAPH_", frozen=True, extra="ignore")

    detectors: tuple[str, ...] = Field(
        default=("yolo11x-seg", "yolov8x-oiv7"), description="JSON list of detectors, all of which are asked"
    )
    phrase_detector: str = Field(default=FREE_PHRASE_DETECTOR, description="finds what the article's nouns name; empty for none")
    segmenter: str = Field(default=FREE_SEGMENTER, description="gives every pixel a class; empty for none")
