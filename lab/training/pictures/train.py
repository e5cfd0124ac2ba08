"""Train upper half, encoder and heads together; goes on where it stopped.

``python -m lab.training.pictures.train --data FOLDER --work FOLDER --steps N`` keeps
``checkpoint.pt`` and ``losses.jsonl``.
"""

import json
import math
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Annotated, Any

import numpy as np
import torch
import typer
from torch import Tensor, nn
from torch.nn.functional import binary_cross_entropy_with_logits, cross_entropy

from lab.training.pictures import losses
from lab.training.pictures.backbone import Upper, pretrained
from lab.training.pictures.batches import Batch, TextStates, make_batch
from lab.training.pictures.examples import PLACES, Example, Examples, held_out, load
from lab.training.pictures.network import ImageTower, Scales, TextHead

_BATCH = 160
_RATE, _TRUNK_RATE = 8e-4, 2.5e-4
_WARM = 60
_WEIGHTS = {"sentence": 1.0, "attention": 0.5, "phrase": 0.2, "heads": 0.5, "scenes": 0.5, "places": 1.0}


class Network(nn.Module):
    """Everything that is trained."""

    def __init__(self, names: dict[str, tuple[str, ...]]) -> None:
        super().__init__()
        self.upper = Upper(pretrained())
        self.tower = ImageTower({head: len(classes) for head, classes in names.items()}, len(PLACES))
        self.text = TextHead()
        self.scales = Scales()

    def train(self, mode: bool = True) -> "Network":
        """The trunk's batch norms keep the statistics of ImageNet."""
        super().train(mode)
        for module in self.upper.modules():
            if isinstance(module, nn.BatchNorm2d):
                module.eval()
        return self


def batches(examples: Sequence[Example], random: np.random.Generator) -> Iterator[list[Example]]:
    """Epoch after epoch in random order."""
    while True:
        order = random.permutation(len(examples))
        for start in range(0, len(order) - _BATCH + 1, _BATCH):
            yield [examples[i] for i in order[start : start + _BATCH]]


def loss_of(net: Network, batch: Batch, states: TextStates) -> dict[str, Tensor]:
    """The weighted losses by name."""
    with torch.autocast("cpu", torch.bfloat16):
        seen = net.tower(net.upper(batch.lower)).single()
        sentences, _ = net.text(*states(batch.texts))
        _, phrases = net.text(*states(batch.phrases))
    sentence_scale, phrase_scale = net.scales()
    rows = batch.positive.sum(1) > 0
    parts = {
        "sentence": losses.contrast(seen.vectors[rows], sentences.float(), batch.positive[rows], sentence_scale),
        "attention": losses.attention(seen.cells[batch.owner], phrases.float(), batch.cover, phrase_scale),
        "phrase": losses.phrase_contrast(seen.cells, phrases.float(), batch.owner, phrase_scale),
        "places": losses.places(seen.places, batch.places),
    }
    if len(batch.scenes[0]):
        parts["scenes"] = binary_cross_entropy_with_logits(seen.heads["scenes"][batch.scenes[0]], batch.scenes[1])
    parts["heads"] = sum(
        (
            cross_entropy(seen.heads[head][rows], wanted, label_smoothing=0.1) * len(rows) / _BATCH * 3
            for head, (rows, wanted) in batch.labels.items()
        ),
        torch.zeros(()),
    )
    return {name: _WEIGHTS[name] * value for name, value in parts.items()}


def optimiser(net: Network) -> torch.optim.AdamW:
    """A smaller rate for the trunk; no decay on scales."""
    heads = [*net.tower.parameters(), *net.text.parameters()]
    return torch.optim.AdamW(
        [
            {"params": list(net.upper.parameters()), "rate": _TRUNK_RATE, "weight_decay": 0.02},
            {"params": heads, "rate": _RATE, "weight_decay": 0.05},
            {"params": list(net.scales.parameters()), "rate": _RATE, "weight_decay": 0.0},
        ],
        lr=0.0,
    )


def set_rate(optimizer: torch.optim.AdamW, step: int, steps: int) -> None:
    """Warm up, then a cosine to nothing."""
    share = min(1.0, (step + 1) / _WARM) * 0.5 * (1 + math.cos(math.pi * min(1.0, step / steps)))
    for group in optimizer.param_groups:
        group["lr"] = group["rate"] * share


def main(
    data: Annotated[Path, typer.Option()], work: Annotated[Path, typer.Option()], steps: int = 900, threads: int = 1
) -> None:
    """Train."""
    torch.set_num_threads(threads)
    torch.manual_seed(0)
    examples = load(data, work)
    net = Network(examples.names).to(memory_format=torch.channels_last)
    optimizer = optimiser(net)
    step = _restore(work, net, optimizer)
    _run(net, optimizer, examples, work, (step, steps))


def _run(net: Network, optimizer: torch.optim.AdamW, examples: Examples, work: Path, span: tuple[int, int]) -> None:
    lower, states = np.load(work / "lower.npy", mmap_mode="r"), TextStates(work)
    random = np.random.default_rng(span[0])
    chosen = batches([e for e in examples.rows if not held_out(e.picture)], random)
    for step in range(*span):
        net.train()
        set_rate(optimizer, step, span[1])
        parts = loss_of(net, make_batch(lower, next(chosen), random), states)
        optimizer.zero_grad()
        sum(parts.values(), torch.zeros(())).backward()
        nn.utils.clip_grad_norm_(net.parameters(), 2.0)
        optimizer.step()
        with (work / "losses.jsonl").open("a") as file:
            file.write(json.dumps({"step": step} | {name: round(float(v.detach()), 4) for name, v in parts.items()}) + "\n")
        if step % 50 == 49 or step + 1 == span[1]:
            _keep(work, net, optimizer, step + 1)


def _keep(work: Path, net: Network, optimizer: torch.optim.AdamW, step: int) -> None:
    new = work / "checkpoint.new"
    torch.save({"net": net.state_dict(), "optimizer": optimizer.state_dict(), "step": step}, new)
    new.replace(work / "checkpoint.pt")


def _restore(work: Path, net: Network, optimizer: torch.optim.AdamW) -> int:
    file = work / "checkpoint.pt"
    if not file.exists():
        return 0
    kept: dict[str, Any] = torch.load(file, weights_only=True)
    net.load_state_dict(kept["net"])
    optimizer.load_state_dict(kept["optimizer"])
    return int(kept["step"])


if __name__ == "__main__":
    typer.run(main)
