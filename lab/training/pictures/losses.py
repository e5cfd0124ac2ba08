"""The losses of one batch."""

import torch
from torch import Tensor
from torch.nn.functional import binary_cross_entropy_with_logits, cross_entropy, log_softmax


def contrast(images: Tensor, texts: Tensor, positive: Tensor, scale: Tensor) -> Tensor:
    """Symmetric contrastive loss (Radford et al. 2021) with several positives: ``positive`` [B,T] in {0, 1}."""
    logits = scale * images @ texts.T
    by_image = -(positive / positive.sum(1, keepdim=True) * log_softmax(logits, 1)).sum(1).mean()
    by_text = -(positive / positive.sum(0, keepdim=True) * log_softmax(logits, 0)).sum(0).mean()
    return 0.5 * (by_image + by_text)


def attention(cells: Tensor, phrases: Tensor, cover: Tensor, scale: Tensor) -> Tensor:
    """Word-region attention against boxes: cells [P,81,C] of each phrase's picture, phrases [P,C], cover [P,81] of the boxes."""
    logits = scale * torch.einsum("pgc,pc->pg", cells, phrases)
    target = cover / cover.sum(1, keepdim=True)
    return -(target * log_softmax(logits, 1)).sum(1).mean()


def phrase_contrast(cells: Tensor, phrases: Tensor, owner: Tensor, scale: Tensor) -> Tensor:
    """Each phrase against the cells [B,81,C] of all pictures of the batch, pooled by log-sum-exp; ``owner`` [P]: its picture."""
    logits = torch.logsumexp(scale * torch.einsum("bgc,pc->pbg", cells, phrases), dim=2)
    return cross_entropy(logits, owner)


def places(logits: Tensor, target: Tensor) -> Tensor:
    """Per-cell binary loss [B,81,K] where the target is not negative; cells that a box touches count three times."""
    known = target >= 0
    if not known.any():
        return logits.sum() * 0
    wanted = target[known]
    return binary_cross_entropy_with_logits(logits[known], wanted, weight=1 + 2 * (wanted > 0.25).float())
