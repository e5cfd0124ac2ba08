"""What galleries of things ask of a network: vectors of pictures, and the scores at which a recognition is believed."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from services.entity_linking.engines.picture_windows import WindowVectors
from shared.gallery import GalleryKind
from shared.image_text.encoder import Floats
from shared.pictures import RgbArray


@dataclass(frozen=True)
class ScoreLimits:
    """Least score of a name that the article mentions, and of one that nothing but its looks speaks for; about 0 to 2."""

    mentioned: float
    alone: float

    @property
    def even(self) -> float:
        """The score with confidence 0.5: where unlike pictures and weak similarities meet."""
        return (self.mentioned + self.alone) / 2


class PictureEmbedder(Protocol):
    """``model_id`` is of models.toml; vectors are compared only with those of the same ``vector_id``."""

    model_id: str
    vector_id: str

    def limits(self, kind: GalleryKind) -> ScoreLimits:
        """The scores at which a recognition by these vectors is believed."""
        ...

    def crops(self, pictures: Sequence[RgbArray]) -> Floats:
        """Unit vectors [N, D] of pictures that show one thing and little else."""
        ...

    def scenes(self, pictures: Sequence[RgbArray]) -> Floats:
        """Unit vectors [N, D] of whole photographs."""
        ...

    def windows(self, picture: RgbArray) -> WindowVectors:
        """Windows of a picture in which a logo or flag may be."""
        ...
