"""Cuts and keyframes in one pass: PySceneDetect finds the cuts, of every interval of a shot the sharpest new frame is kept."""

import io
from dataclasses import dataclass

import cv2
import numpy as np
from av.video.frame import VideoFrame
from PIL import Image as Pillow
from scenedetect import FrameTimecode
from scenedetect.detectors import ContentDetector
from scenedetect.detectors.content_detector import FlashFilter

from services.video_frames.decoding import rgb
from services.video_frames.settings import VideoSettings
from services.video_frames.thresholds import LIMITS
from shared.pictures import RgbArray
from shared.schemas.video import Shot

_SMALL = 160  # pixels of the longer side of what cuts and sharpness are measured on
_QUALITY = 90
_CLOCK = 1000.0  # ticks a second of the times that PySceneDetect sees


@dataclass(frozen=True)
class FoundFrame:
    """A keyframe as JPEG bytes."""

    seconds: float
    shot: int
    width: int
    height: int
    jpeg: bytes


@dataclass(frozen=True)
class _Candidate:
    seconds: float
    frame: VideoFrame
    small: RgbArray
    sharpness: float


class KeyframePicker:
    """Takes the frames of one video in order; holds one decoded frame and the JPEG of each keyframe, never the whole video."""

    def __init__(self, settings: VideoSettings, name: str) -> None:
        self._settings, self._name = settings, name
        suppress = FlashFilter.Mode.SUPPRESS
        self._cuts = ContentDetector(threshold=settings.video_cut, min_scene_len=LIMITS.min_shot_seconds, filter_mode=suppress)
        self._starts: list[float] = []
        self._bin_start = 0.0
        self._best: _Candidate | None = None
        self._shown: RgbArray | None = None  # the last keyframe of this shot, small
        self._found: list[FoundFrame] = []

    def add(self, seconds: float, frame: VideoFrame) -> None:
        """Look at the next frame."""
        small = rgb(frame, _SMALL)
        cut = self._cuts.process_frame(FrameTimecode(seconds, _CLOCK), cv2.cvtColor(small, cv2.COLOR_RGB2BGR))
        if cut or not self._starts:
            self._finish_bin()
            self._starts.append(seconds)
            self._bin_start, self._shown = seconds, None
        elif seconds - self._bin_start >= self._settings.video_interval:
            self._finish_bin()
            self._bin_start = seconds
        candidate = _Candidate(seconds, frame, small, _sharpness(small))
        if self._best is None or candidate.sharpness > self._best.sharpness * LIMITS.min_sharper:
            self._best = candidate

    def finish(self, end: float) -> tuple[tuple[Shot, ...], tuple[FoundFrame, ...]]:
        """The shots until ``end`` and the keyframes, thinned evenly to the most that are allowed."""
        self._finish_bin()
        ends = [*self._starts[1:], max(end, *self._starts)] if self._starts else []
        shots = tuple(Shot(start=a, end=b) for a, b in zip(self._starts, ends, strict=True))
        most, count = self._settings.video_max_keyframes, len(self._found)
        chosen = range(count) if count <= most else sorted({round(i * (count - 1) / max(1, most - 1)) for i in range(most)})
        return shots, tuple(self._found[number] for number in chosen)

    def _finish_bin(self) -> None:
        best, self._best = self._best, None
        if best is None or (self._shown is not None and _change(best.small, self._shown) < self._settings.video_same):
            return
        pixels = rgb(best.frame, self._settings.video_max_side)
        height, width = pixels.shape[:2]
        jpeg = _jpeg(pixels, f"{self._name}@{best.seconds:.3f}")
        self._found.append(FoundFrame(best.seconds, len(self._starts) - 1, width, height, jpeg))
        self._shown = best.small


def _sharpness(small: RgbArray) -> float:
    return float(cv2.Laplacian(cv2.cvtColor(small, cv2.COLOR_RGB2GRAY), cv2.CV_32F).var())


def _change(one: RgbArray, other: RgbArray) -> float:
    """Mean absolute difference of all values, in [0, 255]; frames of another size (a stream that changes it) differ wholly."""
    return float(np.abs(one.astype(np.int16) - other).mean()) if one.shape == other.shape else 255.0


def _jpeg(pixels: RgbArray, comment: str) -> bytes:
    """The picture as JPEG; the comment makes frames of other times other pictures, even where nothing moves."""
    buffer = io.BytesIO()
    Pillow.fromarray(pixels).save(buffer, "JPEG", quality=_QUALITY, comment=comment.encode())
    return buffer.getvalue()
