"""InsightFace through its real loading code, on ONNX files with the inputs and outputs of buffalo_l and weights made by hand."""

from pathlib import Path

import numpy as np
import pytest

from tests.engines.vision_parts import need, picture

need("onnx", "cv2", "insightface")
import onnx
from onnx import TensorProto, helper, numpy_helper

from services.entity_linking.engine import DetectedFace
from services.entity_linking.engines.insightface_faces import InsightFace
from shared.errors import WeightsError
from shared.schemas.base import Box

_ANCHORS = 2
_WIDTHS = {"score": 1, "bbox": 4, "kps": 10}
_MARKS = [-0.6, -0.6, 0.6, -0.6, 0.0, 0.0, -0.5, 0.6, 0.5, 0.6]  # eyes, nose, mouth around the anchor, in strides


def _network(
    name: str, nodes: list[onnx.NodeProto], parts: list[onnx.TensorProto], shape: list[object], out: dict[str, int]
) -> bytes:
    seen = helper.make_tensor_value_info("input.1", TensorProto.FLOAT, shape)
    told = [helper.make_tensor_value_info(row, TensorProto.FLOAT, ["n", width]) for row, width in out.items()]
    graph = helper.make_graph(nodes, name, [seen], told, parts)
    made = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=9)
    onnx.checker.check_model(made)
    return bytes(made.SerializeToString())


def _detector() -> bytes:
    """SCRFD's nine outputs: the score rises with the brightness of the first channel, boxes are two strides around the anchor."""
    nodes, parts, out = [], [], {}
    for kind, width in _WIDTHS.items():
        for stride in (8, 16, 32):
            name, key = f"{kind}_{stride}", f"{kind}{stride}"
            weight = np.zeros((_ANCHORS * width, 3, 1, 1), dtype=np.float32)
            bias = {"score": np.full(_ANCHORS, -9.0), "bbox": np.full(_ANCHORS * 4, 2.0), "kps": np.array(_MARKS * _ANCHORS)}[
                kind
            ]
            if kind == "score" and stride == 32:
                weight[0, 0] = 12.0
            parts += [numpy_helper.from_array(weight, f"w{key}"), numpy_helper.from_array(bias.astype(np.float32), f"b{key}")]
            parts.append(numpy_helper.from_array(np.array([-1, width], dtype=np.int64), f"s{key}"))
            nodes += [
                helper.make_node("AveragePool", ["input.1"], [f"p{key}"], kernel_shape=[stride] * 2, strides=[stride] * 2),
                helper.make_node("Conv", [f"p{key}", f"w{key}", f"b{key}"], [f"c{key}"]),
                helper.make_node("Transpose", [f"c{key}"], [f"t{key}"], perm=[2, 3, 0, 1]),
                helper.make_node("Reshape", [f"t{key}", f"s{key}"], [f"r{key}"]),
                helper.make_node("Sigmoid" if kind == "score" else "Identity", [f"r{key}"], [name]),
            ]
            out[name] = width
    return _network("detector", nodes, parts, [1, 3, "height", "width"], out)


def _recogniser() -> bytes:
    """ArcFace's form: an aligned face of 112 pixels to 512 numbers."""
    rng = np.random.default_rng(4)
    weight = numpy_helper.from_array(rng.normal(size=(3 * 14 * 14, 512)).astype(np.float32), "w")
    nodes = [
        helper.make_node("AveragePool", ["input.1"], ["pooled"], kernel_shape=[8, 8], strides=[8, 8]),
        helper.make_node("Flatten", ["pooled"], ["flat"]),
        helper.make_node("MatMul", ["flat", "w"], ["vector"]),
    ]
    return _network("recogniser", nodes, [weight], ["n", 3, 112, 112], {"vector": 512})


@pytest.fixture(scope="module")
def engine(tmp_path_factory: pytest.TempPathFactory) -> InsightFace:
    """The loaded engine."""
    folder = tmp_path_factory.mktemp("buffalo_l")
    (folder / "det_10g.onnx").write_bytes(_detector())
    (folder / "w600k_r50.onnx").write_bytes(_recogniser())
    return InsightFace(folder, "cpu")


def test_faces_lie_where_the_picture_is_bright(engine: InsightFace) -> None:
    dark = np.zeros((320, 320, 3), dtype=np.uint8)
    assert engine.detect(dark) == []
    dark[96:160, 192:256] = 255
    found = engine.detect(dark)
    assert found
    assert all(150 < (f.box.x0 + f.box.x1) / 2 < 290 and 60 < (f.box.y0 + f.box.y1) / 2 < 200 for f in found)
    assert [f.confidence for f in found] == sorted((f.confidence for f in found), reverse=True)
    left, right, nose, *mouth = found[0].landmarks
    assert left[0] < nose[0] < right[0]
    assert len(mouth) == 2


def test_vectors_are_unit_and_alike_for_the_same_face(engine: InsightFace) -> None:
    seen = picture(300)
    face = DetectedFace(Box(x0=50, y0=20, x1=150, y1=140), ((80, 60), (120, 60), (100, 85), (85, 110), (115, 110)), 0.9)
    whole = DetectedFace(Box(x0=0, y0=0, x1=seen.shape[1], y1=seen.shape[0]), (), 0.0)
    vectors = engine.embed([(seen, face), (seen, whole), (seen, face)])
    assert vectors.shape == (3, engine.dimensions)
    assert np.linalg.norm(vectors, axis=1) == pytest.approx(1)
    assert vectors[0] == pytest.approx(vectors[2])
    assert np.linalg.norm(vectors[0] - vectors[1]) > 0.01
    assert engine.embed([]).shape == (0, engine.dimensions)


def test_a_folder_without_networks_is_explained(tmp_path: Path) -> None:
    with pytest.raises(WeightsError, match="must hold the ONNX files"):
        InsightFace(tmp_path, "cpu")
