"""How well do captions name faces over many articles? ``python -m lab.experiments.face_names --data DIR``.

Every picture of Labeled Faces in the Wild becomes an article with one picture and a made caption. Captions name the right person,
or by known shares somebody else (wrong), nobody (missing), or the person and somebody else (two names). A third of the people are
never named rightly: for them `unknown` is the right answer. Articles come in random order through the code that the stage runs.
Faces whose name is right count for precision (among faces that got a name) and recall (among faces of people who can be named).
"""

import argparse
import tarfile
import tempfile
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from services.entity_linking.catalogue import ENGINES, FACES
from services.entity_linking.engine import DetectedFace, FaceVector
from services.entity_linking.face_memory import FaceMemory
from services.entity_linking.face_reader import FaceReader
from services.entity_linking.faces import EmbeddedFace, face_region
from shared.blobs import FolderBlobs
from shared.engines import EngineRegistry
from shared.errors import InputError
from shared.faces.records import FacePiece, NameEvidence
from shared.faces.store import FaceStore
from shared.pictures import RgbArray, decode_rgb
from shared.schemas.base import Box, TextSpan
from shared.schemas.linking import Face
from shared.settings import Settings

_NOISE = ((0.0, 0.0, 0.0), (0.1, 0.0, 0.0), (0.2, 0.0, 0.0), (0.4, 0.0, 0.0), (0.0, 0.5, 0.0), (0.0, 0.0, 0.5), (0.2, 0.3, 0.3))
_NEVER_NAMED = 3
_ARCHIVE = "lfw-112x112_min10.tar"


@dataclass(frozen=True)
class Portrait:
    """A picture and who is on it."""

    person: str
    pixels: RgbArray


@dataclass(frozen=True)
class Noise:
    """Shares of captions that are wrong, missing, or name two people."""

    wrong: float
    missing: float
    two: float


def read_pictures(folder: Path, each: int) -> Iterator[Portrait]:
    """Up to ``each`` pictures of every person, straight from the archive; raises InputError."""
    path = folder / _ARCHIVE
    if not path.is_file():
        raise InputError(f"{path} is missing: give the folder that holds {_ARCHIVE}")
    seen: defaultdict[str, int] = defaultdict(int)
    with tarfile.open(path) as archive:
        for member in archive:
            person = Path(member.name).parent.name
            file = archive.extractfile(member) if member.isfile() and seen[person] < each else None
            if file is not None:
                seen[person] += 1
                yield Portrait(person.replace("_", " "), decode_rgb(file.read()))


def embed(reader: FaceReader, pictures: Sequence[Portrait]) -> FaceVector:
    """Unit vectors of the pictures' faces."""
    return reader.vectors([picture.pixels for picture in pictures])


def caption(people: Sequence[str], person: str, noise: Noise, random: np.random.Generator) -> tuple[str, ...]:
    """The names of a made caption."""
    nameable = people.index(person) % _NEVER_NAMED > 0
    other = people[(people.index(person) + int(random.integers(1, len(people)))) % len(people)]
    dice = random.random(3)
    if dice[0] < noise.missing:
        return ()
    if dice[1] < noise.wrong:
        return (other,)
    if not nameable:
        return ()
    return (person, other) if dice[2] < noise.two else (person,)


def cluster(reader: FaceReader, vectors: FaceVector, order: Sequence[int]) -> list[FacePiece]:
    """The pieces of all articles, which come one after another."""
    with tempfile.TemporaryDirectory() as folder:
        store = FaceStore(FolderBlobs(Path(folder)))
        memory = FaceMemory(store, reader.engine.vector_id, reader.engine.same_person)
        for number in order:
            face = _face(number, vectors[number])
            across = memory.assign(f"article-{number}", [[face]])
            memory.keep(f"article-{number}", [memory.piece(f"article-{number}", across[0], [face])])
        return store.pieces()


def _face(number: int, vector: FaceVector) -> EmbeddedFace:
    detected = DetectedFace(Box(x0=0, y0=0, x1=112, y1=112), (), 1.0)
    region = face_region(f"article-{number}", f"image-{number}", detected, "experiment")
    return EmbeddedFace(Face(region=region, quality=1.0), vector)


def measure(pieces: Sequence[FacePiece], pictures: Sequence[Portrait], noise: Noise, seed: int) -> tuple[float, ...]:
    """Precision and recall of the names, then the same of taking every caption of one name at its word."""
    people, random = sorted({picture.person for picture in pictures}), np.random.default_rng(seed)
    captions = [caption(people, picture.person, noise, random) for picture in pictures]
    with tempfile.TemporaryDirectory() as folder:
        store = FaceStore(FolderBlobs(Path(folder)))
        for piece in pieces:
            names = _evidence(piece, captions[_number(piece.article_id)])
            store.replace(piece.article_id, [piece.model_copy(update={"names": names})])
        given = {_number(article): row.name for row in store.known() for article in row.article_ids}
    alone = {number: names[0] if len(names) == 1 else None for number, names in enumerate(captions)}
    return (*_scores(given, pictures, people), *_scores(alone, pictures, people))


def _number(article_id: str) -> int:
    return int(article_id.rpartition("-")[2])


def _evidence(piece: FacePiece, names: Sequence[str]) -> tuple[NameEvidence, ...]:
    face, words = piece.faces[0], " and ".join(names)
    span = TextSpan(field=f"caption:{face.image_id}", start=0, end=max(1, len(words)))
    return tuple(
        NameEvidence(
            name=name,
            face_id=face.face_id,
            article_id=piece.article_id,
            image_id=face.image_id,
            span=span,
            caption=words,
            weight=round(1 / len(names), 4),
        )
        for name in names
    )


def _scores(given: dict[int, str | None], pictures: Sequence[Portrait], people: Sequence[str]) -> tuple[float, float]:
    named = [number for number, name in given.items() if name is not None]
    right = sum(given[number] == pictures[number].person for number in named)
    nameable = sum(people.index(picture.person) % _NEVER_NAMED > 0 for picture in pictures)
    return right / max(1, len(named)), right / max(1, nameable)


def main() -> None:
    """Print a line a noise."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, required=True, help=f"folder with {_ARCHIVE}")
    parser.add_argument("--each", type=int, default=10, help="pictures a person")
    parser.add_argument("--seeds", type=int, default=3)
    parser.add_argument("--vectors", type=Path, help="a .npy file: vectors are kept there and read from there")
    options = parser.parse_args()
    reader = EngineRegistry(ENGINES, Settings()).one(FACES)
    pictures = list(read_pictures(options.data, options.each))
    if options.vectors and options.vectors.is_file():
        vectors = np.load(options.vectors)
    else:
        vectors = embed(reader, pictures)
        if options.vectors:
            np.save(options.vectors, vectors)
    print(f"{len(pictures)} articles, {len({picture.person for picture in pictures})} people")
    pieces = cluster(reader, vectors, [int(n) for n in np.random.default_rng(0).permutation(len(pictures))])
    print(f"{len({piece.across_id for piece in pieces})} clusters")
    print("wrong missing two | precision recall | caption alone: precision recall")
    for row in _NOISE:
        found = np.mean([measure(pieces, pictures, Noise(*row), seed) for seed in range(options.seeds)], axis=0)
        print(" ".join(f"{value:.0%}" for value in row), "|", " ".join(f"{value:.3f}" for value in found))


if __name__ == "__main__":
    main()
