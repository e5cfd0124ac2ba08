"""The answers that the task ``grounding`` scores: points and boxes in pixels of the picture, by the parts below the stage."""

import numpy as np
import pytest

from lab.evaluation.vision.grounding import locations
from lab.evaluation.vision.picture_reader import Measured, load_measured
from services.visual_events.bars import Calibration
from services.visual_events.picture_models import Look
from shared.errors import ConfigurationError
from shared.settings import Settings
from tests.unit.services.visual_events.looks import FixedModels, codes
from tests.unit.services.visual_events.scenes import region

pytestmark = pytest.mark.unit


def test_points_and_boxes_are_pixels_of_the_picture() -> None:
    models = FixedModels(Look(codes("", {(6, 3, 9, 6): "truck"}), None))
    truck = region("truck", (650, 180, 1000, 420))
    picture = np.zeros((600, 1000, 3), np.uint8)
    (found,) = locations(Measured(models, Calibration(models.encoder)), picture, ["a truck"], [truck])
    x, y, box, confidence = found
    assert 650 <= x <= 1000
    assert 180 <= y <= 420
    assert box == pytest.approx((650, 180, 1000, 420))
    assert 0 < confidence <= 1


def test_a_profile_without_an_encoder_is_told() -> None:
    with pytest.raises(ConfigurationError, match="image-text encoder"):
        load_measured(Settings(commercial=True), "grounding")
