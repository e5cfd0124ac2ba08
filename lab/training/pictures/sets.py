"""Which photographs are trained on, and which are kept for measuring."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from lab.corpora.held_out import fold_of
from lab.corpora.photographs import Photograph, read_photographs

SETS = (
    "flickr8k_entities",
    "coco_captioned",
    "wider_events",
    "stanford40",
    "ucla_protest",
    "professions",
    "guns",
    "fire",
    "emergency_vehicles",
)


@dataclass(frozen=True)
class FoldPhotograph:
    """A photograph with its set and fold (0-4, from a hash of its name: the same on every machine)."""

    photograph: Photograph
    source: str
    fold: int

    @property
    def name(self) -> str:
        """``set/folder/file``: unlike a path, the same on every machine."""
        return f"{self.source}/{self.photograph.path.parent.name}/{self.photograph.path.name}"


def pictures(data: Path, sets: tuple[str, ...] = SETS) -> Iterator[FoldPhotograph]:
    """All photographs of the sets, in file order; raises InputError where a set is missing."""
    for source in sets:
        for photograph in read_photographs(data / source):
            yield FoldPhotograph(photograph, source, fold_of(f"{source}/{photograph.path.name}"))
