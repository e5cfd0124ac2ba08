"""Made-up flags that belong to no country, and backgrounds: cuts of photographs, clouds of colour, shapes, writing, stripes."""

from collections.abc import Sequence

import cv2
import numpy as np

from shared.pictures import RgbArray

_CLOTH = (
    (255, 255, 255),
    (10, 10, 10),
    (200, 16, 46),
    (240, 120, 20),
    (255, 205, 0),
    (0, 135, 70),
    (110, 180, 230),
    (10, 40, 130),
)
_PHOTOGRAPH, _CLOUDS, _SHAPES, _STRIPES = 0.4, 0.6, 0.85, 0.93
_LETTERS = "ABCDEFGHIKLMNOPRSTUVZ0123456789"


def _colours(rng: np.random.Generator, number: int) -> list[tuple[int, int, int]]:
    picked = []
    for _ in range(number):
        base = _CLOTH[int(rng.integers(len(_CLOTH)))] if rng.random() < 0.7 else rng.integers(0, 256, 3)
        red, green, blue = np.clip(np.asarray(base) + rng.normal(0, 14, 3), 0, 255).astype(int).tolist()
        picked.append((red, green, blue))
    return picked


def fake_flag(rng: np.random.Generator, drawing: RgbArray, size: tuple[int, int]) -> RgbArray:
    """Stripes, fields, crosses and discs in colours of cloth, or a drawing with its colours or quarters exchanged."""
    if rng.random() < 0.35:
        return _mixed_up(rng, drawing)
    width, height = size
    number = int(rng.choice((1, 2, 2, 3, 3, 4, 5, 7, 9)))
    colours, upright = _colours(rng, number), rng.random() < 0.5
    place = (np.arange(width if upright else height) / (width if upright else height)) ** rng.uniform(0.7, 1.4) * number
    line = np.array(colours, dtype=np.uint8)[np.minimum(place.astype(int), number - 1)]
    shape = (height, width, 3)
    flag = np.ascontiguousarray(np.broadcast_to(line[None] if upright else line[:, None], shape))
    for colour in _colours(rng, int(rng.integers(0, 4))):
        _shape(rng, flag, colour)
    return flag


def _mixed_up(rng: np.random.Generator, drawing: RgbArray) -> RgbArray:
    if rng.random() < 0.6:
        order = [(1, 0, 2), (2, 1, 0), (0, 2, 1), (1, 2, 0), (2, 0, 1)][int(rng.integers(5))]
        mixed = drawing[:, :, order]
        return np.ascontiguousarray(255 - mixed if rng.random() < 0.3 else mixed)
    rolled = np.roll(drawing, (drawing.shape[0] // 2, drawing.shape[1] // 2), axis=(0, 1))
    return np.ascontiguousarray(rolled[::-1])


def _shape(rng: np.random.Generator, picture: RgbArray, colour: tuple[int, int, int]) -> None:
    height, width = picture.shape[:2]
    x, y = int(rng.integers(width)), int(rng.integers(height))
    w, h = int(rng.integers(2, width // 2)), int(rng.integers(2, height // 2))
    kind = rng.integers(5)
    if kind == 0:
        cv2.rectangle(picture, (x - w // 2, y - h // 2), (x + w // 2, y + h // 2), colour, -1)
    elif kind == 1:
        cv2.ellipse(picture, (x, y), (w // 2 + 1, h // 2 + 1), float(rng.uniform(0, 180)), 0, 360, colour, -1)
    elif kind == 2:
        cv2.line(picture, (x, y), (int(rng.integers(width)), int(rng.integers(height))), colour, int(rng.integers(1, 8)))
    elif kind == 3:
        word = "".join(rng.choice(list(_LETTERS), int(rng.integers(1, 9))))
        cv2.putText(
            picture, word, (x // 2, y), cv2.FONT_HERSHEY_SIMPLEX, float(rng.uniform(0.25, 1.3)), colour, int(rng.integers(1, 4))
        )
    else:
        corners = np.stack([rng.integers(0, width, 4), rng.integers(0, height, 4)], axis=1).astype(np.int32)
        cv2.fillPoly(picture, [corners], colour)


def background(rng: np.random.Generator, photographs: Sequence[RgbArray], size: tuple[int, int]) -> RgbArray:
    """A picture of that width and height without a flag."""
    kind = rng.random()
    if kind < _PHOTOGRAPH and photographs:
        return _cut(rng, photographs[int(rng.integers(len(photographs)))], size)
    if kind < _CLOUDS:
        return _clouds(rng, size)
    picture = _clouds(rng, size) if rng.random() < 0.6 else np.full((size[1], size[0], 3), _colours(rng, 1)[0], np.uint8)
    if kind < _SHAPES:
        for colour in _colours(rng, int(rng.integers(1, 14))):
            _shape(rng, picture, colour)
    elif kind < _STRIPES:
        _stripes(rng, picture)
    return _creased(rng, picture, photographs) if photographs and rng.random() < 0.5 else picture


def _creased(rng: np.random.Generator, picture: RgbArray, photographs: Sequence[RgbArray]) -> RgbArray:
    """Lit like a cut of a photograph, as cloth and walls are not of one colour."""
    behind = _cut(rng, photographs[int(rng.integers(len(photographs)))], (picture.shape[1], picture.shape[0]))
    light = cv2.cvtColor(behind, cv2.COLOR_RGB2GRAY).astype(np.float32)
    light = 1 + rng.uniform(0.3, 1) * (light / max(float(light.mean()), 1.0) - 1)
    lit: RgbArray = np.clip(picture * light[..., None], 0, 255).astype(np.uint8)
    return lit


def _cut(rng: np.random.Generator, photograph: RgbArray, size: tuple[int, int]) -> RgbArray:
    height, width = photograph.shape[:2]
    w, h = int(rng.uniform(0.08, 1) * width), int(rng.uniform(0.08, 1) * height)
    x, y = int(rng.integers(0, width - w + 1)), int(rng.integers(0, height - h + 1))
    cut = cv2.resize(photograph[y : y + max(h, 2), x : x + max(w, 2)], size, interpolation=cv2.INTER_AREA)
    if rng.random() < 0.5:
        cut = cut[:, ::-1]
    if rng.random() < 0.3:
        cut = cut[:, :, rng.permutation(3)]
    return np.ascontiguousarray(cut, dtype=np.uint8)


def _clouds(rng: np.random.Generator, size: tuple[int, int]) -> RgbArray:
    cells = (int(rng.integers(2, 14)), int(rng.integers(2, 14)), 3)
    coarse = rng.integers(0, 256, cells) if rng.random() < 0.5 else rng.normal(rng.integers(30, 226, 3), 30, cells)
    smooth = cv2.INTER_CUBIC if rng.random() < 0.7 else cv2.INTER_NEAREST
    return np.clip(cv2.resize(coarse.astype(np.float32), size, interpolation=smooth), 0, 255).astype(np.uint8)


def _stripes(rng: np.random.Generator, picture: RgbArray) -> None:
    colours, step = _colours(rng, int(rng.integers(2, 4))), int(rng.integers(2, 22))
    along = rng.random() < 0.5
    for i, start in enumerate(range(0, picture.shape[1 if along else 0], step)):
        if along:
            picture[:, start : start + step] = colours[i % len(colours)]
        else:
            picture[start : start + step] = colours[i % len(colours)]
