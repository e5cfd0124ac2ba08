"""Printed words in a picture: PP-OCRv4 (Latin and Chinese script) through rapidocr-onnxruntime."""

import logging
from dataclasses import dataclass

import cv2
import numpy as np
import numpy.typing as npt
from rapidocr_onnxruntime import RapidOCR

from services.object_detection.detections import clip
from services.object_detection.thresholds import LIMITS
from shared.onnx import Device, check_device, providers
from shared.pictures import RgbArray
from shared.schemas.base import Box

_STEP = 32

Floats = npt.NDArray[np.float32]


@dataclass(frozen=True)
class TextLine:
    """One line of recognised words."""

    text: str
    confidence: float
    box: Box


class TextReader:
    """Reads lines of text; the weights come with the package."""

    def __init__(self, threads: int, device: Device) -> None:
        """Load the package's own sessions; raises ConfigurationError where the device is not there."""
        providers(device)
        switches = {f"{part}_use_cuda": device == "cuda" for part in ("det", "cls", "rec")}
        self._engine = RapidOCR(intra_op_num_threads=threads, inter_op_num_threads=1, det_limit_type="max", **switches)
        check_device(device, self._engine.text_det.infer.session.get_providers())
        for name in ("RapidOCR", "OrtInferSession"):
            logging.getLogger(name).setLevel(logging.ERROR)

    def read(self, picture: RgbArray) -> list[TextLine]:
        """Lines from top to bottom, without those that look like misread texture.

        A glance at the picture in three quarters of the detail tells where print may be; only that part is looked at in detail.
        """
        height, width = picture.shape[:2]
        scale = min(1.0, LIMITS.max_print_side / max(height, width))
        smaller = _resize(picture, max(1, round(width * scale)), max(1, round(height * scale)))
        whole = (0, 0, smaller.shape[1], smaller.shape[0])
        window = self._glance(smaller) if max(smaller.shape[:2]) > LIMITS.glance_side else whole
        if window is None:
            return []
        x0, y0, x1, y1 = window
        rows, _ = self._engine(np.ascontiguousarray(smaller[y0:y1, x0:x1, ::-1]), use_cls=False)
        place = _Place(x0, y0, scale, width, height)
        lines = (_line(row[0], str(row[1]), float(row[2]), place) for row in rows or ())
        return [line for line in lines if line is not None]

    def _glance(self, picture: RgbArray) -> tuple[int, int, int, int] | None:
        """The window that holds everything the text detector may take for print; None without any."""
        height, width = picture.shape[:2]
        scale = LIMITS.glance_side / max(height, width)
        across, down = (max(_STEP, round(side * scale / _STEP) * _STEP) for side in (width, height))
        small = _resize(picture, across, down)[:, :, ::-1].astype(np.float32) * 2 / 255 - 1
        probabilities: Floats = self._engine.text_det.infer(np.ascontiguousarray(small.transpose(2, 0, 1)[None]))[0][0, 0]
        ys, xs = np.nonzero(probabilities >= LIMITS.min_hint_of_print)
        if not xs.size:
            return None
        margin = int(LIMITS.print_margin)
        x0, x1 = round(int(xs.min()) * width / across) - margin, round((int(xs.max()) + 1) * width / across) + margin
        y0, y1 = round(int(ys.min()) * height / down) - margin, round((int(ys.max()) + 1) * height / down) + margin
        return max(0, x0), max(0, y0), min(width, x1), min(height, y1)


@dataclass(frozen=True)
class _Place:
    """Where a window lies in the shrunken picture, and how that was made from the picture of ``width`` x ``height``."""

    x0: int
    y0: int
    scale: float
    width: int
    height: int


def _resize(picture: RgbArray, width: int, height: int) -> RgbArray:
    if (height, width) == picture.shape[:2]:
        return picture
    return np.asarray(cv2.resize(picture, (width, height), interpolation=cv2.INTER_AREA), dtype=np.uint8)


def _line(corners: list[list[float]], text: str, confidence: float, place: _Place) -> TextLine | None:
    xs = [(x + place.x0) / place.scale for x, _ in corners]
    ys = [(y + place.y0) / place.scale for _, y in corners]
    box = clip((min(xs), min(ys), max(xs), max(ys)), place.width, place.height)
    if box is None or not is_legible(text, confidence):
        return None
    return TextLine(text.strip(), round(min(confidence, 1.0), 4), box)


def is_legible(text: str, confidence: float) -> bool:
    """Tell whether a line is worth keeping: mostly letters or digits, two at least, and short lines only when certain."""
    signs = [c for c in text if not c.isspace()]
    letters = sum(c.isalnum() for c in signs)
    if letters < LIMITS.min_letters or letters < LIMITS.min_letter_share * len(signs):
        return False
    return confidence >= (LIMITS.min_short_line if letters <= LIMITS.max_short_line else LIMITS.min_line)
