"""What an engine for situations sees, with what the small event model and the rules see of the same picture."""

from collections.abc import Sequence
from dataclasses import replace

from services.visual_events.framing import event_of, image_region, shown_by
from services.visual_events.situations import Sight, Situation, event_vector, joined, place_fillers, related
from services.visual_events.thresholds import LIMITS
from shared.schemas.situations import SituationFrame, VisualEvent
from shared.schemas.vision import Region


def framed(sight: Sight, frames: Sequence[SituationFrame], regions: Sequence[Region]) -> list[Situation]:
    """Frames of an engine as situations: their events follow from the ontology, an open place from the sight.

    ``regions`` are those made for the fillers; each event has the sentence vector of the event model, where there is one.
    """
    made = tuple(region for region in regions if region.image_id == sight.scene.analysis.image_id)
    return [_framed(sight, frame, made) for frame in frames]


def _framed(sight: Sight, frame: SituationFrame, made: tuple[Region, ...]) -> Situation:
    frame = frame.model_copy(update={"roles": joined(frame.roles, tuple(place_fillers(sight, frame)))})
    showing = shown_by(frame, (f"{frame.model} says {frame.verb}",))
    if showing is None:
        return Situation(frame, None, made)
    return Situation(frame, event_of(frame, image_region(sight.scene), replace(showing, vector=event_vector(sight))), made)


def agreed(engine: Sequence[Situation], small: Sequence[Situation]) -> list[Situation]:
    """All situations of the engine, and the events of the small models that it does not tell.

    Where both see one event type or one below the other, the event is the engine's, surer by a part of the other's confidence
    (noisy or), with the reasons of both, and roles that the engine leaves open filled by the other's.
    """
    seen = [s.event for s in small if s.event]
    told = [s.event.type for s in engine if s.event]
    others = [s for s in small if s.event and not any(related(s.event.type, kind) for kind in told)]
    return [*(_backed(situation, seen) for situation in engine), *others]


def _backed(situation: Situation, seen: Sequence[VisualEvent]) -> Situation:
    event = situation.event
    witness = next((other for other in seen if event and related(other.type, event.type)), None)
    if event is None or witness is None:
        return situation
    confidence = 1 - (1 - event.confidence) * (1 - LIMITS.rule_agreement * witness.confidence)
    known = joined(event.arguments, witness.arguments if witness.type == event.type else ())
    surer = {"confidence": round(confidence, 3), "arguments": known, "reasons": (*event.reasons, *witness.reasons)}
    return replace(situation, event=event.model_copy(update=surer))
