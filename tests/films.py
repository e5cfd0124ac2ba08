"""Short videos made of the shipped pictures: the camera pans over each of them for some seconds."""

import io
from collections.abc import Sequence
from pathlib import Path

import av
import numpy as np
from PIL import Image as Pillow

from shared.pictures import RgbArray

PICTURES = Path(__file__).resolve().parent / "fixtures" / "articles" / "images"
SIZE = (480, 360)  # width, height
RATE = 12


def scenes(names: Sequence[str], seconds: float) -> list[RgbArray]:
    """The frames of a film that pans slowly from left to right over each picture, with a cut between two."""
    count = round(seconds * RATE)
    return [_view(name, number / max(1, count - 1)) for name in names for number in range(count)]


def film(frames: Sequence[RgbArray], container: str = "mp4", codec: str = "mpeg4") -> bytes:
    """The frames encoded."""
    buffer = io.BytesIO()
    with av.open(buffer, "w", format=container) as output:
        stream = output.add_stream(codec, rate=RATE, bit_rate=4_000_000)
        stream.width, stream.height, stream.pix_fmt = frames[0].shape[1], frames[0].shape[0], "yuv420p"
        for pixels in frames:
            output.mux(stream.encode(av.VideoFrame.from_ndarray(pixels, format="rgb24")))
        output.mux(stream.encode(None))
    return buffer.getvalue()


def sound() -> bytes:
    """An MP4 file without pictures."""
    buffer = io.BytesIO()
    with av.open(buffer, "w", format="mp4") as output:
        stream = output.add_stream("aac", rate=16_000)
        stream.layout = "mono"
        frame = av.AudioFrame.from_ndarray(np.zeros((1, 16_000), np.float32), format="fltp", layout="mono")
        frame.sample_rate = 16_000
        output.mux(stream.encode(frame))
        output.mux(stream.encode(None))
    return buffer.getvalue()


def _view(name: str, place: float) -> RgbArray:
    """A window that moves over the picture by a tenth of its width."""
    with Pillow.open(PICTURES / name) as picture:
        whole = picture.convert("RGB")
    width, height = SIZE
    scale = max(width * 1.1 / whole.width, height / whole.height)
    whole = whole.resize((round(whole.width * scale), round(whole.height * scale)))
    left = round(place * min(width * 0.1, whole.width - width))
    return np.asarray(whole.crop((left, 0, left + width, height)), dtype=np.uint8)
