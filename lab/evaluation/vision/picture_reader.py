"""The parts below the stage visual_events that picture tasks measure: the same models and calibration as in production."""

from dataclasses import dataclass

from services.visual_events.bars import Calibration
from services.visual_events.catalogue import ENGINES
from services.visual_events.picture_models import PictureModels
from services.visual_events.reading import load_reader
from shared.engines import EngineRegistry
from shared.errors import ConfigurationError
from shared.settings import Settings


@dataclass(frozen=True)
class Measured:
    """The loaded models of a profile with the calibration of their encoder."""

    models: PictureModels
    calibration: Calibration


def load_measured(settings: Settings, task: str) -> Measured:
    """Load them; raises WeightsError, or ConfigurationError where the profile has no image-text encoder."""
    reader = load_reader(EngineRegistry(ENGINES, settings))
    if reader.models is None or reader.calibration is None:
        raise ConfigurationError(
            f"profile {settings.profile!r} has no image-text encoder, which the task {task!r} measures"
            " (newsgraph models lists what is installed; --commercial refuses non-commercial weights)"
        )
    return Measured(reader.models, reader.calibration)
