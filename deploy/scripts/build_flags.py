"""Build services/entity_linking/data/flags.npz from the PNG files of the npm package svg-country-flags (public domain).

usage: python deploy/scripts/build_flags.py FOLDER_OF_PNG     (npm pack svg-country-flags@1.2.10, folder package/png250px)
"""

import sys
from pathlib import Path

import cv2
import numpy as np

from services.entity_linking.engines.colours import colour_map
from services.entity_linking.engines.flags import PARTS, describe, grid
from shared.pictures import RgbArray, decode_rgb

OUTPUT = Path(__file__).resolve().parents[2] / "services" / "entity_linking" / "data" / "flags.npz"
SIZE = (60, 40)
NOT_STATES = {"eu", "an"}


def part(flag: RgbArray, share: tuple[float, float, float, float]) -> RgbArray:
    """The part of a flag between top, bottom, left and right."""
    height, width = flag.shape[:2]
    return np.ascontiguousarray(
        flag[int(share[0] * height) : int(share[1] * height), int(share[2] * width) : int(share[3] * width)]
    )


def main(folder: Path) -> None:
    """Describe every national flag, whole and in parts."""
    rows: dict[str, list[object]] = {"codes": [], "shares": [], "pairs": [], "density": [], "grids": []}
    for path in sorted(folder.glob("??.png")):
        if path.stem in NOT_STATES:
            continue
        flag = np.asarray(cv2.resize(decode_rgb(path.read_bytes()), SIZE, interpolation=cv2.INTER_AREA), dtype=np.uint8)
        for share in PARTS:
            piece = part(flag, share)
            shares, pairs, density = describe(colour_map(piece))
            for name, value in zip(rows, (path.stem.upper(), shares, pairs, density, grid(piece)), strict=True):
                rows[name].append(value)
    arrays = {name: np.array(values, dtype=None if name == "codes" else np.float32) for name, values in rows.items()}
    np.savez_compressed(OUTPUT, **arrays)
    print(f"{len(set(rows['codes']))} flags in {OUTPUT}")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
