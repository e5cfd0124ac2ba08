"""What the tests of the vision engines share: shipped pictures, and skipping where torchvision does not fit torch."""

from pathlib import Path

import numpy as np
import pytest
from PIL import Image as Pillow

from shared.pictures import RgbArray, decode_rgb

IMAGES = Path(__file__).parent.parent / "fixtures" / "articles" / "images"


def picture(longest: int = 320, number: int = 0) -> RgbArray:
    """A shipped photograph, scaled to the longest side."""
    path = sorted(p for p in IMAGES.rglob("*") if p.suffix in (".jpg", ".png"))[number]
    full = Pillow.fromarray(decode_rgb(path.read_bytes()))
    full.thumbnail((longest, longest))
    return np.ascontiguousarray(full, dtype=np.uint8)


def need(*modules: str) -> None:
    """Skip the test module unless the modules can be imported; a torchvision for another torch raises RuntimeError."""
    for module in modules:
        try:
            pytest.importorskip(module, exc_type=ImportError)
        except RuntimeError as error:
            pytest.skip(f"{module} cannot be used here: {error}", allow_module_level=True)
