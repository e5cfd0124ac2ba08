"""The stage visual_events: scene triples, situation frames and typed events of each image, by rules over what was detected."""

from collections.abc import Sequence
from dataclasses import replace
from typing import ClassVar

from services.visual_events.framing import best_matches, event_of, frame_of, image_region
from services.visual_events.geometry import scene_triples
from services.visual_events.rules import load_rules
from services.visual_events.scene import Scene
from shared.blobs import Blobs
from shared.errors import StageError
from shared.ontology import load_ontology
from shared.schemas.job import StageName
from shared.schemas.linking import EntityLinking
from shared.schemas.situations import SceneTriple, SituationFrame, VisualEvent, VisualEvents
from shared.schemas.text import NotAttempted
from shared.schemas.vision import ImageAnalysis, Region
from shared.settings import Settings
from shared.stage import StageInput, StageOutput

_NOT_ATTEMPTED = (
    NotAttempted(
        part="situations beyond the rules",
        reason="the embedded profile has no situation recognition model; rules know a few events",
    ),
    NotAttempted(part="event order in video", reason="this version reads photographs only"),
)


class VisualEventsStage:
    """Looks only at what object_detection and entity_linking found, never at pixels; missing faces are no hindrance."""

    name: ClassVar[StageName] = "visual_events"

    def __init__(self, settings: Settings, blobs: Blobs) -> None:
        self._settings = settings
        self._blobs = blobs

    def load(self) -> None:
        """Read rules and ontology; raises ConfigurationError where they contradict each other."""
        load_ontology()
        load_rules()

    def manifest(self) -> tuple[str, ...]:
        """The versions of the rules."""
        return (f"rules:visual-events@{load_rules().version}", "rules:scene-triples@1")

    def run(self, batch: Sequence[StageInput]) -> list[StageOutput | StageError]:
        """One VisualEvents per article; a StageError where object_detection gave nothing."""
        return [_see(inputs) for inputs in batch]


def _see(inputs: StageInput) -> VisualEvents | StageError:
    if inputs.object_detection is None:
        return StageError("visual_events needs the output of object_detection, which failed")
    article_id = inputs.article.article_id
    regions: list[Region] = []
    frames: list[SituationFrame] = []
    triples: list[SceneTriple] = []
    events: list[VisualEvent] = []
    analyses = [analysis for analysis in inputs.object_detection.images if analysis.error is None]
    for scene in (_scene(article_id, analysis, inputs.entity_linking) for analysis in analyses):
        seen_frames, seen_events = _situations(scene)
        triples += scene.triples
        frames += seen_frames
        events += seen_events
        regions += [image_region(scene)] if seen_events else []
    return VisualEvents(
        article_id=article_id,
        regions=tuple(regions),
        frames=tuple(frames),
        triples=tuple(triples),
        events=tuple(events),
        not_attempted=_NOT_ATTEMPTED if analyses else (),
    )


def _scene(article_id: str, analysis: ImageAnalysis, linking: EntityLinking | None) -> Scene:
    faces = linking.faces if linking else ()
    here = tuple(face.region for face in faces if face.region.image_id == analysis.image_id)
    scene = Scene(article_id, analysis, here)
    return replace(scene, triples=scene_triples(scene))


def _situations(scene: Scene) -> tuple[list[SituationFrame], list[VisualEvent]]:
    frames: list[SituationFrame] = []
    events: list[VisualEvent] = []
    for found in best_matches(load_rules().rules, scene):
        frame = frame_of(found, scene)
        frames.append(frame)
        event = event_of(found, frame, image_region(scene))
        events += [event] if event else []
    return frames, events


def build(settings: Settings, blobs: Blobs) -> VisualEventsStage:
    """Make the stage; nothing is loaded yet."""
    return VisualEventsStage(settings, blobs)
