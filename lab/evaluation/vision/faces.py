"""``newsgraph eval faces``: verification, open-set identification and clustering (LFW, Huang et al. 2007)."""

import tarfile
from collections import Counter, defaultdict
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

import numpy as np
import numpy.typing as npt

from lab.evaluation.coref_scores import b_cubed
from lab.evaluation.task import Outcome, PictureTask, Request
from lab.evaluation.vision.bench import Bench
from lab.evaluation.vision.face_scores import Identified, identification, verification
from lab.evaluation.vision.pictures import decode, read_bytes
from services.entity_linking import catalogue
from services.entity_linking.engine import FaceVector
from shared.engines import EngineRegistry
from shared.errors import InputError

_FILES = "a folder with a folder of pictures a person, or a .tar of such a folder (Labeled Faces in the Wild)"
_PICTURES = (".jpg", ".jpeg", ".png", ".webp", ".avif")
_NOTES = (
    "verification: all pairs of one person's pictures and as many random pairs of different people (fixed seed), in 10 parts; the"
    " distance that decides about a part is chosen on the other 9 (people may be in several parts)",
    "identification: half of the people are in the gallery with their first 3 pictures, all pictures of the others are"
    " strangers; nearest reference, at the distance that lets in at most 1% of the strangers; both halves in turn (Günther 2017)",
    "clusters as production makes them, over all pictures at once",
)


@dataclass(frozen=True)
class NamedFace:
    """A picture of one person."""

    name: str
    file: str
    data: bytes


@dataclass(frozen=True)
class FoundFaces:
    """Vectors [N, D] in the order of the pictures, NaN where no face was found, and a cluster each (None: left out)."""

    vectors: FaceVector
    clusters: tuple[int | None, ...]


def read(path: Path) -> list[NamedFace]:
    """All pictures, by person and file name; raises InputError."""
    if path.is_dir():
        found = [NamedFace(f.parent.name, f.name, read_bytes(f)) for f in path.glob("*/*") if f.suffix.lower() in _PICTURES]
    elif path.is_file() and tarfile.is_tarfile(path):
        found = list(_of_tar(path))
    else:
        raise InputError(f"{path} is no such thing as {_FILES}")
    if len({face.name for face in found}) < 2:
        raise InputError(f"{path} has pictures of {len({face.name for face in found})} people: give {_FILES}")
    return sorted(found, key=lambda face: (face.name, face.file))


def _of_tar(path: Path) -> list[NamedFace]:
    faces = []
    with tarfile.open(path) as tar:
        for member in tar:
            name = PurePosixPath(member.name)
            stream = tar.extractfile(member) if name.suffix.lower() in _PICTURES else None
            if stream is not None and name.parent.name:
                faces.append(NamedFace(name.parent.name, name.name, stream.read()))
    return faces


def score(names: tuple[str, ...], found: FoundFaces) -> Outcome:
    """The three measures; raises InputError where there are too few pictures for them."""
    order = np.array(names)
    pairs = verification(order, found.vectors)
    known = identification(order, found.vectors)
    clusters = _cluster_sets(found.clusters)
    b3 = b_cubed(_cluster_sets(names), clusters)
    return Outcome(
        scores={
            "verification_accuracy": round(100 * pairs.accuracy, 2),
            "identification_at_far_1": round(100 * known.rate, 2),
            "cluster_b3_f1": round(100 * b3.f1, 2),
            "cluster_b3_precision": round(100 * b3.precision, 2),
            "cluster_b3_recall": round(100 * b3.recall, 2),
        },
        counts={
            "pictures": len(names),
            "people": len(set(names)),
            "pairs": pairs.pairs,
            "probes": known.probes,
            "strangers": known.strangers,
            "clusters": len(clusters),
        },
        types=_people(order, known),
        notes=_NOTES,
    )


def _people(names: npt.NDArray[np.str_], known: Identified) -> dict[str, dict[str, float]]:
    """The people whose pictures are missed, the worst first."""
    asked, right = Counter(names[known.probed].tolist()), Counter(names[known.probed[known.right]].tolist())
    rates = {name: {"identified": 100.0 * right[name] / count, "support": count} for name, count in asked.items()}
    return dict(sorted((row for row in rates.items() if row[1]["identified"] < 100), key=lambda row: row[1]["identified"]))


def _cluster_sets(labels: tuple[str, ...] | tuple[int | None, ...]) -> list[frozenset[int]]:
    groups: defaultdict[str | int, list[int]] = defaultdict(list)
    for place, label in enumerate(labels):
        if label is not None:
            groups[label].append(place)
    return [frozenset(group) for group in groups.values()]


def run(request: Request, bench: Bench) -> Outcome:
    """Vectors of all pictures by the face engine of production, then its clusters."""
    faces = read(request.data)[: request.limit]
    reader = EngineRegistry(catalogue.ENGINES, bench.settings).one(catalogue.FACES)
    parts = [reader.vectors([decode(face.data, face.file) for face in batch]) for batch in bench.batches(faces)]
    vectors = np.concatenate(parts)
    return score(tuple(face.name for face in faces), FoundFaces(vectors, tuple(reader.clusters(vectors))))


FACES = PictureTask("faces", "who is who: verification, identification, clusters", _FILES, run, stages=("entity_linking",))
