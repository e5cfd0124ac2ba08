"""Scores of galleries on folders of labelled photographs, from which the thresholds of recognition are chosen.

``python -m lab.experiments.tune_gallery landmark FOLDER [--background FOLDER]`` draws galleries of five references a name, with
all names and with half of them, and prints for each threshold how many right answers stay, and how many pictures of names that
are left out, of nothing, and of a folder without any of these things are rejected.
"""

import argparse
from collections import defaultdict
from dataclasses import dataclass
from pathlib import Path
from typing import get_args

import numpy as np

from lab.corpora.photographs import Photograph, read_photographs
from services.entity_linking.catalogue import ENGINES, GALLERY
from services.entity_linking.enrolment import Embedder, reference_of
from services.entity_linking.picture_embedder import PictureEmbedder
from services.entity_linking.references import References
from shared.engines import EngineRegistry
from shared.gallery import Enrolment, GalleryKind, Reference
from shared.image_text.encoder import Floats
from shared.pictures import RgbArray, decode_rgb
from shared.settings import Settings

_REFERENCES = 5
_DRAWS = 10
_KEPT = (0.98, 0.95, 0.9, 0.8, 0.7, 0.6, 0.5)
_MARGIN = 0.1
_BACKGROUND = 200


@dataclass
class QueryVectors:
    """Vectors of a picture that asks; ``name`` empty where it shows nothing of the kind."""

    name: str
    vectors: Floats


@dataclass
class Answers:
    """Best scores: right and all of known names, then of pictures that should be rejected."""

    right: list[float]
    known: int
    unknown: list[float]
    nothing: list[float]


def main() -> None:
    """Read the folder, describe every picture once, draw galleries."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("kind", choices=[kind for kind in get_args(GalleryKind) if kind != "person"])
    parser.add_argument("data", type=Path)
    parser.add_argument("--background", type=Path, help="a folder of photographs that show none of the names")
    options = parser.parse_args()
    embedder = EngineRegistry(ENGINES, Settings()).one(GALLERY).pictures
    photographs = read_photographs(options.data)
    given, asked = _described(photographs, options.kind, embedder)
    others = read_photographs(options.background)[:_BACKGROUND] if options.background else []
    empty = [QueryVectors("", _asking(_pixels(p), options.kind, embedder)) for p in others]
    for share in (1.0, 0.5):
        print(f"galleries with {share:.0%} of {len(given)} names, {_DRAWS} draws")
        _print(_draw(given, asked, empty, share))


def _described(
    photographs: list[Photograph], kind: GalleryKind, embedder: PictureEmbedder
) -> tuple[dict[str, list[Floats]], list[QueryVectors]]:
    """Vectors of possible references by name, and of the pictures that ask; without splits every picture is both."""
    given: defaultdict[str, list[Floats]] = defaultdict(list)
    asked = []
    for photograph in photographs:
        pixels, name = _pixels(photograph), next(iter(photograph.labels), "")
        if photograph.split != "query" and name:
            given[name].append((embedder.scenes if kind == "landmark" else embedder.crops)([_cut(photograph, pixels)])[0])
        if photograph.split != "train":
            asked.append(QueryVectors(name, _asking(pixels, kind, embedder)))
    return dict(given), asked


def _asking(pixels: RgbArray, kind: GalleryKind, embedder: PictureEmbedder) -> Floats:
    return embedder.scenes([pixels]) if kind == "landmark" else embedder.windows(pixels).vectors


def _pixels(photograph: Photograph) -> RgbArray:
    return decode_rgb(photograph.path.read_bytes())


def _cut(photograph: Photograph, pixels: RgbArray) -> RgbArray:
    """The largest box with some of what is around it, or the whole picture."""
    if not photograph.boxes:
        return pixels
    box = max((row.box for row in photograph.boxes), key=lambda box: box.area)
    x, y = _MARGIN * (box.x1 - box.x0), _MARGIN * (box.y1 - box.y0)
    return pixels[int(max(0, box.y0 - y)) : int(box.y1 + y) + 1, int(max(0, box.x0 - x)) : int(box.x1 + x) + 1]


def _draw(given: dict[str, list[Floats]], asked: list[QueryVectors], empty: list[QueryVectors], share: float) -> Answers:
    rng, found = np.random.default_rng(0), Answers([], 0, [], [])
    for _ in range(_DRAWS):
        names = rng.permutation(sorted(given))[: max(2, round(share * len(given)))].tolist()
        chosen = {name: [given[name][i] for i in rng.permutation(len(given[name]))[:_REFERENCES]] for name in names}
        prepared = References([_reference(name, rows) for name, rows in chosen.items()], "drawn")
        used = {row.tobytes() for rows in chosen.values() for row in rows}
        for picture in (*asked, *empty):
            if not (len(picture.vectors) == 1 and picture.vectors[0].tobytes() in used):
                _count(picture, prepared, found)
    return found


def _count(picture: QueryVectors, references: References, found: Answers) -> None:
    match = references.best(picture.vectors)
    assert match is not None  # a gallery is never drawn empty
    names = {row.name for row in references.references}
    if picture.name in names:
        found.known += 1
        found.right += [match.score] if match.reference.name == picture.name else []
    else:
        (found.unknown if picture.name else found.nothing).append(match.score)


def _reference(name: str, rows: list[Floats]) -> Reference:
    order = Enrolment(kind="landmark", name=name, image_ids=())
    return reference_of(order, [], Embedder("drawn", lambda _: np.stack(rows)))


def _print(found: Answers) -> None:
    right = np.asarray(found.right)
    print(f"  top-1 without a threshold {100 * len(right) / found.known:.1f} ({found.known} answers)")
    for kept in _KEPT:
        least = float(np.quantile(right, 1 - kept))
        rejected = [
            f"{label} {100 * float(np.mean(np.asarray(scores) < least)):.1f}"
            for label, scores in (("left out", found.unknown), ("nothing", found.nothing))
            if scores
        ]
        top1 = 100 * float((right >= least).sum()) / found.known
        print(f"  least {least:.3f}: top-1 {top1:.1f}; rejected: {', '.join(rejected) or 'none asked'}")


if __name__ == "__main__":
    main()
