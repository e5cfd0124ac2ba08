"""Turns dlib's face network into ONNX: ``python -m lab.training.faces.convert SOURCE.dat TARGET.onnx``.

The same vectors as dlib gives, about ten times as fast, in true batches. The layers and their order are those of dlib's
``dnn_face_recognition_ex.cpp`` (public domain); the affine layers are folded into the convolutions, and the large weights are
kept in half precision (11 MB; the vectors change by less than 0.001). Needs ``onnx``.
"""

from collections.abc import Iterator
from pathlib import Path
from typing import Annotated

import numpy as np
import numpy.typing as npt
import onnx
import typer
from onnx import TensorProto, helper, numpy_helper

FloatArray = npt.NDArray[np.float32]
_MEANS = (122.782, 117.001, 104.298)
_LEVELS = ((32, 3, False), (64, 4, True), (128, 3, True), (256, 3, True), (256, 1, True))
"""Filters, residual blocks, and whether the first halves the grid, from the picture upwards."""


def parameters(data: bytes, layer: bytes, before: int = 0) -> Iterator[FloatArray]:
    """The flat parameters of all layers of a kind in dlib's serialisation, from the input on; ``before`` numbers precede them."""
    start = 0
    while (start := data.find(layer, start)) >= 0:
        place = start + len(layer)
        sizes = []
        for _ in range(before + 5):  # the version of the tensor, then its four sides
            length = data[place] & 0x0F
            sizes.append(int.from_bytes(data[place + 1 : place + 1 + length], "little"))
            place += 1 + length
        count = int(np.prod(sizes[-4:]))
        yield np.frombuffer(data, dtype="<f4", count=count, offset=place)
        start = place + 4 * count


class _Graph:
    """Nodes and weights as they are put one on another."""

    def __init__(self, data: bytes) -> None:
        self.nodes: list[onnx.NodeProto] = []
        self.weights: list[onnx.TensorProto] = []
        self._convolutions, self._affines = parameters(data, b"con_4"), parameters(data, b"affine_")

    def add(self, kind: str, *inputs: str, **attributes: object) -> str:
        name = f"{kind.lower()}{len(self.nodes)}"
        self.nodes.append(helper.make_node(kind, list(inputs), [name], **attributes))
        return name

    def constant(self, value: npt.NDArray[np.generic]) -> str:
        name = f"weight{len(self.weights)}"
        self.weights.append(numpy_helper.from_array(np.ascontiguousarray(value), name))
        return name

    def half(self, value: FloatArray) -> str:
        """Weights kept in half precision; the runtime makes them whole once, at loading."""
        return self.add("Cast", self.constant(value.astype(np.float16)), to=TensorProto.FLOAT)

    def convolve(self, source: str, channels: int, filters: int, side: int, stride: int) -> str:
        """A convolution with its affine layer; dlib pads only where the stride is 1."""
        flat, affine = next(self._convolutions), next(self._affines)
        count = filters * channels * side * side
        kernel = flat[:count].reshape(filters, channels, side, side) * affine[:filters].reshape(-1, 1, 1, 1)
        bias = flat[count:] * affine[:filters] + affine[filters:]
        pad = side // 2 if stride == 1 else 0
        weights = (self.half(kernel), self.constant(bias))
        return self.add("Conv", source, *weights, kernel_shape=[side, side], strides=[stride, stride], pads=[pad] * 4)

    def pad(self, source: str, channels: int, side: int) -> str:
        """Zeros behind the channels and at the lower right, as dlib's ``add_prev`` does for unequal sides."""
        return self.add("Pad", source, self.constant(np.array([0, 0, 0, 0, 0, channels, side, side], dtype=np.int64)))

    def residual(self, source: str, channels: int, filters: int, side: int, halve: bool) -> tuple[str, int]:
        inner = self.add("Relu", self.convolve(source, channels, filters, 3, 2 if halve else 1))
        inner, short = self.convolve(inner, filters, filters, 3, 1), source
        if halve:
            short = self.add("AveragePool", source, kernel_shape=[2, 2], strides=[2, 2])
            pooled, convolved = side // 2, (side - 3) // 2 + 1
            short = self.pad(short, filters - channels, 0) if filters > channels else short
            inner = self.pad(inner, 0, pooled - convolved) if pooled > convolved else inner
            side = pooled
        return self.add("Relu", self.add("Add", inner, short)), side


def convert(data: bytes) -> onnx.ModelProto:
    """The network for faces [N, 150, 150, 3] of uint8 RGB, giving vectors [N, 128]."""
    graph = _Graph(data)
    source = graph.add("Transpose", graph.add("Cast", "faces", to=TensorProto.FLOAT), perm=[0, 3, 1, 2])
    source = graph.add("Sub", source, graph.constant(np.array(_MEANS, dtype=np.float32).reshape(1, 3, 1, 1)))
    source = graph.add("Mul", source, graph.constant(np.array(1 / 256, dtype=np.float32)))
    source = graph.add("Relu", graph.convolve(source, 3, 32, 7, 2))
    source = graph.add("MaxPool", source, kernel_shape=[3, 3], strides=[2, 2])
    channels, side = 32, 35
    for filters, blocks, halve in _LEVELS:
        for block in range(blocks):
            source, side = graph.residual(source, channels, filters, side, halve and block == 0)
            channels = filters
    source = graph.add("Flatten", graph.add("GlobalAveragePool", source))
    final = next(parameters(data, b"fc_2", before=2)).reshape(256, 128)
    graph.nodes.append(helper.make_node("MatMul", [source, graph.half(final)], ["vectors"]))
    faces = helper.make_tensor_value_info("faces", TensorProto.UINT8, ["n", 150, 150, 3])
    vectors = helper.make_tensor_value_info("vectors", TensorProto.FLOAT, ["n", 128])
    model = helper.make_model(
        helper.make_graph(graph.nodes, "dlib-face-resnet", [faces], [vectors], graph.weights),
        opset_imports=[helper.make_opsetid("", 17)],
        ir_version=8,
    )
    onnx.checker.check_model(model)
    return model


def main(
    source: Annotated[Path, typer.Argument(help="dlib_face_recognition_resnet_model_v1.dat")],
    target: Annotated[Path, typer.Argument(help="the ONNX file to write")],
) -> None:
    """Turn dlib's face network into ONNX."""
    onnx.save(convert(source.read_bytes()), target)


if __name__ == "__main__":
    typer.run(main)
