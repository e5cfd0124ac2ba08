"""From the bytes of a video to its frames, one after the other; FFmpeg (PyAV) does the work and sees no other file."""

import io
from collections.abc import Iterator
from contextlib import contextmanager

import av
import numpy as np
from av.container import InputContainer
from av.video.frame import VideoFrame

from shared.errors import StageError
from shared.pictures import MAX_PIXELS, RgbArray
from shared.video_formats import DEMUXERS, NAMES, media_type_of


@contextmanager
def opened(data: bytes) -> Iterator[InputContainer]:
    """The container of the video; raises StageError where it has no readable picture track."""
    kind = media_type_of(data)
    if kind not in DEMUXERS:
        raise StageError(f"the bytes are no video that can be read ({kind or 'no known type'}); send {NAMES}")
    try:
        with av.open(io.BytesIO(data), "r", format=DEMUXERS[kind]) as container:
            _check(container)
            yield container
    except (av.FFmpegError, EOFError) as error:
        reason = getattr(error, "strerror", None) or str(error)
        raise StageError(f"the video cannot be decoded ({reason}); send a whole file") from error


def frames(container: InputContainer) -> Iterator[tuple[float, VideoFrame]]:
    """Each frame with its seconds from the first one, in order of display; raises av.FFmpegError where the file breaks off."""
    stream = container.streams.video[0]
    stream.thread_type = "AUTO"
    first: float | None = None
    last = -1.0
    for number, frame in enumerate(container.decode(stream)):
        time = frame.time if frame.time is not None else number / float(stream.average_rate or 25)
        first = time if first is None else first
        if time - first > last:
            last = time - first
            yield last, frame


def rgb(frame: VideoFrame, longest: int) -> RgbArray:
    """The frame upright (the file's rotation applied) as HxWx3, scaled down to ``longest`` pixels where it is larger."""
    scale = min(1.0, longest / max(frame.width, frame.height))
    width, height = (max(1, round(side * scale)) for side in (frame.width, frame.height))
    pixels = frame.reformat(width=width, height=height, format="rgb24").to_ndarray()
    return np.ascontiguousarray(np.rot90(pixels, round(frame.rotation / 90)), dtype=np.uint8)


def _check(container: InputContainer) -> None:
    if not container.streams.video:
        raise StageError("the file has no picture track, only sound; send a video")
    codec = container.streams.video[0].codec_context
    if codec.width * codec.height > MAX_PIXELS:
        raise StageError(f"the video has {codec.width}x{codec.height} pixels, more than {MAX_PIXELS:,}; send a smaller one")
