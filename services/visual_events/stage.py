"""The stage visual_events: scene triples, situation frames, typed events and spoken phrases of each image."""

from collections.abc import Sequence
from pathlib import Path
from typing import ClassVar

from services.visual_events.catalogue import ENGINES
from services.visual_events.event_rules import load_rules
from services.visual_events.event_scores import EventScores
from services.visual_events.phrases import Corners
from services.visual_events.reading import PictureReader, Reading, load_reader, scene_of
from services.visual_events.spoken import Shown, event_fits, ground_phrases, point
from services.visual_events.verbs import load_situations
from services.visual_events.video import with_videos
from shared.blobs import BlobNotFound, Blobs
from shared.commands import PictureQuery
from shared.engines import EngineRegistry
from shared.errors import ConfigurationError, StageError
from shared.image_text.encoder import ImageTextEncoder
from shared.manifest import IMAGE_TEXT, SENTENCE_VECTORS, ontology_id, source_id
from shared.ontology import load_ontology
from shared.picture_search import PictureHits, PictureIndex
from shared.pictures import RgbArray, decode_rgb
from shared.schemas.job import StageName
from shared.schemas.situations import VisualEvents
from shared.schemas.text import NotAttempted
from shared.schemas.vision import ImageAnalysis, Region
from shared.settings import Settings
from shared.stage import StageInput, StageOutput

FOLDER = Path(__file__).parent
_NO_MODELS = (
    NotAttempted(part="situations beyond the rules", reason="no picture model is installed; rules know a few events"),
    NotAttempted(part="phrases in pictures", reason="no image-text encoder is installed"),
)
_LIMITS = (
    NotAttempted(
        part="roles that nothing shows",
        reason="roles are filled with detected persons and things; what no detector knows stays open",
    ),
)


def _cut(encoder: ImageTextEncoder) -> tuple[NotAttempted, ...]:
    """What an output says of an encoder that does not read long texts to their end."""
    if encoder.max_pieces is None:
        return ()
    reason = f"{encoder.model_id} reads {encoder.max_pieces} word pieces of a text"
    return (NotAttempted(part="ends of long sentences and phrases", reason=reason),)


class VisualEventsStage:
    """Reads pictures with the trained models, and what object_detection and entity_linking found with rules.

    Missing models, faces or text are no hindrance: what depends on them is left out and said so.
    """

    name: ClassVar[StageName] = "visual_events"

    def __init__(self, settings: Settings, blobs: Blobs) -> None:
        self._registry = EngineRegistry(ENGINES, settings)
        self._blobs = blobs
        self._index = PictureIndex(blobs)
        self._reader: PictureReader | None = None

    def load(self) -> None:
        """Read rules and ontology and load the models; raises ConfigurationError where tables contradict, and WeightsError."""
        load_ontology()
        load_rules()
        load_situations()
        self._reader = load_reader(self._registry)

    def use(self, reader: PictureReader) -> None:
        """Read with other models than those of the registry."""
        self._reader = reader

    def manifest(self) -> tuple[str, ...]:
        """Revisions of the models, the settings of those that are asked, and the rules."""
        return (*self._registry.manifest(), source_id(FOLDER, IMAGE_TEXT, SENTENCE_VECTORS), ontology_id())

    def run(self, batch: Sequence[StageInput]) -> list[StageOutput | StageError]:
        """One VisualEvents per article; a StageError where object_detection gave nothing."""
        seen = [self._see(inputs) for inputs in batch]
        return [s if isinstance(s, StageError) else with_videos(inputs, s) for inputs, s in zip(batch, seen, strict=True)]

    def point(
        self, picture: RgbArray, phrases: Sequence[str], regions: Sequence[Region] = ()
    ) -> list[tuple[float, float, Corners, float]]:
        """For each phrase x, y, box and confidence in pixels; ``regions`` are object_detection's of this picture.

        Raises ConfigurationError where no image-text encoder is installed.
        """
        reader = self._loaded()
        if reader.models is None:
            raise ConfigurationError("pointing needs an image-text encoder; see `newsgraph models` for those of this profile")
        height, width = picture.shape[:2]
        analysis = ImageAnalysis(image_id="picture", width=width, height=height, regions=tuple(regions))
        encoder = reader.models.encoder
        found = point(Shown(analysis, encoder.images([picture])), phrases, encoder)
        return [
            (p.x * width, p.y * height, (c[0] * width, c[1] * height, c[2] * width, c[3] * height), p.confidence)
            for p in found
            for c in [p.corners]
        ]

    @property
    def encoder(self) -> ImageTextEncoder | None:
        """The image-text encoder; None where none is installed."""
        models = self._loaded().models
        return models.encoder if models else None

    def scores(self, picture: RgbArray, seen: StageInput) -> EventScores:
        """The event model's answer for the first picture of an article that the earlier stages have seen.

        Raises ConfigurationError where no event model is installed, StageError where object_detection gave nothing.
        """
        models, detected = self._loaded().models, seen.object_detection
        if detected is None or not detected.images:
            raise StageError("visual_events needs the output of object_detection")
        look = models.look(picture, scene_of(detected.article_id, detected.images[0], seen.entity_linking)) if models else None
        if look is None or look.scores is None:
            raise ConfigurationError("no visual event model is installed; see `newsgraph models` for those of this profile")
        return look.scores

    def search(self, order: PictureQuery) -> PictureHits:
        """Pictures of all articles that fit the words; raises ConfigurationError where no image-text encoder is installed."""
        models = self._loaded().models
        if models is None:
            raise ConfigurationError("search needs an image-text encoder; see `newsgraph models` for those of this profile")
        encoder = models.encoder
        return self._index.search(order.query, encoder.texts([order.query])[0], encoder.model_id, order.limit)

    def _loaded(self) -> PictureReader:
        if self._reader is None:
            raise RuntimeError("load() must be called before run()")
        return self._reader

    def _see(self, inputs: StageInput) -> VisualEvents | StageError:
        if inputs.object_detection is None:
            return StageError("visual_events needs the output of object_detection, which failed")
        article_id = inputs.article.article_id
        analyses = [analysis for analysis in inputs.object_detection.images if analysis.error is None]
        readings = [self._read(article_id, analysis, inputs) for analysis in analyses]
        models = self._loaded().models
        notes = (*(_LIMITS if models else _NO_MODELS), *self._registry.refusals()) if analyses else ()
        notes += tuple(dict.fromkeys(note for reading in readings for note in reading.notes))
        return self._heard(inputs, readings, _joined(article_id, readings, notes))

    def _read(self, article_id: str, analysis: ImageAnalysis, inputs: StageInput) -> Reading:
        reader = self._loaded()
        picture = self._picture(analysis.image_id) if reader.models else None
        reading = reader.read(scene_of(article_id, analysis, inputs.entity_linking), picture)
        if reader.models and reading.codes:
            self._index.remember(analysis.image_id, reading.codes.vectors[0], reader.models.encoder.model_id)
        return reading

    def _picture(self, image_id: str) -> RgbArray | None:
        """None where the bytes are gone or broken: object_detection has already said so."""
        try:
            return decode_rgb(self._blobs.get(image_id))
        except (StageError, BlobNotFound):
            return None

    def _heard(self, inputs: StageInput, readings: Sequence[Reading], seen: VisualEvents) -> VisualEvents:
        """The output with what the text speaks of, where there is text and an encoder."""
        models, text = self._loaded().models, inputs.text_ie
        shown = [Shown(r.scene.analysis, r.codes) for r in readings if r.codes]
        if models is None or text is None or not shown:
            return seen
        phrases = ground_phrases(inputs.article, text, shown, models.encoder)
        fits = event_fits(inputs.article, text, shown, models.encoder)
        return seen.model_copy(
            update={"phrases": phrases, "fits": fits, "not_attempted": (*seen.not_attempted, *_cut(models.encoder))}
        )


def _joined(article_id: str, readings: Sequence[Reading], notes: tuple[NotAttempted, ...]) -> VisualEvents:
    return VisualEvents(
        article_id=article_id,
        regions=tuple(region for reading in readings for region in reading.regions),
        frames=tuple(frame for reading in readings for frame in reading.frames),
        triples=tuple(triple for reading in readings for triple in reading.scene.triples),
        events=tuple(event for reading in readings for event in reading.events),
        interactions=tuple(interaction for reading in readings for interaction in reading.interactions),
        not_attempted=notes,
    )


def build(settings: Settings, blobs: Blobs) -> VisualEventsStage:
    """Make the stage; nothing is loaded yet."""
    return VisualEventsStage(settings, blobs)
