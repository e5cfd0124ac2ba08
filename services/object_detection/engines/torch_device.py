"""What all engines on torch share: one import with advice, inference in half precision on CUDA, pictures in batches."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from importlib import import_module
from types import ModuleType
from typing import TypeVar

from shared.errors import WeightsError

Item = TypeVar("Item")
INSTALL = "install torch for your machine, then `pip install -r deploy/requirements/vision-gpu.txt`"


def require(module: str, model_id: str) -> ModuleType:
    """The imported module; raises WeightsError saying what to install."""
    try:
        return import_module(module)
    except (ImportError, RuntimeError) as error:  # RuntimeError: a torchvision that was built for another torch
        raise WeightsError(f"{model_id} needs {module}, which cannot be imported ({str(error)[:200]}): {INSTALL}") from error


@contextmanager
def inference(device: str) -> Iterator[None]:
    """No gradients; on CUDA, matrix products in half precision (the weights stay as they are)."""
    import torch

    with torch.inference_mode(), torch.autocast(device, dtype=torch.float16, enabled=device == "cuda"):
        yield


def batches(items: Sequence[Item], size: int) -> Iterator[Sequence[Item]]:
    """Runs of at most ``size`` items, in order."""
    for start in range(0, len(items), size):
        yield items[start : start + size]
