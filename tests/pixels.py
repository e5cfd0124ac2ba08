"""The pixels of a mask, as pycocotools reads them."""

import numpy as np
import numpy.typing as npt
from pycocotools import mask as coco

from shared.schemas.base import Mask


def pixels_of(mask: Mask) -> npt.NDArray[np.bool_]:
    """A height x width array of truth values."""
    size = [mask.height, mask.width]
    return np.asarray(coco.decode(coco.frPyObjects({"size": size, "counts": list(mask.counts)}, *size)), dtype=np.bool_)
