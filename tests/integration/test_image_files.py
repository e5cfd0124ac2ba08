"""What deploy/build/image_files.py puts into an image is enough to serve from, and holds nothing of another service."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from deploy.build.image_files import CONTAINERS, GATEWAY, container_modules, copy_files, image_files
from services.pipeline import PIPELINE
from shared.settings import REPOSITORY

pytestmark = pytest.mark.integration

STRANGERS = """
ours = {"shared", "services", "gateway", "deploy", "lab"}
loaded = {name: str(module.__file__) for name, module in sys.modules.items() if name.split(".")[0] in ours}
print([name for name, file in loaded.items() if not file.startswith(str(Path.cwd()))])
"""
LOAD_STAGE = f"""
import sys
from pathlib import Path
import services.worker
from services.pipeline import step
from services.stage_process import build_stage
from shared.blobs import FolderBlobs
from shared.settings import Settings
stage = build_stage(step(sys.argv[1]), Settings(data_dir="data", graph_url="memory://"), FolderBlobs(Path("data")))
stage.load()
assert stage.manifest()
{STRANGERS}"""
SERVE = f"""
import sys
from pathlib import Path
from fastapi.testclient import TestClient
import gateway.__main__
from gateway.app import create_app
from gateway.dispatch import CeleryDispatcher
from gateway.settings import GatewaySettings
from services.broker import make_celery
from shared.blobs import FolderBlobs
from shared.graph.open import open_store
from shared.jobs import open_jobs
settings = GatewaySettings(data_dir="data", graph_url="memory://", broker_url="memory://")
parts = open_jobs(settings.broker_url), open_store(settings), FolderBlobs(Path("data"))
client = TestClient(create_app(settings, *parts, CeleryDispatcher(make_celery(settings), 1)))
assert "newsgraph" in client.get("/").text
assert all(client.get(page).status_code == 200 for page in ("/docs/", "/openapi.json", "/js/app.js", "/health/live"))
{STRANGERS}"""


def _run_in(folder: Path, program: str, *arguments: str) -> subprocess.CompletedProcess[str]:
    """Run a program with the folder as the only place of our modules, as in the container."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("NEWSGRAPH_")}
    command = [sys.executable, "-c", program, *arguments]
    return subprocess.run(
        command, cwd=folder, env=kept | {"PYTHONPATH": str(folder)}, capture_output=True, text=True, check=False
    )


@pytest.mark.parametrize("container", CONTAINERS)
def test_a_container_loads_from_its_files_alone(container: str, tmp_path: Path) -> None:
    copy_files(container, tmp_path)
    done = _run_in(tmp_path, SERVE if container == GATEWAY else LOAD_STAGE, container)
    assert done.returncode == 0, done.stderr
    assert done.stdout.splitlines()[-1] == "[]", "modules from elsewhere"


@pytest.mark.parametrize("container", CONTAINERS)
def test_an_image_holds_nothing_of_another_service_and_no_program_that_uses_the_services(container: str) -> None:
    others = {row.name for row in PIPELINE} - {container}
    foreign = [f"services/{name}/" for name in others] + ["lab/", "tests/", *(["gateway/"] if container != GATEWAY else [])]
    files = image_files(container)
    assert [name for name in files if name.startswith(tuple(foreign))] == []
    assert [name for name in files if name.startswith("deploy/")] == ["deploy/models.toml"]


def test_models_go_to_the_images_that_name_them() -> None:
    holders = {container for container in CONTAINERS if "shared/image_text/model/tower.onnx" in image_files(container)}
    assert holders == {"object_detection", "visual_events"}
    tokenizer = {container for container in CONTAINERS if "shared/sentence_vectors/tokenizer.json" in image_files(container)}
    assert tokenizer == {"text_ie", "object_detection", "entity_linking", "visual_events", "fusion"}


def test_modules_that_are_imported_inside_functions_come_along() -> None:
    modules = container_modules("visual_events")
    assert "services.visual_events.engines.vlm" in modules
    assert "services.stage_process" in modules
    assert "services.text_ie.stage" not in modules


def test_the_copy_holds_the_listed_files_and_no_other(tmp_path: Path) -> None:
    copy_files("graph_writer", tmp_path)
    copied = {path.relative_to(tmp_path).as_posix() for path in tmp_path.rglob("*") if path.is_file()}
    assert copied == image_files("graph_writer")
    assert (tmp_path / "services" / "worker.py").read_bytes() == (REPOSITORY / "services" / "worker.py").read_bytes()
