"""Bringing a face upright into the square that the network was trained on."""

import cv2
import numpy as np
import numpy.typing as npt

from shared.pictures import RgbArray

SIDE = 150
Points = npt.NDArray[np.float64]
_MEAN_FACE = np.array(
    [
        (0.8595674596, 0.2134981538),
        (0.6460604764, 0.2289674388),
        (0.1205750621, 0.2137274527),
        (0.3340850614, 0.2290642403),
        (0.4901123136, 0.6277975316),
    ]
)
"""dlib's five points (corners of both eyes, base of the nose) on the mean face, as shares of its width and height."""
_PADDING = 0.25
TEMPLATE: Points = (_MEAN_FACE + _PADDING) / (1 + 2 * _PADDING) * SIDE


def similarity(source: Points, target: Points) -> Points:
    """The 2x3 turn, scale and shift that best takes points [N, 2] to others (Umeyama 1991); never a mirror image."""
    middle, wanted = source.mean(axis=0), target.mean(axis=0)
    turned, values, back = np.linalg.svd((target - wanted).T @ (source - middle))
    signs = np.array([1.0, np.sign(np.linalg.det(turned @ back))])
    scale = float(values @ signs) / max(float(((source - middle) ** 2).sum()), 1e-9)
    matrix = scale * turned @ np.diag(signs) @ back
    return np.hstack([matrix, (wanted - matrix @ middle)[:, None]])


def chip(picture: RgbArray, points: Points) -> RgbArray:
    """The face, SIDE x SIDE x 3; what lies outside the picture repeats its edge, large faces are shrunk without aliasing."""
    matrix = similarity(points, TEMPLATE)
    scale = float(np.hypot(matrix[0, 0], matrix[1, 0]))
    if scale < 1 / 2:
        picture, matrix = _shrunk(picture, points, scale)
    square = cv2.warpAffine(picture, matrix, (SIDE, SIDE), flags=cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE)
    return np.asarray(square, dtype=np.uint8)


def _shrunk(picture: RgbArray, points: Points, scale: float) -> tuple[RgbArray, Points]:
    """The part around a large face, averaged down to about twice the wanted size, and the transform from there."""
    reach = SIDE / scale
    middle = points.mean(axis=0)
    left, top = (max(0, int(value - reach)) for value in middle)
    part = picture[top : int(middle[1] + reach) + 1, left : int(middle[0] + reach) + 1]
    factor = 2 * scale
    size = (max(1, round(part.shape[1] * factor)), max(1, round(part.shape[0] * factor)))
    small = np.asarray(cv2.resize(part, size, interpolation=cv2.INTER_AREA), dtype=np.uint8)
    ratio = np.array([size[0] / part.shape[1], size[1] / part.shape[0]])
    return small, similarity((points - (left, top)) * ratio, TEMPLATE)
