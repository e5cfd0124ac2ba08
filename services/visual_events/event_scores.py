"""What the trained visual event model says of one picture."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt


@dataclass(frozen=True)
class EventScores:
    """``types``: probability of each event type (AIDA id, or ``none`` where nothing newsworthy happens).

    ``classes``: probability of the finer classes (``demonstration``, ``soldier firing``, ``surgeons``, ...);
    ``vector``: unit vector [384] in MiniLM's space of sentences; ``model``: id in deploy/models.toml.
    """

    types: dict[str, float]
    classes: dict[str, float]
    vector: npt.NDArray[np.float32]
    model: str
