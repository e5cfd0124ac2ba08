"""deploy/compose.gpu.yml asks for GPUs: a worker that finds none is not ready, and the container's health check says why."""

from pathlib import Path

import onnxruntime
import pytest

from services.stage_process import StageProcess
from services.worker import check
from shared.schemas.job import StageName
from shared.settings import Settings
from tests.valkey_server import running_valkey

pytestmark = [
    pytest.mark.integration,
    pytest.mark.skipif("CUDAExecutionProvider" in onnxruntime.get_available_providers(), reason="ONNX Runtime has CUDA here"),
]


# text_ie is not among them: its English network runs on the CPU in any case, and its GPU engine asks torch for the device
@pytest.mark.parametrize("stage", ["object_detection", "entity_linking", "visual_events", "fusion"])
def test_without_a_gpu_the_health_check_says_what_to_do(stage: StageName, tmp_path: Path) -> None:
    with running_valkey(tmp_path / "broker") as url:
        settings = Settings(data_dir=tmp_path, broker_url=url, device="cuda")
        StageProcess(settings, stage).load()
        problem = check(settings, stage)
    assert problem is not None
    assert "NEWSGRAPH_DEVICE is cuda" in problem
    assert "nvidia-smi" in problem
