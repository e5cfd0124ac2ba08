"""Write the networks as ONNX with weights kept in half precision (computed in single), and their labels.

``python -m lab.training.pictures.export --data FOLDER --work FOLDER`` writes ``lower.onnx`` and ``upper.onnx`` into
``shared/image_text/imagenet`` (EfficientNet-Lite2 as published) and ``tower.onnx``, ``text.onnx`` and ``labels.json`` into
``model``.
"""

import json
from pathlib import Path
from typing import Annotated

import numpy as np
import onnx
import torch
import typer
from onnx import TensorProto, helper, numpy_helper
from torch import Tensor, nn

from lab.training.pictures.examples import PLACES, load
from lab.training.pictures.network import WORDS, ImageTower, TextHead
from lab.training.pictures.train import Network
from lab.training.pictures.trunk import GRID, SIDE, Lower, Upper, pretrained

IMAGENET, MODEL = (Path(__file__).resolve().parents[3] / "shared" / "image_text" / name for name in ("imagenet", "model"))
_SMALLEST = 256  # numbers of a tensor that is worth halving
_DYNAMIC = {0: "n"}


class _Features(nn.Module):
    """The published upper half: pooled [N,1280] and grid [N,9,9,1280]."""

    def __init__(self) -> None:
        super().__init__()
        self.upper = Upper(pretrained())

    def forward(self, lower: Tensor) -> tuple[Tensor, Tensor]:
        """Both."""
        grid = self.upper(lower)
        return grid.mean((2, 3)), grid.permute(0, 2, 3, 1)


class _Tower(nn.Module):
    """The trained upper half with all heads."""

    def __init__(self, upper: Upper, tower: ImageTower) -> None:
        super().__init__()
        self.upper, self.tower = upper, tower

    def forward(self, lower: Tensor) -> tuple[Tensor, ...]:
        """Pooled, vector, cells, places, then each head."""
        seen = self.tower(self.upper(lower))
        cells = seen.cells.reshape(-1, GRID, GRID, seen.cells.shape[-1])
        places = seen.places.reshape(-1, GRID, GRID, seen.places.shape[-1])
        return seen.pooled, seen.vectors, cells, places, *seen.heads.values()


class ExportedText(nn.Module):
    """The text head with its attention written out: torch's own layer exports only with fixed shapes."""

    def __init__(self, text: TextHead) -> None:
        super().__init__()
        self.text = text

    def forward(self, states: Tensor, mask: Tensor) -> tuple[Tensor, Tensor]:
        """Sentence and phrase vectors."""
        layer = self.text.layer
        seen = states + self._attend(layer.norm1(states), mask)
        seen = seen + layer.linear2(torch.relu(layer.linear1(layer.norm2(seen))))
        return self.text.pool(states, seen, mask)

    def _attend(self, states: Tensor, mask: Tensor) -> Tensor:
        attention = self.text.layer.self_attn
        rows, tokens, width = states.shape
        heads = attention.num_heads
        mixed = nn.functional.linear(states, attention.in_proj_weight, attention.in_proj_bias)
        query, key, value = (part.reshape(rows, tokens, heads, width // heads).transpose(1, 2) for part in mixed.chunk(3, dim=-1))
        scores = query @ key.transpose(2, 3) / (width // heads) ** 0.5
        weights = scores.masked_fill(~mask[:, None, None, :], -1e9).softmax(-1)
        return attention.out_proj((weights @ value).transpose(1, 2).reshape(rows, tokens, width))


def main(data: Annotated[Path, typer.Option()], work: Annotated[Path, typer.Option()]) -> None:
    """Export all."""
    torch.backends.mha.set_fastpath_enabled(False)
    for folder in (IMAGENET, MODEL):
        folder.mkdir(parents=True, exist_ok=True)
    names = load(data, work).names
    net = Network(names).eval()
    net.load_state_dict(torch.load(work / "checkpoint.pt", weights_only=True)["net"])
    lower = torch.zeros(2, 120, 17, 17)
    write(IMAGENET / "lower.onnx", Lower(pretrained()).eval(), (torch.zeros(2, 3, SIDE, SIDE),), ["pixels"], ["lower"])
    write(IMAGENET / "upper.onnx", _Features().eval(), (lower,), ["lower"], ["features", "grid"])
    heads = list(net.tower.heads)
    write(
        MODEL / "tower.onnx",
        _Tower(net.upper, net.tower).eval(),
        (lower,),
        ["lower"],
        ["features", "vector", "cells", "places", *heads],
    )
    states = (torch.zeros(2, 8, WORDS), torch.ones(2, 8, dtype=torch.bool))
    write(MODEL / "text.onnx", ExportedText(net.text).eval(), states, ["states", "mask"], ["sentence", "phrase"])
    scales = [round(float(s), 3) for s in net.scales()]
    labels = {"heads": names, "places": PLACES, "sentence_scale": scales[0], "phrase_scale": scales[1]}
    (MODEL / "labels.json").write_text(json.dumps(labels, indent=1) + "\n")


def write(file: Path, module: nn.Module, given: tuple[Tensor, ...], inputs: list[str], outputs: list[str]) -> None:
    axes = {i: {0: "n", 1: "t"} if "states" in inputs else _DYNAMIC for i in inputs} | dict.fromkeys(outputs, _DYNAMIC)
    torch.onnx.export(
        module, given, str(file), input_names=inputs, output_names=outputs, dynamic_axes=axes, opset_version=17, dynamo=False
    )
    model = onnx.load(file)
    _halve(model)
    onnx.save(model, file)


def _halve(model: onnx.ModelProto) -> None:
    """Keep large weights as float16 with a cast, which the runtime folds when it loads the model."""
    casts = []
    for tensor in model.graph.initializer:
        if tensor.data_type == TensorProto.FLOAT and np.prod(tensor.dims) >= _SMALLEST:
            half = numpy_helper.from_array(numpy_helper.to_array(tensor).astype(np.float16), f"{tensor.name}_half")
            casts.append(helper.make_node("Cast", [half.name], [tensor.name], to=TensorProto.FLOAT))
            tensor.CopyFrom(half)
    for cast in reversed(casts):
        model.graph.node.insert(0, cast)


if __name__ == "__main__":
    typer.run(main)
