"""Run the frozen half of the network once over all views and keep the outputs; goes on where it stopped.

``python -m lab.training.pictures.cache --data FOLDER --work FOLDER`` writes ``lower.npy``
[pictures, views, 120, 17, 17]
(float16, about 3 GB) and ``pictures.json`` (their names, in order).
"""

import json
from pathlib import Path
from typing import Annotated

import numpy as np
import torch
import typer
from tqdm import tqdm

from lab.training.pictures.sets import FoldPhotograph, pictures
from lab.training.pictures.trunk import SIDE, Lower, as_batch, pretrained
from lab.training.pictures.views import VIEWS, views

_BATCH = 8
_SHAPE = (120, 17, 17)


def main(data: Annotated[Path, typer.Option()], work: Annotated[Path, typer.Option()], threads: int = 1) -> None:
    """Fill the cache."""
    torch.set_num_threads(threads)
    work.mkdir(parents=True, exist_ok=True)
    rows = list(pictures(data))
    (work / "pictures.json").write_text(json.dumps([row.name for row in rows]))
    done_file, file = work / "lower.done", work / "lower.npy"
    shape = (len(rows), VIEWS, *_SHAPE)
    kept = np.lib.format.open_memmap(file, mode="r+" if file.exists() else "w+", dtype=np.float16, shape=shape)
    start = int(done_file.read_text()) if done_file.exists() else 0
    net = Lower(pretrained()).to(memory_format=torch.channels_last)
    with torch.inference_mode(), torch.autocast("cpu", torch.bfloat16):
        for at in tqdm(range(start, len(rows), _BATCH), mininterval=10):
            kept[at : at + _BATCH] = _lower(net, rows[at : at + _BATCH], at)
            if at % (_BATCH * 50) == 0:
                kept.flush()
                done_file.write_text(str(at))
    kept.flush()
    done_file.write_text(str(len(rows)))


def _lower(net: Lower, rows: list[FoldPhotograph], at: int) -> np.ndarray[tuple[int, ...], np.dtype[np.float16]]:
    cut = [view for number, row in enumerate(rows) for view in views(row.photograph.path, SIDE, at + number)]
    out: np.ndarray[tuple[int, ...], np.dtype[np.float16]] = net(as_batch(cut)).to(torch.float16).numpy()
    return out.reshape(len(rows), VIEWS, *_SHAPE)


if __name__ == "__main__":
    typer.run(main)
