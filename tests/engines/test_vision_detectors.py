"""YOLO, Faster R-CNN, Mask R-CNN, SSD and DeepLab through their real loading code, on random weights in the real file formats."""

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest

from tests.engines.vision_parts import need, picture
from tests.pixels import pixels_of

need("torch", "torchvision", "cv2")
import torch
from torchvision.models import get_model

torch.set_num_threads(1)

from services.object_detection.detections import Detection
from services.object_detection.engines.segmentation import DeepLab
from services.object_detection.engines.torchvision_detectors import TorchvisionDetector
from services.object_detection.engines.yolo import YoloDetector
from shared.errors import WeightsError
from shared.pictures import RgbArray

_PICTURES = [picture(200, 0), picture(160, 1)]
_SIDES = {  # each architecture with the shorter side that keeps its test short; SSD has a fixed size
    "maskrcnn_resnet50_fpn_v2": 96,
    "fasterrcnn_mobilenet_v3_large_320_fpn": 96,
    "ssdlite320_mobilenet_v3_large": None,
}
_PERSON = 1  # its number among torchvision's classes of COCO


@pytest.fixture(scope="module")
def yolo_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """YOLO11n-seg as Ultralytics saves it; its classes are made likely, as random weights find nothing."""
    ultralytics = pytest.importorskip("ultralytics", reason="Ultralytics is not installed: run `make test-engines`")
    torch.manual_seed(3)
    model = ultralytics.YOLO("yolo11n-seg.yaml")
    head = model.model.model[-1]
    for classes, masks in zip(head.cv3, head.cv4, strict=True):
        classes[-1].bias.data.normal_(-2.0, 1.0)
        masks[-1].bias.data.normal_(0.0, 5.0)
    path = tmp_path_factory.mktemp("yolo") / "tiny-seg.pt"
    model.save(path)
    return path


@pytest.fixture(scope="module", params=list(_SIDES))
def torchvision_file(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> tuple[str, Path]:
    """A file of weights of each architecture."""
    return request.param, _save(request.param, tmp_path_factory.mktemp("torchvision"))


def _save(builder: str, folder: Path) -> Path:
    """Random weights, in which every box is likely to be a person."""
    torch.manual_seed(5)
    model = get_model(builder, weights=None, weights_backbone=None)
    if builder.startswith("ssd"):
        heads = [block[-1] for block in model.head.classification_head.module_list]
    else:
        heads = [model.roi_heads.box_predictor.cls_score]
    for head in heads:
        with torch.no_grad():
            head.weight.mul_(0.1)
            head.bias.view(-1, 91)[:, _PERSON] += 6.0
    path = folder / f"{builder}-0123abcd.pth"
    torch.save(model.state_dict(), path)
    return path


def _check(found: Sequence[Detection], seen: RgbArray) -> None:
    height, width = seen.shape[:2]
    for detection in found:
        assert 0 <= detection.box.x0 < detection.box.x1 <= width
        assert 0 <= detection.box.y0 < detection.box.y1 <= height
        assert 0 <= detection.confidence <= 1


def test_yolo_gives_boxes_and_masks_of_each_picture_in_its_pixels(yolo_file: Path) -> None:
    engine = YoloDetector("yolo11x-seg", yolo_file, "cpu", threshold=0.1)
    assert len(engine.labels) == 80
    found = engine.detect(_PICTURES)
    assert [bool(rows) for rows in found] == [True, True]
    for rows, seen in zip(found, _PICTURES, strict=True):
        _check(rows, seen)
        assert {row.label for row in rows} <= set(engine.labels)
        masks = [row.mask for row in rows if row.mask]
        assert masks
        assert all(pixels_of(mask).shape == seen.shape[:2] for mask in masks)


def test_yolo_finds_less_with_a_higher_threshold(yolo_file: Path) -> None:
    many = YoloDetector("yolo11x-seg", yolo_file, "cpu", threshold=0.1).detect(_PICTURES[:1])[0]
    few = YoloDetector("yolo11x-seg", yolo_file, "cpu", threshold=0.6).detect(_PICTURES[:1])[0]
    assert len(few) < len(many)
    assert all(row.confidence >= 0.6 for row in few)


def test_a_file_that_is_no_yolo_model_is_explained(tmp_path: Path) -> None:
    pytest.importorskip("ultralytics", reason="Ultralytics is not installed: run `make test-engines`")
    path = tmp_path / "broken.pt"
    path.write_bytes(b"nothing")
    with pytest.raises(WeightsError, match="does not load as an Ultralytics model"):
        YoloDetector("yolo11x-seg", path, "cpu")


def test_torchvision_detectors_give_boxes_of_each_picture_in_its_pixels(torchvision_file: tuple[str, Path]) -> None:
    builder, path = torchvision_file
    found = TorchvisionDetector("some-id", path, "cpu", builder, threshold=0.05, short_side=_SIDES[builder]).detect(_PICTURES)
    assert [bool(rows) for rows in found] == [True, True]
    for rows, seen in zip(found, _PICTURES, strict=True):
        _check(rows, seen)
        assert "person" in {row.label for row in rows}
        assert "__background__" not in {row.label for row in rows}
    has_masks = any(row.mask is not None for rows in found for row in rows)
    assert has_masks == builder.startswith("maskrcnn")
    for row in found[0]:
        assert row.mask is None or pixels_of(row.mask).shape == _PICTURES[0].shape[:2]


def test_weights_of_another_architecture_are_explained(torchvision_file: tuple[str, Path]) -> None:
    builder, path = torchvision_file
    other = "ssdlite320_mobilenet_v3_large" if "rcnn" in builder else "fasterrcnn_mobilenet_v3_large_320_fpn"
    with pytest.raises(WeightsError, match=f"holds no weights of {other}"):
        TorchvisionDetector("some-id", path, "cpu", other)


def test_a_file_that_would_run_code_is_not_read(tmp_path: Path) -> None:
    path = tmp_path / "code.pth"
    torch.save(get_model("fasterrcnn_mobilenet_v3_large_320_fpn", weights=None, weights_backbone=None), path)
    with pytest.raises(WeightsError, match="does not load as a file of weights"):
        TorchvisionDetector("some-id", path, "cpu", "fasterrcnn_mobilenet_v3_large_320_fpn")


def test_deeplab_gives_every_class_with_its_pixels(tmp_path: Path) -> None:
    torch.manual_seed(7)
    model = get_model("deeplabv3_mobilenet_v3_large", weights=None, weights_backbone=None, aux_loss=True)
    with torch.no_grad():
        model.classifier[-1].weight.mul_(20)
    path = tmp_path / "deeplab.pth"
    torch.save(model.state_dict(), path)
    found = DeepLab("deeplab", path, "cpu", "deeplabv3_mobilenet_v3_large").segment(_PICTURES)
    for segments, seen in zip(found, _PICTURES, strict=True):
        assert segments
        masks = [pixels_of(segment.mask) for segment in segments]
        assert all(mask.shape == seen.shape[:2] for mask in masks)
        assert np.sum(masks, axis=0).max() == 1  # no pixel has two classes
        assert [s.share for s in segments] == sorted((s.share for s in segments), reverse=True)
        assert all(abs(float(mask.mean()) - s.share) < 1e-4 for mask, s in zip(masks, segments, strict=True))
        assert all(s.model == "deeplab" and 0 < s.confidence <= 1 for s in segments)
        assert "__background__" not in {s.label for s in segments}


def test_a_batch_gives_what_each_picture_gives_alone(tmp_path: Path) -> None:
    builder = "fasterrcnn_mobilenet_v3_large_320_fpn"
    engine = TorchvisionDetector("some-id", _save(builder, tmp_path), "cpu", builder, threshold=0.05, short_side=96)
    together, alone = engine.detect([_PICTURES[0], _PICTURES[0]]), engine.detect(_PICTURES[:1])
    assert alone[0]
    for rows in together:
        assert [row.label for row in rows] == [row.label for row in alone[0]]
        assert [row.confidence for row in rows] == pytest.approx([row.confidence for row in alone[0]], abs=2e-3)
