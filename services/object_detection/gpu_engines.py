"""The engines of the profile ``gpu``: which models are wanted, which a licence forbids, and how the rest is loaded."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal, cast

from pydantic import Field
from pydantic_settings import BaseSettings, SettingsConfigDict

from services.object_detection.engine import ObjectDetector, PhraseDetector, Segmenter
from shared.errors import ConfigurationError
from shared.schemas.text import NotAttempted
from shared.weights import Weights

Kind = Literal["detector", "phrases", "segmenter"]
_KINDS: dict[str, Kind] = {
    "ultralytics": "detector",
    "torchvision": "detector",
    "grounding-dino": "phrases",
    "owlv2": "phrases",
    "torchvision-segmentation": "segmenter",
}
_BUILDERS = {  # models of torchvision.models
    "faster-rcnn-resnet50-v2": "fasterrcnn_resnet50_fpn_v2",
    "mask-rcnn-resnet50-v2": "maskrcnn_resnet50_fpn_v2",
    "ssd300-vgg16": "ssd300_vgg16",
    "deeplab-v3-resnet101": "deeplabv3_resnet101",
}
FREE: dict[Kind, str] = {
    "detector": "mask-rcnn-resnet50-v2",
    "phrases": "grounding-dino-base",
    "segmenter": "deeplab-v3-resnet101",
}


class GpuSettings(BaseSettings):
    """Ids of models.toml that the profile ``gpu`` is to use."""

    model_config = SettingsConfigDict(env_prefix="NEWSGRAPH_", frozen=True, extra="ignore")

    detectors: tuple[str, ...] = Field(
        default=("yolo11x-seg", "yolov8x-oiv7"), description="JSON list of detectors, all of which are asked"
    )
    phrase_detector: str = Field(default=FREE["phrases"], description="finds what the article's nouns name; empty for none")
    segmenter: str = Field(default=FREE["segmenter"], description="gives every pixel a class; empty for none")


@dataclass(frozen=True)
class Wanted:
    """Models to load, in order, and what their licences kept out."""

    model_ids: tuple[str, ...]
    not_attempted: tuple[NotAttempted, ...]


@dataclass(frozen=True)
class GpuEngines:
    """The loaded engines; ``not_attempted`` names those that a licence forbids, and what stands in for them."""

    detectors: tuple[ObjectDetector, ...]
    phrases: PhraseDetector | None
    segmenter: Segmenter | None
    not_attempted: tuple[NotAttempted, ...]


def wanted(weights: Weights, settings: GpuSettings | None = None) -> Wanted:
    """What to load, known before anything is; the free engine of a kind takes the place of what is refused.

    Raises ConfigurationError where a setting names a model of another kind.
    """
    settings = settings or GpuSettings()
    asked: list[tuple[str, Kind]] = [(model_id, "detector") for model_id in settings.detectors]
    asked += [(settings.phrase_detector, "phrases"), (settings.segmenter, "segmenter")]
    chosen: dict[str, None] = {}
    refused: list[NotAttempted] = []
    for model_id, kind in asked:
        if not model_id:
            continue
        _check_kind(weights, model_id, kind)
        if weights.allowed(model_id):
            chosen[model_id] = None
        else:
            chosen[FREE[kind]] = None
            refused.append(weights.refusal(model_id, f"{FREE[kind]} does this work instead"))
    return Wanted(tuple(chosen), tuple(refused))


def load_gpu_engines(weights: Weights, device: str, settings: GpuSettings | None = None) -> GpuEngines:
    """Fetch and load what is wanted; raises WeightsError or ConfigurationError."""
    plan = wanted(weights, settings)
    made = [(_KINDS[weights.record(model_id).engine], _load(weights, model_id, device)) for model_id in plan.model_ids]

    def of(kind: Kind) -> list[object]:
        return [engine for own, engine in made if own == kind]

    return GpuEngines(
        detectors=tuple(cast(Sequence[ObjectDetector], of("detector"))),
        phrases=cast(PhraseDetector | None, next(iter(of("phrases")), None)),
        segmenter=cast(Segmenter | None, next(iter(of("segmenter")), None)),
        not_attempted=plan.not_attempted,
    )


def manifest(weights: Weights, settings: GpuSettings | None = None) -> tuple[str, ...]:
    """Revisions of the models that are used."""
    return tuple(weights.revision(model_id) for model_id in wanted(weights, settings).model_ids)


def _check_kind(weights: Weights, model_id: str, kind: Kind) -> None:
    if _KINDS.get(weights.record(model_id).engine) != kind:
        fitting = ", ".join(r.id for r in weights.records(stage="object_detection") if _KINDS.get(r.engine) == kind)
        raise ConfigurationError(f"{model_id} is no {kind} of profile gpu; choose one of: {fitting}")


def _load(weights: Weights, model_id: str, device: str) -> ObjectDetector | PhraseDetector | Segmenter:
    """The engine modules import torch when they make an engine, so they are imported only here."""
    engine, path = weights.record(model_id).engine, weights.fetch(model_id)
    if engine == "ultralytics":
        from services.object_detection.engines.yolo import YoloDetector

        return YoloDetector(model_id, path, device)
    if engine in ("grounding-dino", "owlv2"):
        from services.object_detection.engines.open_vocabulary import GroundingDino, Owlv2

        return (GroundingDino if engine == "grounding-dino" else Owlv2)(model_id, path, device)
    return _load_torchvision(engine, model_id, path, device)


def _load_torchvision(engine: str, model_id: str, path: Path, device: str) -> ObjectDetector | Segmenter:
    from services.object_detection.engines.segmentation import DeepLab
    from services.object_detection.engines.torchvision_detectors import TorchvisionDetector

    if engine == "torchvision-segmentation":
        return DeepLab(model_id, path, device, _BUILDERS[model_id])
    return TorchvisionDetector(model_id, path, device, _BUILDERS[model_id])
