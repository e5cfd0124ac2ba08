"""What is known of each picture, as arrays: texts, labels of the heads, boxes of phrases and of objects, by grid cell."""

import json
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from lab.corpora.held_out import PICTURES_BY_FOLD, is_held_out_picture
from lab.training.pictures.prompts import captions
from lab.training.pictures.sets import FoldPhotograph, pictures
from lab.training.pictures.trunk import GRID
from lab.training.pictures.views import view_boxes
from shared.schemas.base import Box

PLACES = ("gun", "fire", "smoke", "emergency vehicle", "other vehicle")
SCENES = ("protest", "sign", "fire", "police", "children", "group_20", "group_100", "flag", "night", "shouting", "violence")
_BOXED = {"guns": (0,), "fire": (1, 2), "emergency_vehicles": (3, 4)}
_FREE_OF = {"flickr8k_entities": (0, 1, 2, 3), "stanford40": (0, 1, 2, 3), "coco_captioned": (0, 1, 2)}
_CLASSED = {"wider_events": "classes", "stanford40": "actions", "professions": "professions"}


@dataclass
class Example:
    """A picture: its row in the cache, texts and phrases as rows of the texts, labels (head, number), and boxes."""

    row: int
    picture: FoldPhotograph
    texts: list[int]
    label: tuple[str, int] | None = None
    scene: NDArray[np.float32] | None = None
    phrases: list[tuple[list[int], list[Box]]] = field(default_factory=list)
    places: dict[int, list[Box]] = field(default_factory=dict)

    def cover(self, boxes: list[Box], view: int) -> NDArray[np.float32]:
        """The share of each of the 81 cells of a view that lies in one of the boxes."""
        photo = self.picture.photograph
        (x0, y0, x1, y1), mirrored = view_boxes(photo.width, photo.height, self.row)[view]
        grid = np.zeros((GRID, GRID), np.float32)
        for box in boxes:
            across = _overlap((box.x0 - x0) / (x1 - x0), (box.x1 - x0) / (x1 - x0))
            down = _overlap((box.y0 - y0) / (y1 - y0), (box.y1 - y0) / (y1 - y0))
            grid = np.maximum(grid, np.outer(down, across[::-1] if mirrored else across))
        return grid.ravel()


def _overlap(start: float, end: float) -> NDArray[np.float32]:
    """The share of each of the grid's columns that lies between two places in [0, 1]."""
    edges = np.arange(GRID + 1, dtype=np.float32) / GRID
    shares = np.minimum(edges[1:], end) - np.maximum(edges[:-1], start)
    return np.asarray(np.clip(shares, 0, None) * GRID, np.float32)


@dataclass(frozen=True)
class Examples:
    """All pictures; ``names``: the classes of each head, in order."""

    rows: tuple[Example, ...]
    names: dict[str, tuple[str, ...]]


def held_out(picture: FoldPhotograph) -> bool:
    """Whether a picture is kept for measuring; of sets without splits and folds none is."""
    known = picture.photograph.split or picture.source in PICTURES_BY_FOLD
    return bool(known) and is_held_out_picture(picture.source, picture.photograph)


def load(data: Path, work: Path) -> Examples:
    """Read all sets, in the order of the cache."""
    texts = {text: row for row, text in enumerate(json.loads((work / "texts.json").read_text()))}
    found = list(pictures(data))
    names = {
        head: tuple(sorted({label for p in found if p.source == source for label in p.photograph.labels}))
        for source, head in _CLASSED.items()
    }
    rows = tuple(_example(row, picture, texts, names) for row, picture in enumerate(found))
    return Examples(rows, names | {"scenes": SCENES})


def _example(row: int, picture: FoldPhotograph, texts: dict[str, int], names: dict[str, tuple[str, ...]]) -> Example:
    photo = picture.photograph
    example = Example(row, picture, [texts[text] for text in captions(picture)])
    if picture.source in _CLASSED:
        head = _CLASSED[picture.source]
        example.label = (head, names[head].index(photo.labels[0]))
    if picture.source == "ucla_protest":
        given = dict(photo.attributes)
        example.scene = np.array([given.get(name, 0.0) for name in SCENES], np.float32)
    if picture.source == "flickr8k_entities":
        example.phrases = _phrases(picture, texts)
    for place in (*_BOXED.get(picture.source, ()), *_FREE_OF.get(picture.source, ())):
        example.places[place] = [box.box for box in photo.boxes if box.label == PLACES[place]]
    return example


def _phrases(picture: FoldPhotograph, texts: dict[str, int]) -> list[tuple[list[int], list[Box]]]:
    """Phrases with all boxes that carry the phrase."""
    boxes: dict[str, list[Box]] = {}
    for box in picture.photograph.boxes:
        for phrase in dict.fromkeys((box.label, *box.phrases)):
            boxes.setdefault(phrase, []).append(box.box)
    return [([texts[phrase]], places) for phrase, places in boxes.items()]
