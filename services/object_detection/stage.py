"""The stage object_detection: regions, tags, poses, clothing and printed words of every picture of an article."""

from collections.abc import Sequence
from pathlib import Path
from typing import ClassVar

from services.object_detection.analysis import Engines, analyse
from services.object_detection.catalogue import ENGINES, load, not_attempted
from services.object_detection.phrases import phrases_of
from services.object_detection.regions import Picture
from shared.blobs import BlobNotFound, Blobs
from shared.engines import EngineRegistry
from shared.errors import StageError
from shared.manifest import IMAGE_TEXT, ontology_id, source_id
from shared.pictures import decode_rgb
from shared.schemas.article import Article, Image
from shared.schemas.job import StageName
from shared.schemas.vision import ImageAnalysis, ObjectDetection
from shared.settings import Settings
from shared.stage import StageInput, StageOutput

_AT_ONCE = 4
FOLDER = Path(__file__).parent


class ObjectDetectionStage:
    """Looks at every picture once; a picture that cannot be read gets an ``error`` and its neighbours go on."""

    name: ClassVar[StageName] = "object_detection"

    def __init__(self, settings: Settings, blobs: Blobs) -> None:
        self._blobs = blobs
        self._registry = EngineRegistry(ENGINES, settings)
        self._loaded: Engines | None = None

    def load(self) -> None:
        """Load the models of the profile (embedded: about 110 MB); raises WeightsError or ConfigurationError."""
        self._loaded = load(self._registry)

    def manifest(self) -> tuple[str, ...]:
        """Revisions of the models, and of the rules that turn their answers into regions."""
        return (*self._registry.manifest(), source_id(FOLDER, IMAGE_TEXT), ontology_id())

    def run(self, batch: Sequence[StageInput]) -> list[StageOutput | StageError]:
        """One ObjectDetection per article, empty for an article without pictures."""
        return [self._detect(inputs) for inputs in batch]

    def _detect(self, inputs: StageInput) -> ObjectDetection:
        if self._loaded is None:
            raise RuntimeError("load() must be called before run()")
        article, images = inputs.article, inputs.pictures
        groups = (images[start : start + _AT_ONCE] for start in range(0, len(images), _AT_ONCE))
        analyses = tuple(analysis for group in groups for analysis in self._analyse(article, group, self._loaded))
        return ObjectDetection(
            article_id=article.article_id, images=analyses, not_attempted=not_attempted(self._registry) if analyses else ()
        )

    def _analyse(self, article: Article, images: Sequence[Image], loaded: Engines) -> list[ImageAnalysis]:
        """Some pictures at once; those that cannot be read keep their place."""
        read = [self._read(article.article_id, image) for image in images]
        phrases = phrases_of(article) if loaded.phrases else ()
        seen = iter(analyse([r for r in read if isinstance(r, Picture)], loaded, phrases))
        return [next(seen) if isinstance(r, Picture) else r for r in read]

    def _read(self, article_id: str, image: Image) -> Picture | ImageAnalysis:
        try:
            return Picture(article_id, image.image_id, decode_rgb(self._blobs.get(image.image_id)))
        except (StageError, BlobNotFound) as error:
            return ImageAnalysis(image_id=image.image_id, width=image.width, height=image.height, error=str(error))


def build(settings: Settings, blobs: Blobs) -> ObjectDetectionStage:
    """Make the stage; nothing is loaded yet."""
    return ObjectDetectionStage(settings, blobs)
