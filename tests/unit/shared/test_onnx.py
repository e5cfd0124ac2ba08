"""One session set-up: the threads that were asked for, and never the CPU in silence where a GPU was asked for."""

from collections.abc import Callable

import onnxruntime
import pytest

from services.object_detection.engines.rapidocr import TextReader
from shared.errors import ConfigurationError
from shared.image_text.trunk import LOWER_ID
from shared.onnx import Device, check_device, session
from shared.sentence_vectors import MODEL_ID, TOKENIZER_ID, MiniLM
from shared.settings import Settings
from shared.weights import Weights

WEIGHTS = Weights.of(Settings())
NO_GPU = "CUDAExecutionProvider" not in onnxruntime.get_available_providers()


def test_a_session_runs_on_the_threads_that_were_asked_for() -> None:
    made = session(WEIGHTS.path(LOWER_ID), threads=3)
    options = made.get_session_options()
    assert (options.intra_op_num_threads, options.inter_op_num_threads) == (3, 1)
    assert options.get_session_config_entry("session.intra_op.allow_spinning") == "0"
    assert made.get_providers() == ["CPUExecutionProvider"]


def test_memory_may_be_given_back_after_each_run() -> None:
    assert not session(WEIGHTS.path(LOWER_ID), arena=False).get_session_options().enable_cpu_mem_arena


@pytest.mark.skipif(not NO_GPU, reason="this ONNX Runtime has a GPU build")
@pytest.mark.parametrize(
    "load",
    [
        lambda device: session(WEIGHTS.path(LOWER_ID), device),
        lambda device: MiniLM(WEIGHTS.path(MODEL_ID), WEIGHTS.path(TOKENIZER_ID), device),
        lambda device: TextReader(1, device),
    ],
    ids=["session", "MiniLM", "OCR"],
)
def test_a_missing_gpu_is_an_error_that_says_what_to_do(load: Callable[[Device], object]) -> None:
    with pytest.raises(ConfigurationError, match=r"onnxruntime-gpu.*NEWSGRAPH_DEVICE=cpu"):
        load("cuda")


def test_a_session_that_fell_back_to_the_cpu_is_an_error_too() -> None:
    """A build for GPUs names its provider even where its libraries do not load: the session itself must have it."""
    with pytest.raises(ConfigurationError, match="it offers CPUExecutionProvider"):
        check_device("cuda", ["CPUExecutionProvider"])
    check_device("cuda", ["CUDAExecutionProvider", "CPUExecutionProvider"])
    check_device("cpu", ["CPUExecutionProvider"])
