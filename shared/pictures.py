"""Picture bytes to pixels, the one way in which all stages see them.

Boxes and key points everywhere are in pixels of the image *as stored*: the EXIF orientation is not applied, because
``Image.width`` and ``Image.height`` and everything a model says must mean the same grid. Who displays boxes must show the
picture unrotated too (CSS ``image-orientation: none``). Of animations and multi-page files only the first frame is read.
"""

import io
import struct
import warnings

import numpy as np
import numpy.typing as npt
from PIL import Image as Pillow
from PIL import UnidentifiedImageError

from shared.errors import StageError

RgbArray = npt.NDArray[np.uint8]

MAX_PIXELS = 64_000_000
FORMATS = ("JPEG", "PNG", "WEBP", "GIF", "BMP", "TIFF", "AVIF")
_DEEP_GREY = ("I", "F", "I;16", "I;16L", "I;16B", "I;16N")
_BAD_BYTES = (OSError, ValueError, SyntaxError, EOFError, KeyError, IndexError, TypeError, OverflowError, struct.error)


def decode_rgb(data: bytes, max_pixels: int = MAX_PIXELS) -> RgbArray:
    """Return the picture as a contiguous HxWx3 uint8 RGB array, transparency on white; raises StageError on bad bytes."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", Pillow.DecompressionBombWarning)
            with Pillow.open(io.BytesIO(data), formats=FORMATS) as picture:
                _check_pixels(picture, max_pixels)
                picture.load()
                return np.ascontiguousarray(_to_rgb(picture), dtype=np.uint8)
    except Pillow.DecompressionBombError as error:
        raise StageError(f"the picture has more than {max_pixels:,} pixels; send a smaller one") from error
    except UnidentifiedImageError as error:
        raise StageError(f"the bytes cannot be read as a picture: they are none of {', '.join(FORMATS)}") from error
    except _BAD_BYTES as error:
        raise StageError(f"the bytes cannot be read as a picture: {error}") from error


def _check_pixels(picture: Pillow.Image, max_pixels: int) -> None:
    width, height = picture.size
    if width * height > max_pixels:
        raise StageError(f"the picture has {width}x{height} pixels, more than {max_pixels:,}; send a smaller one")


def _to_rgb(picture: Pillow.Image) -> npt.NDArray[np.uint8]:
    if picture.mode in _DEEP_GREY:
        return _deep_grey_to_rgb(np.asarray(picture, dtype=np.float64))
    if picture.has_transparency_data:
        layer = picture.convert("RGBA")
        white = Pillow.new("RGBA", layer.size, (255, 255, 255, 255))
        return np.asarray(Pillow.alpha_composite(white, layer).convert("RGB"))
    return np.asarray(picture.convert("RGB"))


def _deep_grey_to_rgb(grey: npt.NDArray[np.float64]) -> npt.NDArray[np.uint8]:
    """Grey of more than 8 bits: values to 255 stay, up to 16 bits are scaled by 257, anything else by its own range."""
    grey = np.nan_to_num(grey)
    low, high = float(grey.min()), float(grey.max())
    if low < 0 or high > 65535:
        grey = (grey - low) * (255 / max(high - low, 1.0))
    elif high > 255:
        grey = grey / 257
    return np.repeat(np.rint(grey).astype(np.uint8)[..., None], 3, axis=2)
