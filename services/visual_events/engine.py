"""What the stage asks of an engine that reads situations from pixels."""

from typing import Protocol

from services.visual_events.scene import Scene
from shared.pictures import RgbArray
from shared.schemas.situations import SituationFrame
from shared.schemas.vision import Region


class SituationEngine(Protocol):
    """Verb, roles, nouns and boxes of a picture (grounded situation recognition, Pratt et al. 2020)."""

    model_id: str

    def read(self, scene: Scene, picture: RgbArray) -> tuple[list[SituationFrame], list[Region]]:
        """Frames, surest first, and the regions made for their fillers (others are the scene's own); raises StageError."""
        ...
