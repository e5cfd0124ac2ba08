"""The compose files are valid and keep what the deployment promises. No Docker engine is needed, only the compose plugin."""

import json
import os
import shutil
import subprocess
from typing import Any

import pytest

from shared.schemas.job import STAGE_NAMES
from shared.settings import REPOSITORY

SECRETS = {"NEWSGRAPH_GRAPH_PASSWORD": "correct horse", "NEWSGRAPH_API_KEYS": '["0123456789abcdef"]'}
BASE = ("docker-compose.yml",)
GPU = ("docker-compose.yml", "deploy/compose.gpu.yml")
GPU_STAGES = set(STAGE_NAMES) - {"graph_writer", "video_frames"}


def _compose_exists() -> bool:
    docker = shutil.which("docker")
    return docker is not None and subprocess.run([docker, "compose", "version"], capture_output=True, check=False).returncode == 0


pytestmark = [
    pytest.mark.integration,
    pytest.mark.skipif(not _compose_exists(), reason="docker compose is not installed; run deploy/scripts/fetch-compose"),
]


def _config(files: tuple[str, ...], secrets: dict[str, str]) -> subprocess.CompletedProcess[str]:
    kept = {key: value for key, value in os.environ.items() if not key.startswith(("NEWSGRAPH_", "COMPOSE_"))}
    command = ["docker", "compose", "--env-file", os.devnull, *(part for name in files for part in ("-f", name))]
    return subprocess.run(
        [*command, "config", "--format", "json"], cwd=REPOSITORY, env=kept | secrets, capture_output=True, text=True, check=False
    )


def _services(files: tuple[str, ...]) -> dict[str, dict[str, Any]]:
    done = _config(files, SECRETS)
    assert done.returncode == 0, done.stderr
    services: dict[str, dict[str, Any]] = json.loads(done.stdout)["services"]
    return services


@pytest.fixture(scope="module", name="services")
def _base_services() -> dict[str, dict[str, Any]]:
    return _services(BASE)


@pytest.mark.parametrize("files", [BASE, GPU], ids=["cpu", "gpu"])
def test_the_compose_files_are_valid(files: tuple[str, ...]) -> None:
    assert _config(files, SECRETS).returncode == 0


@pytest.mark.parametrize("missing", sorted(SECRETS))
@pytest.mark.parametrize("files", [BASE, GPU], ids=["cpu", "gpu"])
def test_a_missing_secret_is_an_error_that_names_it_and_says_where_to_look(files: tuple[str, ...], missing: str) -> None:
    done = _config(files, {key: value for key, value in SECRETS.items() if key != missing})
    assert done.returncode != 0
    assert missing in done.stderr
    assert "deploy/.env.example" in done.stderr


def test_every_stage_of_the_pipeline_has_its_service_and_there_is_no_other_worker(services: dict[str, dict[str, Any]]) -> None:
    assert set(services) == {*STAGE_NAMES, "gateway", "redis", "neo4j"}
    for name in (*STAGE_NAMES, "gateway"):
        assert services[name]["build"]["args"]["SERVICE"] == name


def test_ports_are_published_by_gateway_and_graph_only_and_on_loopback(services: dict[str, dict[str, Any]]) -> None:
    ports = {name: service["ports"] for name, service in services.items() if service.get("ports")}
    assert set(ports) == {"gateway", "neo4j"}
    assert {port["host_ip"] for rows in ports.values() for port in rows} == {"127.0.0.1"}


def test_workers_and_broker_have_no_way_out(services: dict[str, dict[str, Any]]) -> None:
    for name in (*STAGE_NAMES, "redis"):
        assert set(services[name]["networks"]) == {"internal"}, name


def test_all_processes_share_the_data_volume_and_wait_for_healthy_servers(services: dict[str, dict[str, Any]]) -> None:
    for name in (*STAGE_NAMES, "gateway"):
        assert [volume["source"] for volume in services[name]["volumes"]] == ["data"], name
        conditions = {needed: how["condition"] for needed, how in services[name]["depends_on"].items()}
        assert conditions == {"redis": "service_healthy", "neo4j": "service_healthy"}, name


def test_every_service_restarts_and_gets_time_to_finish(services: dict[str, dict[str, Any]]) -> None:
    for name, service in services.items():
        assert service["restart"] == "unless-stopped", name
        assert service["stop_grace_period"] in {"30s", "1m0s", "2m0s"}, name


def test_redis_keeps_its_data_and_never_evicts(services: dict[str, dict[str, Any]]) -> None:
    command = services["redis"]["command"]
    assert command[command.index("--appendonly") + 1] == "yes"
    assert command[command.index("--maxmemory-policy") + 1] == "noeviction"
    assert [volume["target"] for volume in services["redis"]["volumes"]] == ["/data"]


def test_the_gpu_file_gives_gpus_to_the_workers_with_models_and_to_no_other() -> None:
    services = _services(GPU)
    with_gpu = {name for name, service in services.items() if "deploy" in service}
    assert with_gpu == GPU_STAGES
    for name in GPU_STAGES:
        assert services[name]["build"]["args"] == {"SERVICE": name, "DEVICE": "cuda"}
        assert services[name]["environment"]["NEWSGRAPH_DEVICE"] == "cuda"
        assert services[name]["environment"]["NEWSGRAPH_BROKER_URL"] == "redis://redis:6379/0"


def test_the_example_settings_name_every_variable_of_the_compose_files_that_has_no_default() -> None:
    example = (REPOSITORY / "deploy" / ".env.example").read_text()
    assert all(f"\n{name}=" in example for name in SECRETS)


def test_the_image_is_built_without_root_at_run_time_and_has_a_health_check() -> None:
    text = (REPOSITORY / "deploy" / "Dockerfile").read_text()
    assert "\nUSER newsgraph\n" in text
    assert "\nHEALTHCHECK " in text
    assert all(name in text for name in (*STAGE_NAMES, "gateway"))
