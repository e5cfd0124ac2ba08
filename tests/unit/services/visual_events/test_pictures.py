"""Decoding pictures: every colour mode ends as RGB pixels, every bad file as a StageError."""

import io
import struct
import zlib

import numpy as np
import pytest
from PIL import Image as Pillow

from shared.errors import StageError
from shared.pictures import decode_rgb

pytestmark = pytest.mark.unit


def _encode(picture: Pillow.Image, kind: str = "PNG", **options: object) -> bytes:
    buffer = io.BytesIO()
    picture.save(buffer, kind, **options)
    return buffer.getvalue()


def _chunk(kind: bytes, body: bytes) -> bytes:
    return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))


def test_rgb_pixels_come_back_exactly() -> None:
    pixels = np.arange(4 * 5 * 3, dtype=np.uint8).reshape(4, 5, 3)
    decoded = decode_rgb(_encode(Pillow.fromarray(pixels)))
    assert decoded.shape == (4, 5, 3)
    assert (decoded == pixels).all()


def test_transparent_pixels_become_white() -> None:
    picture = Pillow.new("RGBA", (2, 1), (200, 0, 0, 0))
    picture.putpixel((1, 0), (200, 0, 0, 255))
    assert decode_rgb(_encode(picture)).tolist() == [[[255, 255, 255], [200, 0, 0]]]


def test_palette_transparency_becomes_white() -> None:
    picture = Pillow.new("P", (1, 1), 0)
    picture.putpalette([10, 20, 30])
    assert decode_rgb(_encode(picture, transparency=0)).tolist() == [[[255, 255, 255]]]
    assert decode_rgb(_encode(picture)).tolist() == [[[10, 20, 30]]]


def test_sixteen_bit_grey_is_scaled_and_not_clipped() -> None:
    grey = np.array([[0, 32896, 65535]], dtype=np.uint16)
    assert decode_rgb(_encode(Pillow.fromarray(grey)))[0, :, 0].tolist() == [0, 128, 255]


def test_cmyk_jpeg_keeps_its_colour() -> None:
    red = Pillow.new("CMYK", (16, 16), (0, 255, 255, 0))
    r, g, b = decode_rgb(_encode(red, "JPEG", quality=95))[8, 8].astype(int)
    assert r > 220
    assert max(g, b) < 40


def test_only_the_first_frame_of_an_animation_is_read() -> None:
    frames = [Pillow.new("RGB", (3, 3), colour) for colour in ((0, 0, 255), (0, 255, 0))]
    data = _encode(frames[0], "GIF", save_all=True, append_images=frames[1:])
    assert decode_rgb(data)[0, 0].tolist() == [0, 0, 255]


def test_the_orientation_tag_does_not_turn_the_pixels() -> None:
    exif = Pillow.Exif()
    exif[0x0112] = 6
    assert decode_rgb(_encode(Pillow.new("RGB", (8, 4)), "JPEG", exif=exif.tobytes())).shape == (4, 8, 3)


@pytest.mark.parametrize("data", [b"", b"not a picture", b"\x89PNG\r\n\x1a\n" + bytes(40), b"%!PS-Adobe-3.0 EPSF-3.0\n"])
def test_bytes_that_are_no_picture_raise_a_stage_error(data: bytes) -> None:
    with pytest.raises(StageError, match="cannot be read as a picture"):
        decode_rgb(data)


def test_a_truncated_jpeg_raises_a_stage_error() -> None:
    noise = np.random.default_rng(0).integers(0, 255, (64, 64, 3), dtype=np.uint8)
    data = _encode(Pillow.fromarray(noise), "JPEG")
    with pytest.raises(StageError, match="truncated"):
        decode_rgb(data[: len(data) // 2])


def test_a_picture_over_the_pixel_limit_is_refused_before_it_is_decoded() -> None:
    header = _chunk(b"IHDR", struct.pack(">IIBBBBB", 20_000, 20_000, 8, 2, 0, 0, 0))
    with pytest.raises(StageError, match="send a smaller one"):
        decode_rgb(b"\x89PNG\r\n\x1a\n" + header + _chunk(b"IDAT", zlib.compress(bytes(100))))
