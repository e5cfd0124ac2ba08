"""Decides whether bytes are a picture that the platform takes: type sniffed, size read from the header, then decoded once."""

import io
import struct
import warnings
import zlib
from dataclasses import dataclass

import filetype
from PIL import Image as Pillow
from PIL import UnidentifiedImageError

from gateway.problems import Refusal
from gateway.settings import GatewaySettings
from shared.ids import content_hash
from shared.schemas.article import Image

FORMATS = {
    "JPEG": "image/jpeg",
    "PNG": "image/png",
    "WEBP": "image/webp",
    "GIF": "image/gif",
    "BMP": "image/bmp",
    "AVIF": "image/avif",
}
_BAD_DATA = (ValueError, SyntaxError, KeyError, IndexError, TypeError, OverflowError, struct.error, zlib.error)
_BAD_BYTES = (OSError, EOFError, *_BAD_DATA)
_CHANGE = f"send a whole picture as {', '.join(FORMATS)}"


@dataclass(frozen=True)
class CheckedImage:
    """Verified bytes and what the article says about them."""

    data: bytes
    image: Image

    @property
    def file_id(self) -> str:
        """The hash of the bytes."""
        return self.image.image_id


def inspect_image(data: bytes, name: str, settings: GatewaySettings) -> Image:
    """Return id, media type and size; raises Refusal (413 too large, 415 no picture, 422 damaged)."""
    if len(data) > settings.max_image_bytes:
        detail = f"{name} has {len(data):,} bytes; {settings.max_image_bytes:,} are allowed"
        raise Refusal(413, "image-too-large", detail, change="send a smaller file")
    kind = filetype.guess(data)
    if kind is None or not kind.mime.startswith("image/"):
        found = f"looks like {kind.mime}" if kind else "is of no known type"
        raise Refusal(415, "not-an-image", f"{name} {found}", change=_CHANGE)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return _read(data, name, settings)


def _read(data: bytes, name: str, settings: GatewaySettings) -> Image:
    try:
        with Pillow.open(io.BytesIO(data), formats=tuple(FORMATS)) as picture:
            width, height = picture.size
            _check_pixels(width, height, name, settings)
            picture.load()
            media_type = FORMATS[picture.format or ""]
    except Pillow.DecompressionBombError as error:
        raise _too_many_pixels(str(error), name, settings) from error
    except UnidentifiedImageError as error:
        raise Refusal(415, "unsupported-image", f"{name} has an image type that is not supported", change=_CHANGE) from error
    except _BAD_BYTES as error:
        raise Refusal(422, "damaged-image", f"{name} cannot be decoded: {error}", change=_CHANGE) from error
    return Image(image_id=content_hash(data), media_type=media_type, width=width, height=height)


def _check_pixels(width: int, height: int, name: str, settings: GatewaySettings) -> None:
    if width * height > settings.max_image_pixels:
        raise _too_many_pixels(f"{width}x{height}", name, settings)


def _too_many_pixels(size: str, name: str, settings: GatewaySettings) -> Refusal:
    detail = f"{name} has too many pixels ({size}); {settings.max_image_pixels:,} are allowed"
    return Refusal(413, "too-many-pixels", detail, change="send the picture scaled down")
