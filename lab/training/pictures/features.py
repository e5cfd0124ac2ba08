"""The trained tower's answers for all pictures (whole view), computed once per checkpoint."""

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray

from lab.training.pictures.examples import Example, Examples, held_out
from lab.training.pictures.train import Network

Floats = NDArray[np.float32]
_AT_ONCE = 64


@dataclass(frozen=True)
class Features:
    """Rows as in the cache: features [N,1280], logits of the classes of events [N,61], highest logit of each place [N,5]."""

    features: Floats
    classes: Floats
    places: Floats


def tower_features(examples: Examples, work: Path) -> Features:
    """Run the checkpoint."""
    net = Network(examples.names).eval()
    net.load_state_dict(torch.load(work / "checkpoint.pt", weights_only=True)["net"])
    lower = np.load(work / "lower.npy", mmap_mode="r")
    parts: list[tuple[Floats, Floats, Floats]] = []
    with torch.inference_mode():
        for start in range(0, len(lower), _AT_ONCE):
            with torch.autocast("cpu", torch.bfloat16):
                seen = net.tower(net.upper(torch.from_numpy(lower[start : start + _AT_ONCE, 0].astype(np.float32)))).single()
            parts.append((seen.pooled.numpy(), seen.heads["classes"].numpy(), seen.places.amax(1).numpy()))
    return Features(*(np.concatenate(column) for column in zip(*parts, strict=True)))


def split(examples: Examples, sources: tuple[str, ...]) -> tuple[list[Example], list[Example], list[Example]]:
    """Pictures of the sets that were trained on, every second one held out (to set thresholds), and the rest (to report)."""
    rows = [e for e in examples.rows if e.picture.source in sources]
    kept = [e for e in rows if held_out(e.picture)]
    return [e for e in rows if not held_out(e.picture)], kept[::2], kept[1::2]
