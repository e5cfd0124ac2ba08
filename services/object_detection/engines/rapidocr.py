"""Printed words in a picture: PP-OCRv4 (Latin and Chinese script) through rapidocr-onnxruntime."""

import logging
from dataclasses import dataclass

import cv2
import numpy as np
import onnxruntime
from rapidocr_onnxruntime import RapidOCR

from services.object_detection.detections import clip
from shared.pictures import RgbArray
from shared.schemas.base import Box

_LONGEST_SIDE = 1024
_CERTAIN = 0.85


@dataclass(frozen=True)
class TextLine:
    """One line of recognised words."""

    text: str
    confidence: float
    box: Box


class TextReader:
    """Reads lines of text; the weights come with the package."""

    def __init__(self, threads: int, device: str) -> None:
        cuda = device == "cuda" and "CUDAExecutionProvider" in onnxruntime.get_available_providers()
        switches = {f"{part}_use_cuda": cuda for part in ("det", "cls", "rec")}
        self._engine = RapidOCR(intra_op_num_threads=threads, inter_op_num_threads=1, det_limit_type="max", **switches)
        for name in ("RapidOCR", "OrtInferSession"):
            logging.getLogger(name).setLevel(logging.ERROR)

    def read(self, picture: RgbArray) -> list[TextLine]:
        """Lines from top to bottom, without those that look like misread texture."""
        height, width = picture.shape[:2]
        scale = min(1.0, _LONGEST_SIDE / max(height, width))
        size = (max(1, round(width * scale)), max(1, round(height * scale)))
        smaller = cv2.resize(picture, size, interpolation=cv2.INTER_AREA) if scale < 1 else picture
        rows, _ = self._engine(np.ascontiguousarray(smaller[:, :, ::-1]), use_cls=False)
        lines = (_line(row[0], str(row[1]), float(row[2]), scale, (width, height)) for row in rows or ())
        return [line for line in lines if line is not None]


def _line(corners: list[list[float]], text: str, confidence: float, scale: float, size: tuple[int, int]) -> TextLine | None:
    xs, ys = [x / scale for x, _ in corners], [y / scale for _, y in corners]
    box = clip((min(xs), min(ys), max(xs), max(ys)), *size)
    if box is None or not is_legible(text, confidence):
        return None
    return TextLine(text.strip(), round(min(confidence, 1.0), 4), box)


def is_legible(text: str, confidence: float) -> bool:
    """Tell whether a line is worth keeping: mostly letters or digits, two at least, and short lines only when certain."""
    signs = [c for c in text if not c.isspace()]
    letters = sum(c.isalnum() for c in signs)
    if letters < 2 or letters < 0.6 * len(signs):
        return False
    return confidence >= (_CERTAIN if letters <= 3 else 0.65)
