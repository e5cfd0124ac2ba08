"""Export the checkpoint as the runtime wants it: int8 ONNX files and ``labels.json``.

python -m lab.training.text.export --work DIR --out services/text_ie/model
"""

import shutil
import tempfile
from pathlib import Path
from typing import Annotated

import torch
import typer
from onnxruntime.quantization import QuantType, quantize_dynamic
from torch import Tensor, nn

from lab.training.text.base import base_model
from lab.training.text.network import Network
from lab.training.text.report import training_report
from lab.training.text.seed import SEED
from services.text_ie.english.network.labels import Labels

HEADS = ("roles", "relations", "coreference", "event_coreference")
_OPSET = 17


class _Words(nn.Module):
    """The encoder with both word heads, as one graph."""

    def __init__(self, network: Network) -> None:
        super().__init__()
        self.encoder, self.tags, self.events = network.encoder, network.tags, network.events

    def forward(self, input_ids: Tensor, attention_mask: Tensor, case_ids: Tensor) -> tuple[Tensor, Tensor, Tensor]:
        hidden = self.encoder(input_ids, attention_mask, case_ids)
        return hidden, self.tags(hidden), self.events(hidden)


def main(
    work: Annotated[Path, typer.Option(help="folder with the checkpoint")] = Path(".training/text-ie"),
    out: Annotated[Path, typer.Option(help="folder to write")] = Path("services/text_ie/model"),
) -> None:
    """Write the ONNX files, the labels and the reports of calibration and training."""
    export(load_network(work).eval(), out)
    for name in ("labels.json", "calibration.json"):
        if (work / name).exists():
            shutil.copy(work / name, out / name)
    steps = int(torch.load(work / "checkpoint.pt", weights_only=True)["step"])
    report = training_report(work, Labels.read(work).trained_on, steps, SEED)
    (out / "training.json").write_text(report.model_dump_json(indent=1), encoding="utf-8")


def export(network: Network, out: Path) -> None:
    """Write the graphs of a network in evaluation mode: the encoder in int8, the small heads in float32."""
    out.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as folder:
        words = Path(folder) / "encoder.onnx"
        export_words(network, words)
        quantize_dynamic(words, out / "encoder.onnx", weight_type=QuantType.QInt8, per_channel=True, reduce_range=False)
        for name in HEADS:
            export_head(network, name, out / f"{name}.onnx")


def load_network(work: Path, base: Path | None = None) -> Network:
    """The network of the last checkpoint; ``base`` is the folder of the encoder that it was built on (default: MiniLM)."""
    network = Network(base or base_model(), Labels.read(work))
    network.load_state_dict(torch.load(work / "checkpoint.pt", weights_only=True)["network"])
    return network


def export_words(network: Network, path: Path) -> None:
    """Encoder and word heads as one float32 graph."""
    ids = torch.ones(2, 7, dtype=torch.long)
    names = ["input_ids", "attention_mask", "case_ids"]
    outputs = ["hidden", "tag_logits", "event_logits"]
    axes = {name: {0: "batch", 1: "pieces"} for name in names + outputs}
    torch.onnx.export(
        _Words(network).eval(), (ids, ids, ids), str(path), input_names=names, output_names=outputs, dynamic_axes=axes,
        opset_version=_OPSET, dynamo=False,
    )  # fmt: skip


def export_head(network: Network, name: str, path: Path) -> None:
    """One pair head."""
    head = getattr(network, name)
    vectors, features = torch.zeros(2, network.encoder.size), torch.zeros(2, head.features.in_features)
    axes = {axis: {0: "pairs"} for axis in ("left", "right", "features", "logits")}
    torch.onnx.export(
        head, (vectors, vectors, features), str(path), input_names=["left", "right", "features"], output_names=["logits"],
        dynamic_axes=axes, opset_version=_OPSET, dynamo=False,
    )  # fmt: skip


if __name__ == "__main__":
    typer.run(main)
