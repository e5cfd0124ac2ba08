"""The engines of object_detection: which models see objects, tags, poses, words and attributes in each profile."""

import os

import cv2

from services.object_detection.analysis import AttributeSource, Engines
from services.object_detection.engine import ObjectDetector, PhraseDetector, Segmenter
from services.object_detection.engines.efficientnet import TagReader
from services.object_detection.engines.movenet import PoseReader
from services.object_detection.engines.rapidocr import TextReader
from services.object_detection.settings import FREE_DETECTOR, FREE_PHRASE_DETECTOR, FREE_SEGMENTER, DetectionSettings
from shared.engines import ALL, CHOSEN, Engine, EngineRegistry, Order, Role
from shared.image_text.small import MODEL_IDS as ATTRIBUTE_MODELS
from shared.image_text.small import load_small
from shared.schemas.text import NotAttempted

SSD, SSD_GRAPH, NANODET = "ssd-mobilenet-v2-coco", "ssd-mobilenet-v2-coco-graph", "nanodet-g"
TAGS, TAG_LABELS = "efficientnet-lite3", "efficientnet-lite3-labels"
_MAX_THREADS = 4
_TORCHVISION_BUILDERS = {  # models of torchvision.models
    "faster-rcnn-resnet50-v2": "fasterrcnn_resnet50_fpn_v2",
    "mask-rcnn-resnet50-v2": "maskrcnn_resnet50_fpn_v2",
    "ssd300-vgg16": "ssd300_vgg16",
    "deeplab-v3-resnet101": "deeplabv3_resnet101",
}
_ALWAYS = (
    NotAttempted(part="handwriting and scripts other than Latin and Chinese", reason="the embedded OCR model cannot read them"),
)
_EMBEDDED = (
    NotAttempted(part="masks", reason="the embedded detectors give boxes only; profile gpu has segmentation models"),
    NotAttempted(
        part="objects beyond COCO's 80 classes",
        reason="tents and flags on poles have no boxes here, only tags; profile gpu knows more classes",
    ),
)

DETECTOR: Role[ObjectDetector] = Role(
    "detector", setting="NEWSGRAPH_DETECTORS", asks=lambda: DetectionSettings().detectors, stand_in=FREE_DETECTOR
)
PHRASE_DETECTOR: Role[PhraseDetector] = Role(
    "phrase detector",
    setting="NEWSGRAPH_PHRASE_DETECTOR",
    asks=lambda: (DetectionSettings().phrase_detector,),
    stand_in=FREE_PHRASE_DETECTOR,
)
SEGMENTER: Role[Segmenter] = Role(
    "segmenter", setting="NEWSGRAPH_SEGMENTER", asks=lambda: (DetectionSettings().segmenter,), stand_in=FREE_SEGMENTER
)
TAGGER: Role[TagReader] = Role("tagger")
POSES: Role[PoseReader] = Role("pose estimator")
OCR: Role[TextReader] = Role("OCR")
ATTRIBUTES: Role[AttributeSource] = Role("attribute reader", optional=True)


def load(registry: EngineRegistry) -> Engines:
    """All engines of the profile on a bounded number of threads; raises WeightsError or ConfigurationError."""
    cv2.setNumThreads(_threads())
    return Engines(
        detectors=tuple(registry.all(DETECTOR)),
        tags=registry.one(TAGGER),
        poses=registry.one(POSES),
        words=registry.one(OCR),
        phrases=registry.maybe(PHRASE_DETECTOR),
        segmenter=registry.maybe(SEGMENTER),
        attributes=registry.maybe(ATTRIBUTES),
    )


def not_attempted(registry: EngineRegistry) -> tuple[NotAttempted, ...]:
    """What the engines of the profile leave out, and what licences keep out."""
    return (*(() if registry.settings.profile == "gpu" else _EMBEDDED), *registry.refusals(), *_ALWAYS)


def _threads() -> int:
    return min(_MAX_THREADS, os.cpu_count() or 1)


def _pair(order: Order) -> ObjectDetector:
    from services.object_detection.engines.nanodet import NanoDetector
    from services.object_detection.engines.pair import DetectorPair
    from services.object_detection.engines.ssd import SsdDetector

    return DetectorPair(SsdDetector(order.path(0), order.path(1)), NanoDetector(order.path(2), _threads()))


def _yolo(order: Order) -> ObjectDetector:
    from services.object_detection.engines.yolo import YoloDetector

    return YoloDetector(order.models[0], order.path(), order.settings.device)


def _torchvision(order: Order) -> ObjectDetector:
    from services.object_detection.engines.torchvision_detectors import TorchvisionDetector

    model = order.models[0]
    return TorchvisionDetector(model, order.path(), order.settings.device, _TORCHVISION_BUILDERS[model])


def _grounding_dino(order: Order) -> PhraseDetector:
    from services.object_detection.engines.open_vocabulary import GroundingDino

    return GroundingDino(order.models[0], order.path(), order.settings.device)


def _owlv2(order: Order) -> PhraseDetector:
    from services.object_detection.engines.open_vocabulary import Owlv2

    return Owlv2(order.models[0], order.path(), order.settings.device)


def _deeplab(order: Order) -> Segmenter:
    from services.object_detection.engines.segmentation import DeepLab

    model = order.models[0]
    return DeepLab(model, order.path(), order.settings.device, _TORCHVISION_BUILDERS[model])


def _ocr(order: Order) -> TextReader:
    order.path()  # verified, though the package itself finds it
    return TextReader(_threads(), order.settings.device)


def _attributes(order: Order) -> AttributeSource:
    from services.object_detection.attributes import AttributeReader

    settings = order.settings
    return AttributeReader(order.registry.weights, load_small(settings, _threads()), settings.device)


ENGINES = (
    Engine("ssd and nanodet", DETECTOR, ("embedded", "llm"), _pair, models=(SSD, SSD_GRAPH, NANODET)),
    Engine("ultralytics", DETECTOR, ("gpu",), _yolo, models=CHOSEN),
    Engine("torchvision", DETECTOR, ("gpu",), _torchvision, models=CHOSEN),
    Engine("grounding-dino", PHRASE_DETECTOR, ("gpu",), _grounding_dino, models=CHOSEN),
    Engine("owlv2", PHRASE_DETECTOR, ("gpu",), _owlv2, models=CHOSEN),
    Engine("torchvision-segmentation", SEGMENTER, ("gpu",), _deeplab, models=CHOSEN),
    Engine("efficientnet", TAGGER, ALL, lambda o: TagReader(o.path(0), o.path(1), _threads()), models=(TAGS, TAG_LABELS)),
    Engine("movenet", POSES, ALL, lambda o: PoseReader(o.path(), _threads()), models=("movenet-lightning",)),
    Engine("rapidocr", OCR, ALL, _ocr, models=("pp-ocr-v4",)),
    Engine(
        "small",
        ATTRIBUTES,
        ALL,
        _attributes,
        models=ATTRIBUTE_MODELS,
        instead="regions have no attributes, and guns and fire no boxes",
    ),
)
