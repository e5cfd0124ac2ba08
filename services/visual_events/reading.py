"""One picture read: triples, interactions, situations, and the codes of the encoder for what the text asks later."""

from dataclasses import dataclass, replace

from services.visual_events.agreement import agreed, framed
from services.visual_events.catalogue import picture_models, situation_engine
from services.visual_events.engine import SituationEngine
from services.visual_events.framing import image_region
from services.visual_events.geometry import scene_triples
from services.visual_events.interactions import interactions
from services.visual_events.picture_models import Look, PictureModels
from services.visual_events.prompts import PromptRanker
from services.visual_events.roles import Found, load_role_rules, places
from services.visual_events.scene import Scene
from services.visual_events.situations import Sight, Situation, situations
from services.visual_events.thresholds import LIMITS
from services.visual_events.verbs import load_situations, plain, verb_ranker
from shared.engines import EngineRegistry
from shared.errors import StageError
from shared.image_text.encoder import ImageCodes
from shared.pictures import RgbArray
from shared.schemas.linking import EntityLinking
from shared.schemas.situations import HumanObjectInteraction, SituationFrame, VisualEvent
from shared.schemas.text import NotAttempted
from shared.schemas.vision import ImageAnalysis, Region


@dataclass(frozen=True)
class Reading:
    """What one picture shows; ``regions`` are those made here, ``codes`` are None without models or pixels.

    ``notes`` say what an engine could not do for it.
    """

    scene: Scene
    frames: tuple[SituationFrame, ...] = ()
    events: tuple[VisualEvent, ...] = ()
    interactions: tuple[HumanObjectInteraction, ...] = ()
    regions: tuple[Region, ...] = ()
    codes: ImageCodes | None = None
    notes: tuple[NotAttempted, ...] = ()


class PictureReader:
    """Reads scenes with the rules and, where they are given, the trained models and an engine for situations."""

    def __init__(self, models: PictureModels | None, engine: SituationEngine | None = None) -> None:
        self.models = models
        self._engine = engine
        self._verbs = verb_ranker(models.encoder) if models else None
        nouns = {noun: f"a photo taken at the {noun}" for noun in load_role_rules().scenes}
        self._places = PromptRanker(models.encoder, nouns) if models else None

    def read(self, scene: Scene, picture: RgbArray | None) -> Reading:
        """Everything of one picture; without its pixels only the rules speak."""
        look = self.models.look(picture, scene) if self.models and picture is not None else None
        codes = look.codes if look else None
        sight = self._sight(scene, look)
        small = situations(sight)
        if self._engine is None or picture is None:
            return collected(scene, small, codes)
        try:
            frames, regions = self._engine.read(scene, picture)
        except StageError as error:
            note = NotAttempted(part=f"situations by {self._engine.model_id}", reason=f"{error}; rules and small models did it")
            return replace(collected(scene, small, codes), notes=(note,))
        return collected(scene, agreed(framed(sight, frames, regions), small), codes)

    def _sight(self, scene: Scene, look: Look | None) -> Sight:
        if look is None or self._verbs is None or self._places is None:
            return Sight(scene, place=next(places(scene), None))
        vector = look.codes.vectors[0]
        return Sight(scene, look, self._verbs.rank(vector), _place(scene, look, self._places.rank(vector)))


def load_reader(registry: EngineRegistry) -> PictureReader:
    """A reader with the models and the engine of a profile; raises WeightsError or ConfigurationError."""
    models = picture_models(registry)
    return PictureReader(models, situation_engine(registry) if models else None)


def _place(scene: Scene, look: Look, ranking: dict[str, float]) -> Found | None:
    """The place that goes with a likely class; else one that the tags name, else the encoder's, where it is sure."""
    classes = load_situations().classes
    seen = look.scores.classes.items() if look.scores else ()
    known = [(p, row.place) for name, p in seen if (row := classes.get(plain(name))) and row.place]
    probability, noun = max(known, default=(0.0, ""))
    if probability >= LIMITS.min_class_of_place:
        return Found(noun, probability)
    best = max(ranking, key=lambda name: ranking[name])
    return next(places(scene), Found(best, ranking[best]) if ranking[best] >= LIMITS.min_place else None)


def collected(scene: Scene, found: list[Situation], codes: ImageCodes | None) -> Reading:
    """Situations as the parts of a reading; the whole image is a region where an event points at it."""
    events = tuple(s.event for s in found if s.event)
    made = {region.id: region for situation in found for region in situation.regions}
    whole = [image_region(scene)] if events else []
    frames = tuple(situation.frame for situation in found)
    return Reading(scene, frames, events, interactions(scene), (*whole, *made.values()), codes)


def scene_of(article_id: str, analysis: ImageAnalysis, linking: EntityLinking | None) -> Scene:
    """The scene of an image, with its faces and scene triples."""
    here = [face for face in (linking.faces if linking else ()) if face.region.image_id == analysis.image_id]
    landmarks = {face.person_region_id: face.landmarks for face in here if face.person_region_id and face.landmarks}
    scene = Scene(article_id, analysis, tuple(face.region for face in here), landmarks=landmarks)
    return replace(scene, triples=scene_triples(scene))
