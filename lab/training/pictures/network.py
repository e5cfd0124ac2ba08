"""One trunk with an image-text encoder, word-region attention (Karpathy & Fei-Fei 2015) and heads for labels."""

from dataclasses import dataclass

import torch
from torch import Tensor, nn
from torch.nn.functional import normalize

from lab.training.pictures.trunk import FEATURES

WORDS = 384
SPACE = 512
CELLS = 256


class ImageHead(nn.Module):
    """Pooled features [B,1280] to unit vectors [B,512]."""

    def __init__(self) -> None:
        super().__init__()
        self.mix = nn.Sequential(nn.LayerNorm(FEATURES), nn.Linear(FEATURES, 1024), nn.GELU(), nn.Dropout(0.2))
        self.out = nn.Linear(1024, SPACE)
        self.straight = nn.Linear(FEATURES, SPACE)

    def forward(self, pooled: Tensor) -> Tensor:
        """A perceptron beside a straight projection."""
        return normalize(self.out(self.mix(pooled)) + self.straight(pooled), dim=-1)


class TextHead(nn.Module):
    """MiniLM's token states [B,T,384] with their mask to unit vectors of sentences [B,512] and of phrases [B,256]."""

    def __init__(self) -> None:
        super().__init__()
        self.layer = nn.TransformerEncoderLayer(WORDS, 6, 768, dropout=0.15, batch_first=True, norm_first=True)
        self.sentence = nn.Sequential(nn.Linear(2 * WORDS, 1024), nn.GELU(), nn.Dropout(0.2), nn.Linear(1024, SPACE))
        self.phrase = nn.Linear(2 * WORDS, CELLS)

    def forward(self, states: Tensor, mask: Tensor) -> tuple[Tensor, Tensor]:
        """The mean of MiniLM's own states beside the mean of the states after one more layer."""
        return self.pool(states, self.layer(states, src_key_padding_mask=~mask), mask)

    def pool(self, states: Tensor, seen: Tensor, mask: Tensor) -> tuple[Tensor, Tensor]:
        """Join both means and project them."""
        weights = mask.to(states.dtype).unsqueeze(-1)
        means = [(part * weights).sum(1) / weights.sum(1) for part in (states, seen)]
        both = torch.cat([normalize(means[0], dim=-1) * 10, means[1]], dim=-1)
        return normalize(self.sentence(both), dim=-1), normalize(self.phrase(both), dim=-1)


@dataclass(frozen=True)
class TowerOutput:
    """What the image side gives: pooled [B,1280], vectors [B,512], cells [B,81,256], labels by head [B,K], places [B,81,K]."""

    pooled: Tensor
    vectors: Tensor
    cells: Tensor
    heads: dict[str, Tensor]
    places: Tensor

    def single(self) -> "TowerOutput":
        """All in single precision."""
        heads = {name: logits.float() for name, logits in self.heads.items()}
        return TowerOutput(self.pooled.float(), self.vectors.float(), self.cells.float(), heads, self.places.float())


class ImageTower(nn.Module):
    """The grid of features [B,1280,9,9] to everything that is said of a picture; ``sizes``: classes of each head."""

    def __init__(self, sizes: dict[str, int], places: int) -> None:
        super().__init__()
        self.vector = ImageHead()
        self.cell = nn.Sequential(nn.Linear(FEATURES, 512), nn.GELU(), nn.Linear(512, CELLS))
        self.place = nn.Sequential(nn.Dropout(0.3), nn.Linear(FEATURES, places))
        self.heads = nn.ModuleDict({name: nn.Sequential(nn.Dropout(0.4), nn.Linear(FEATURES, k)) for name, k in sizes.items()})

    def forward(self, grid: Tensor) -> TowerOutput:
        """All heads."""
        flat = grid.flatten(2).transpose(1, 2)
        pooled = flat.mean(1)
        cells = normalize(self.cell(flat), dim=-1)
        heads = {name: head(pooled) for name, head in self.heads.items()}
        return TowerOutput(pooled, self.vector(pooled), cells, heads, self.place(flat))


class Scales(nn.Module):
    """The learned inverse temperatures of the two contrasts and of the attention."""

    def __init__(self) -> None:
        super().__init__()
        self.sentence = nn.Parameter(torch.tensor(3.0))
        self.phrase = nn.Parameter(torch.tensor(2.5))

    def forward(self) -> tuple[Tensor, Tensor]:
        """Sentence and phrase scale, at most 100."""
        return self.sentence.exp().clamp(max=100), self.phrase.exp().clamp(max=100)
