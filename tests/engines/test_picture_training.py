"""Training of the picture network: losses fall on a few examples, and the exported text head says what torch's says."""

from pathlib import Path

import numpy as np
import pytest

torch = pytest.importorskip("torch")
pytest.importorskip("efficientnet_lite_pytorch", reason="deploy/requirements/training.txt is not installed")

import onnxruntime

from lab.training.pictures import losses
from lab.training.pictures.export import ExportedText, write
from lab.training.pictures.network import WORDS, ImageTower, TextHead
from lab.training.pictures.trunk import SIDE, Lower, Upper, pretrained


def test_the_two_halves_are_the_published_network() -> None:
    net = pretrained()
    pixels = torch.rand(1, 3, SIDE, SIDE) * 255
    with torch.inference_mode():
        whole = net.extract_features((pixels - 127) / 128)
        halves = Upper(net).eval()(Lower(net).eval()(pixels))
    assert torch.allclose(whole, halves, atol=1e-3)


def test_the_losses_fall_on_the_same_examples() -> None:
    torch.manual_seed(0)
    tower, text = ImageTower({"classes": 3}, 5), TextHead()
    grid, states, mask = torch.rand(4, 1280, 9, 9), torch.rand(4, 6, WORDS), torch.ones(4, 6, dtype=torch.bool)
    cover = torch.zeros(4, 81)
    cover[torch.arange(4), torch.arange(4) * 20] = 1.0
    optimizer = torch.optim.AdamW([*tower.parameters(), *text.parameters()], lr=1e-3)
    scale, seen_losses = torch.tensor(10.0), []
    for _ in range(12):
        seen, (sentences, phrases) = tower(grid), text(states, mask)
        loss = losses.contrast(seen.vectors, sentences, torch.eye(4), scale) + losses.attention(seen.cells, phrases, cover, scale)
        loss = loss + losses.phrase_contrast(seen.cells, phrases, torch.arange(4), scale)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        seen_losses.append(float(loss.detach()))
    assert seen_losses[-1] < 0.9 * seen_losses[0]


def test_a_text_may_be_right_for_several_pictures() -> None:
    images = texts = torch.eye(3)
    shared = torch.tensor([[1.0, 0, 0], [0, 1.0, 1.0], [0, 1.0, 1.0]])
    alone = losses.contrast(images, texts, torch.eye(3), torch.tensor(5.0))
    assert float(losses.contrast(images, texts, shared, torch.tensor(5.0))) > float(alone)


def test_the_exported_text_head_answers_like_the_trained_one_at_any_length(tmp_path: Path) -> None:
    torch.backends.mha.set_fastpath_enabled(False)
    head = TextHead().eval()
    given = torch.zeros(2, 8, WORDS), torch.ones(2, 8, dtype=torch.bool)
    write(tmp_path / "text.onnx", ExportedText(head).eval(), given, ["states", "mask"], ["sentence", "phrase"])
    states, mask = torch.rand(3, 5, WORDS), torch.tensor([[True] * 5, [True] * 3 + [False] * 2, [True] * 5])
    with torch.inference_mode():
        wanted = [part.numpy() for part in head(states, mask)]
    session = onnxruntime.InferenceSession(str(tmp_path / "text.onnx"), providers=["CPUExecutionProvider"])
    got = session.run(None, {"states": states.numpy(), "mask": mask.numpy()})
    for ours, theirs in zip(got, wanted, strict=True):
        assert np.abs(ours - theirs).max() < 5e-3
