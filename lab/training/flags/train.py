"""Train services/entity_linking/data/flag_network.onnx, which says whose flag a window of a picture shows and where it lies.

usage: python -m lab.training.flags.train OUTPUT.onnx --drawings FOLDER [FOLDER ...] --photographs FOLDER
           [--minutes 20] [--seed 1] [--checkpoint FILE: goes on from it where it exists, writes it]

Runs in the environment of the engines (torch, onnx, onnxscript). A folder of drawings holds a picture a country, named by its ISO
code (fr.png). The photographs, free ones without flags, are what flags are pasted on and what is no flag, beside made-up flags.
"""

import argparse
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt
import onnx
import torch
from onnx import helper, numpy_helper
from torch import Tensor, nn

from lab.training.flags.samples import HEIGHT, WIDTH, Sample, SampleMaker, load_drawings, load_photographs
from lab.training.flags.states import FLAG_OF_ANOTHER, NOT_STATES

_BATCH = 128
_KEPT = 12_000
_RATE = 2e-3
_BOX_WEIGHT = 2.0
_WIDTHS = (16, 32, 64, 96)
_HIDDEN = 160


class FlagClassifier(nn.Module):
    """Bx3x24x36 in [0, 1] to logits BxC (the last class is no flag) and boxes Bx4 (x0 y0 x1 y1, the window is 0 to 1)."""

    def __init__(self, classes: int) -> None:
        super().__init__()
        first, second, third, fourth = _WIDTHS
        self.features = nn.Sequential(
            _block(3, first, 1), _block(first, second, 2), _block(second, third, 2), _block(third, fourth, 2)
        )
        cells = fourth * -(-HEIGHT // 8) * -(-WIDTH // 8)
        self.hidden = nn.Sequential(nn.Flatten(), nn.Linear(cells, _HIDDEN), nn.ReLU())
        self.country = nn.Linear(_HIDDEN, classes)
        self.box = nn.Linear(_HIDDEN, 4)

    def forward(self, windows: Tensor) -> tuple[Tensor, Tensor]:
        """Logits and boxes."""
        hidden = self.hidden(self.features((windows - 0.5) * 4))
        return self.country(hidden), self.box(hidden)


def _block(before: int, after: int, stride: int) -> nn.Sequential:
    return nn.Sequential(nn.Conv2d(before, after, 3, stride, 1, bias=False), nn.BatchNorm2d(after), nn.ReLU())


@dataclass(frozen=True)
class _Arguments:
    output: Path
    drawings: list[Path]
    photographs: Path
    minutes: float
    seed: int
    checkpoint: Path | None


def _arguments() -> _Arguments:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("output", type=Path)
    parser.add_argument("--drawings", type=Path, nargs="+", required=True)
    parser.add_argument("--photographs", type=Path, required=True)
    parser.add_argument("--minutes", type=float, default=20.0)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--checkpoint", type=Path, default=None)
    return _Arguments(**vars(parser.parse_args()))


def _batches(maker: SampleMaker) -> Iterator[tuple[Tensor, Tensor, Tensor]]:
    """Batches of which half is new and half drawn from the last samples, as making one costs more than learning from it."""
    rng, kept = np.random.default_rng(0), [maker.sample() for _ in range(_BATCH)]
    while True:
        kept = [*kept, *(maker.sample() for _ in range(_BATCH // 2))][-_KEPT:]
        seen = rng.choice(len(kept) - _BATCH // 2, _BATCH // 2, replace=False).tolist()
        yield _tensor([*kept[-_BATCH // 2 :], *(kept[place] for place in seen)])


def _tensor(samples: list[Sample]) -> tuple[Tensor, Tensor, Tensor]:
    windows = np.stack([sample.window for sample in samples]).transpose(0, 3, 1, 2).astype(np.float32) / 255
    labels = torch.tensor([sample.label for sample in samples])
    return torch.from_numpy(windows), labels, torch.tensor([sample.box for sample in samples])


def train(network: FlagClassifier, maker: SampleMaker, minutes: float) -> None:
    """Train for that long; the rate falls along a cosine over the time, so a slow machine sees fewer samples."""
    optimiser = torch.optim.AdamW(network.parameters(), lr=_RATE, weight_decay=0.02)
    none, begun, means = network.country.out_features - 1, time.monotonic(), np.zeros(3)
    for step, (windows, labels, boxes) in enumerate(_batches(maker)):
        done = (time.monotonic() - begun) / (60 * minutes)
        if done >= 1:
            return
        optimiser.param_groups[0]["lr"] = _RATE * min(1.0, (step + 1) / 100) * (0.5 + 0.5 * np.cos(np.pi * done)) + 1e-5
        logits, found = network(windows)
        flags = labels != none
        loss = nn.functional.cross_entropy(logits, labels, label_smoothing=0.01)
        loss = loss + _BOX_WEIGHT * nn.functional.smooth_l1_loss(found[flags], boxes[flags], beta=0.1)
        optimiser.zero_grad()
        loss.backward()
        optimiser.step()
        right = (logits.argmax(1) == labels).float()
        means = 0.98 * means + 0.02 * np.array([loss.item(), right[flags].mean().item(), right[~flags].mean().item()])
        if step % 100 == 99:
            print(f"{done:.0%} step {step + 1} loss {means[0]:.3f} flags {means[1]:.3f} no flags {means[2]:.3f}", flush=True)


def export(network: FlagClassifier, codes: list[str], output: Path) -> None:
    """Write ONNX with the weights as 16-bit floats and the countries in its metadata."""
    example = torch.zeros(2, 3, HEIGHT, WIDTH)
    torch.onnx.export(
        network, (example,), output, input_names=["windows"], output_names=["logits", "boxes"], opset_version=17,
        dynamic_axes={name: {0: "batch"} for name in ("windows", "logits", "boxes")}, dynamo=False,
    )  # fmt: skip
    model = onnx.load(output)
    _halve(model.graph)
    model.metadata_props.add(key="countries", value=" ".join(codes))
    onnx.save(model, output)


def _halve(graph: onnx.GraphProto) -> None:
    for weights in graph.initializer:
        values: npt.NDArray[np.float32] = numpy_helper.to_array(weights)
        if values.dtype == np.float32 and values.size > 1000:
            name = weights.name
            weights.CopyFrom(numpy_helper.from_array(values.astype(np.float16), f"{name}_half"))
            graph.node.insert(0, helper.make_node("Cast", [f"{name}_half"], [name], to=onnx.TensorProto.FLOAT))


def main() -> None:
    """Train and write."""
    arguments = _arguments()
    torch.manual_seed(arguments.seed)
    torch.set_num_threads(1)
    drawings = load_drawings(arguments.drawings, NOT_STATES | FLAG_OF_ANOTHER)
    codes = sorted(drawings)
    print(f"{len(codes)} countries, {sum(map(len, drawings.values()))} drawings")
    maker = SampleMaker([drawings[code] for code in codes], load_photographs(arguments.photographs), arguments.seed)
    network = FlagClassifier(len(codes) + 1)
    if arguments.checkpoint and arguments.checkpoint.is_file():
        network.load_state_dict(torch.load(arguments.checkpoint))
    train(network, maker, arguments.minutes)
    if arguments.checkpoint:
        torch.save(network.state_dict(), arguments.checkpoint)
    export(network.eval(), [code.upper() for code in codes], arguments.output)


if __name__ == "__main__":
    main()
