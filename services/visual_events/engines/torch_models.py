"""Loading checkpoints of transformers: advice where a package or a file is missing, half precision on CUDA."""

from importlib import import_module
from pathlib import Path
from types import ModuleType
from typing import Any  # Any: models and processors of transformers are untyped

from shared.errors import WeightsError

_INSTALL = "install torch for your machine, then `pip install -r deploy/requirements/vision-gpu.txt`"


def require(module: str, model_id: str) -> ModuleType:
    """The imported module; raises WeightsError saying what to install."""
    try:
        return import_module(module)
    except (ImportError, RuntimeError) as error:
        raise WeightsError(f"{model_id} needs {module}, which cannot be imported ({str(error)[:200]}): {_INSTALL}") from error


def load(auto: str, model_id: str, folder: Path, device: str) -> Any:
    """The model of a folder by the name of transformers' auto class; raises WeightsError."""
    transformers, torch = require("transformers", model_id), require("torch", model_id)
    dtype = torch.float16 if device == "cuda" else torch.float32
    try:
        return getattr(transformers, auto).from_pretrained(folder, local_files_only=True, dtype=dtype).eval().to(device)
    except (OSError, ValueError, RuntimeError, KeyError, ImportError) as error:
        raise WeightsError(f"{model_id}: {folder} does not load as {auto}: {str(error)[:300]}") from error


def processor(auto: str, model_id: str, folder: Path) -> Any:
    """The processor or tokenizer of a folder; raises WeightsError."""
    transformers = require("transformers", model_id)
    try:
        return getattr(transformers, auto).from_pretrained(folder, local_files_only=True)
    except (OSError, ValueError, RuntimeError, KeyError, ImportError) as error:
        raise WeightsError(f"{model_id}: {folder} holds no {auto}: {str(error)[:300]}") from error
