"""One set-up of ONNX Runtime for all networks: bounded threads, the device that was asked for, and no other in silence."""

from collections.abc import Sequence
from pathlib import Path
from typing import Literal

import onnxruntime

from shared.errors import ConfigurationError

Device = Literal["cpu", "cuda"]
_CPU, _CUDA = "CPUExecutionProvider", "CUDAExecutionProvider"
_WHAT_TO_DO = (
    "NEWSGRAPH_DEVICE is cuda, but ONNX Runtime cannot use a GPU here ({}): install onnxruntime-gpu with its CUDA and cuDNN "
    "libraries and see that the driver is visible (`nvidia-smi`), or set NEWSGRAPH_DEVICE=cpu"
)


def session(model: Path, device: Device = "cpu", threads: int = 1, *, arena: bool = True) -> onnxruntime.InferenceSession:
    """A session on ``threads`` threads that do not spin while idle.

    ``arena``: keep memory between runs; without it inputs of many shapes take no more than the largest needs.
    Raises ConfigurationError where ``device`` is cuda and the session would run on the CPU.
    """
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = threads
    options.inter_op_num_threads = 1
    options.enable_cpu_mem_arena = arena
    options.add_session_config_entry("session.intra_op.allow_spinning", "0")
    made = onnxruntime.InferenceSession(str(model), options, providers=providers(device))
    check_device(device, made.get_providers())
    return made


def providers(device: Device) -> list[str]:
    """The execution providers to ask for; raises ConfigurationError where the installed ONNX Runtime has none for the device."""
    check_device(device, onnxruntime.get_available_providers())
    return [_CUDA, _CPU] if device == "cuda" else [_CPU]


def check_device(device: Device, found: Sequence[str]) -> None:
    """Raise ConfigurationError where ``found``, the providers of a session or a build, lack the device."""
    if device == "cuda" and _CUDA not in found:
        raise ConfigurationError(_WHAT_TO_DO.format(f"it offers {', '.join(found)}"))
