"""Build services/entity_linking/data/flags.npz from the PNG files of the npm package svg-country-flags (public domain).

usage: python -m deploy.build.flags FOLDER_OF_PNG     (npm pack svg-country-flags@1.2.10, folder package/png250px)
"""

import sys
from pathlib import Path

import cv2
import numpy as np

from lab.training.flags.states import FLAG_OF_ANOTHER, NOT_STATES
from services.entity_linking.engines.colours import colour_map
from services.entity_linking.engines.flag_structure import describe, grid
from services.entity_linking.engines.flag_windows import PARTS
from services.entity_linking.engines.runs import BLACK, run_colours, triples, without_shadows
from shared.pictures import RgbArray, decode_rgb

OUTPUT = Path(__file__).resolve().parents[2] / "services" / "entity_linking" / "data" / "flags.npz"
SIZE = (60, 40)
_HAS_BLACK = 0.04


def part(flag: RgbArray, share: tuple[float, float, float, float]) -> RgbArray:
    """The part of a flag between top, bottom, left and right."""
    height, width = flag.shape[:2]
    return np.ascontiguousarray(
        flag[int(share[0] * height) : int(share[1] * height), int(share[2] * width) : int(share[3] * width)]
    )


def describe_flag(drawing: RgbArray) -> list[tuple[np.ndarray, np.ndarray, float, np.ndarray, np.ndarray, bool]]:
    """For the whole flag and each of its parts: shares, pairs, density, grid, runs, black (for FlagReferences)."""
    flag = np.asarray(cv2.resize(drawing, SIZE, interpolation=cv2.INTER_AREA), dtype=np.uint8)
    black = bool((run_colours(drawing) == BLACK).mean() > _HAS_BLACK)
    rows = []
    for share in PARTS:
        piece, colours = part(flag, share), run_colours(part(drawing, share))
        runs, _ = triples(colours if black else without_shadows(colours))
        rows.append((*describe(colour_map(piece)), grid(piece), runs, black))
    return rows


def main(folder: Path) -> None:
    """Describe every national flag, whole and in parts."""
    codes, rows = [], []
    for path in sorted(folder.glob("??.png")):
        if path.stem not in NOT_STATES | FLAG_OF_ANOTHER:
            described = describe_flag(decode_rgb(path.read_bytes()))
            codes += [path.stem.upper()] * len(described)
            rows += described
    shares, pairs, density, grids, runs, black = (np.array(column) for column in zip(*rows, strict=True))
    np.savez_compressed(
        OUTPUT,
        codes=np.array(codes),
        shares=shares,
        pairs=pairs,
        density=density.astype(np.float32),
        grids=grids,
        runs=runs,
        black=black,
    )
    print(f"{len(set(codes))} flags in {OUTPUT}")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
