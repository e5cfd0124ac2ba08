"""The stage object_detection: regions, tags, poses, clothing and printed words of every picture of an article."""

from collections.abc import Sequence
from typing import ClassVar

from services.object_detection.analysis import Engines, analyse
from services.object_detection.loading import MODEL_IDS, load_engines
from shared.blobs import BlobNotFound, Blobs
from shared.errors import StageError
from shared.pictures import decode_rgb
from shared.schemas.article import Image
from shared.schemas.job import StageName
from shared.schemas.text import NotAttempted
from shared.schemas.vision import ImageAnalysis, ObjectDetection
from shared.settings import Settings
from shared.stage import StageInput, StageOutput
from shared.weights import Weights

_RULES = "rules:picture-analysis@1"
_NOT_ATTEMPTED = (
    NotAttempted(part="masks", reason="the embedded detector gives boxes only; profile gpu has segmentation models"),
    NotAttempted(
        part="objects beyond COCO's 80 classes", reason="weapons, flags on poles and tents have no boxes here, only tags"
    ),
    NotAttempted(part="handwriting and scripts other than Latin and Chinese", reason="the embedded OCR model cannot read them"),
)


class ObjectDetectionStage:
    """Looks at every picture once; a picture that cannot be read gets an ``error`` and its neighbours go on."""

    name: ClassVar[StageName] = "object_detection"

    def __init__(self, settings: Settings, blobs: Blobs) -> None:
        self._settings = settings
        self._blobs = blobs
        self._weights = Weights(settings.models_file)
        self._engines: Engines | None = None

    def load(self) -> None:
        """Load the five models (about 100 MB); raises WeightsError."""
        self._engines = load_engines(self._weights, self._settings.device)

    def manifest(self) -> tuple[str, ...]:
        """Revisions of the models and of the rules that turn their answers into regions."""
        return (*(self._weights.record(model_id).revision for model_id in MODEL_IDS), _RULES)

    def run(self, batch: Sequence[StageInput]) -> list[StageOutput | StageError]:
        """One ObjectDetection per article, empty for an article without pictures."""
        return [self._detect(inputs) for inputs in batch]

    def _detect(self, inputs: StageInput) -> ObjectDetection:
        article = inputs.article
        images = {image.image_id: image for image in article.images}
        analyses = tuple(self._analyse(article.article_id, image) for image in images.values())
        return ObjectDetection(article_id=article.article_id, images=analyses, not_attempted=_NOT_ATTEMPTED if analyses else ())

    def _analyse(self, article_id: str, image: Image) -> ImageAnalysis:
        if self._engines is None:
            raise RuntimeError("load() must be called before run()")
        try:
            picture = decode_rgb(self._blobs.get(image.image_id))
        except (StageError, BlobNotFound) as error:
            return ImageAnalysis(image_id=image.image_id, width=image.width, height=image.height, error=str(error))
        return analyse(article_id, image.image_id, picture, self._engines)


def build(settings: Settings, blobs: Blobs) -> ObjectDetectionStage:
    """Make the stage; nothing is loaded yet."""
    return ObjectDetectionStage(settings, blobs)
