"""With an engine for situations, the small event model's scores, vector and place stay in what is told."""

import numpy as np
import pytest
from services.visual_events.loading import Look

from services.visual_events.reading import PictureReader, Reading, scene_of
from services.visual_events.scene import Scene
from shared.pictures import RgbArray
from shared.schemas.situations import RoleFiller, SituationFrame
from shared.schemas.vision import Region
from tests.unit.services.visual_events.looks import FixedModels, codes, scores
from tests.unit.services.visual_events.scenes import analysis, region

pytestmark = pytest.mark.unit

_PEOPLE = tuple(region("person", (100 + 200 * i, 100, 280 + 200 * i, 560)) for i in range(4))


class _Says:
    """A situation engine that says the same verb of every picture."""

    model_id = "test-engine"

    def __init__(self, verb: str, confidence: float = 0.6) -> None:
        self._verb, self._confidence = verb, confidence

    def read(self, scene: Scene, picture: RgbArray) -> tuple[list[SituationFrame], list[Region]]:
        agent = RoleFiller(role="agent", noun="people", confidence=self._confidence, model=self.model_id)
        frame = SituationFrame(
            id=f"frame-{self._verb}",
            image_id=scene.analysis.image_id,
            verb=self._verb,
            roles=(agent,),
            confidence=self._confidence,
            model=self.model_id,
        )
        return [frame], []


def _read(engine: _Says, classes: dict[str, float] | None = None, **types: float) -> Reading:
    look = Look(codes("nothing", {}), scores(classes, **types))
    picture = np.zeros((60, 100, 3), np.uint8)
    return PictureReader(FixedModels(look), engine).read(scene_of("article", analysis(*_PEOPLE), None), picture)


def test_an_event_that_both_see_is_told_once_surer_with_vector_and_both_reasons() -> None:
    (event,) = _read(_Says("protesting"), {"demonstration": 0.8}, Conflict__Demonstrate=0.8).events
    assert (event.type, event.model) == ("Conflict.Demonstrate", "test-engine")
    assert event.confidence > 0.6
    assert len(event.vector) == 384
    assert {"test-engine says protesting", "event model 0.80"} <= set(event.reasons)


def test_what_the_event_model_alone_sees_is_told_beside_the_frames_of_the_engine() -> None:
    seen = _read(_Says("cooking"), Conflict__Demonstrate=0.8)
    assert [frame.verb for frame in seen.frames] == ["cooking", "protesting"]
    assert [event.type for event in seen.events] == ["Conflict.Demonstrate"]


def test_what_the_engine_alone_sees_keeps_its_confidence_and_has_the_pictures_vector() -> None:
    (event,) = _read(_Says("protesting")).events
    assert (event.confidence, len(event.vector)) == (0.6, 384)


def test_a_place_that_the_engine_leaves_open_is_that_of_a_likely_class() -> None:
    seen = _read(_Says("protesting"), {"demonstration": 0.8}, Conflict__Demonstrate=0.8)
    assert [filler.noun for filler in seen.frames[0].roles if filler.role == "place"] == ["street"]
