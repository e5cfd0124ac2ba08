"""How good the checkpoint is on the pictures that were kept out; the figures of the model card come from ``newsgraph eval``.

``python -m lab.training.pictures.measure --data FOLDER --work FOLDER`` prints one JSON object.
"""

import json
from pathlib import Path
from typing import Annotated

import numpy as np
import torch
import typer
from torch import Tensor

from lab.training.pictures.batches import TextStates
from lab.training.pictures.examples import Example, held_out, load
from lab.training.pictures.network import TowerOutput
from lab.training.pictures.train import Network
from lab.training.pictures.trunk import GRID

_AT_ONCE = 64


def main(data: Annotated[Path, typer.Option()], work: Annotated[Path, typer.Option()], threads: int = 1) -> None:
    """Print retrieval, pointing and the accuracy of the heads."""
    torch.set_num_threads(threads)
    examples = load(data, work)
    net = Network(examples.names).eval()
    net.load_state_dict(torch.load(work / "checkpoint.pt", weights_only=True)["net"])
    kept = [e for e in examples.rows if held_out(e.picture)]
    lower, states = np.load(work / "lower.npy", mmap_mode="r"), TextStates(work)
    with torch.inference_mode(), torch.autocast("cpu", torch.bfloat16):
        seen = _see(net, lower, kept)
        report = _retrieval(net, states, kept, seen) | _pointing(net, states, kept, seen) | _heads(kept, seen)
    print(json.dumps(report))


def _see(net: Network, lower: np.ndarray[tuple[int, ...], np.dtype[np.float16]], kept: list[Example]) -> list[TowerOutput]:
    parts = []
    for start in range(0, len(kept), _AT_ONCE):
        rows = [e.row for e in kept[start : start + _AT_ONCE]]
        parts.append(net.tower(net.upper(torch.from_numpy(lower[rows, 0].astype(np.float32)))).single())
    return parts


def _texts(net: Network, states: TextStates, rows: list[int]) -> tuple[Tensor, Tensor]:
    parts = [net.text(*states(rows[start : start + 256])) for start in range(0, len(rows), 256)]
    return torch.cat([p[0] for p in parts]).float(), torch.cat([p[1] for p in parts]).float()


def _retrieval(net: Network, states: TextStates, kept: list[Example], seen: list[TowerOutput]) -> dict[str, float]:
    chosen = [n for n, e in enumerate(kept) if e.picture.source == "flickr8k_entities"]
    vectors = torch.cat([s.vectors for s in seen]).float()[chosen]
    texts = [t for n in chosen for t in kept[n].texts]
    owner = torch.tensor([place for place, n in enumerate(chosen) for _ in kept[n].texts])
    sentences, _ = _texts(net, states, texts)
    scores = sentences @ vectors.T
    rank = (scores > scores.gather(1, owner[:, None])).sum(1)
    return {"t2i_r1": float((rank < 1).float().mean() * 100), "t2i_r10": float((rank < 10).float().mean() * 100)}


def _pointing(net: Network, states: TextStates, kept: list[Example], seen: list[TowerOutput]) -> dict[str, float]:
    cells = torch.cat([s.cells for s in seen]).float()
    wanted = [(n, row, boxes) for n, e in enumerate(kept) for (row,), boxes in e.phrases]
    _, phrases = _texts(net, states, [row for _, row, _ in wanted])
    hits = 0
    for (n, _, boxes), phrase in zip(wanted, phrases, strict=True):
        heat = (cells[n] @ phrase).reshape(GRID, GRID)
        smooth = torch.nn.functional.avg_pool2d(heat[None, None], 3, 1, 1, count_include_pad=False)[0, 0]
        at = int((heat + smooth).argmax())
        photo = kept[n].picture.photograph
        x, y = (at % GRID + 0.5) / GRID * photo.width, (at // GRID + 0.5) / GRID * photo.height
        hits += any(b.x0 <= x <= b.x1 and b.y0 <= y <= b.y1 for b in boxes)
    return {"pointing": 100 * hits / len(wanted)}


def _heads(kept: list[Example], seen: list[TowerOutput]) -> dict[str, float]:
    report = {}
    for head in seen[0].heads:
        chosen = [n for n, e in enumerate(kept) if e.label and e.label[0] == head]
        if chosen:
            guesses = torch.cat([s.heads[head] for s in seen])[chosen].argmax(1)
            right = guesses == torch.tensor([kept[n].label[1] for n in chosen if kept[n].label])  # type: ignore[index]
            report[head] = float(right.float().mean() * 100)
    return report


if __name__ == "__main__":
    typer.run(main)
