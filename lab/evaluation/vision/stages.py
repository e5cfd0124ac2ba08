"""What picture tasks ask of the production stages, beside ``run``; a stage that lacks it is told by ``lacking``."""

from collections.abc import Sequence
from typing import Protocol, runtime_checkable

import numpy as np
import numpy.typing as npt

from shared.errors import ConfigurationError
from shared.gallery import GalleryKind, Recognised, Reference
from shared.pictures import RgbArray
from shared.stage import Stage

Floats = npt.NDArray[np.float64]
Corners = tuple[float, float, float, float]
Pointed = tuple[float, float, Corners | None, float]
"""A point in pixels, the corners x0, y0, x1, y1 of what is meant (None: only the point is known), a confidence."""


@runtime_checkable
class KnowsFaces(Protocol):
    """entity_linking, for the task ``faces``."""

    def face_vectors(self, pictures: Sequence[RgbArray]) -> Floats:
        """Unit vectors [N, D] of the largest face of each picture; the whole picture is the face where none is detected."""
        ...

    def face_clusters(self, vectors: Floats) -> Sequence[int]:
        """A number a row; equal numbers mean one person."""
        ...


@runtime_checkable
class Recognises(Protocol):
    """entity_linking, for the task ``gallery``."""

    def reference(self, kind: GalleryKind, name: str, pictures: Sequence[RgbArray]) -> Reference:
        """A gallery entry of reference pictures, stored nowhere."""
        ...

    def recognise(
        self,
        kind: GalleryKind,
        pictures: Sequence[RgbArray],
        references: Sequence[Reference],
        texts: Sequence[Sequence[str]] = (),
    ) -> Sequence[Recognised | None]:
        """What each picture shows, None for something unknown; ``texts`` are the words read in each picture."""
        ...


def lacking(stage: Stage, task: str) -> ConfigurationError:
    """The error of a stage that cannot do what the task measures."""
    return ConfigurationError(f"{stage.name} of this profile cannot do what the task {task!r} measures: choose another profile")
