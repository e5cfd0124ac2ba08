"""The compose files are valid and keep what the deployment promises. No Docker engine is needed, only the compose plugin."""

import json
import os
import shutil
import subprocess
from typing import Any

import pytest

from services.pipeline import PIPELINE, step
from shared.schemas.job import STAGE_NAMES
from shared.settings import REPOSITORY

SECRETS = {"NEWSGRAPH_GRAPH_PASSWORD": "correct horse", "NEWSGRAPH_API_KEYS": '["0123456789abcdef"]'}
BASE = ("docker-compose.yml",)
GPU = ("docker-compose.yml", "deploy/compose.gpu.yml")
OFFLINE = ("docker-compose.yml", "tests/compose/offline.yml")
GPU_STAGES = set(STAGE_NAMES) - {"graph_writer", "video_frames"}
ASK_ENDPOINTS = {"text_ie", "visual_events"}
"""Stages with an engine behind an address (NEWSGRAPH_LLM_URL, NEWSGRAPH_VLM_URL)."""
FETCH_MODELS = {"text_ie", "object_detection", "entity_linking", "visual_events"}
"""Stages with models of a hub in the profile gpu."""


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
    for row in PIPELINE:
        arguments = services[row.name]["build"]["args"]
        assert (arguments["SERVICE"], arguments["REQUIREMENTS"]) == (row.name, row.requirements)
    assert services["gateway"]["build"]["args"] == {"SERVICE": "gateway", "REQUIREMENTS": "gateway"}


def test_a_layer_that_images_share_is_part_of_what_each_of_them_needs(services: dict[str, dict[str, Any]]) -> None:
    bases = {name: service["build"]["args"].get("BASE", "core") for name, service in services.items() if "build" in service}
    assert bases["object_detection"] == bases["visual_events"] == bases["entity_linking"] == "vision"
    for name, base in bases.items():
        required = _pins("gateway" if name == "gateway" else step(name).requirements)
        assert _pins("core") <= _pins(base) <= required, name


def _pins(name: str) -> set[str]:
    lines = (REPOSITORY / "deploy" / "requirements" / f"{name}.txt").read_text().splitlines()
    return {line for line in lines if "==" in line}


def test_the_file_for_engines_without_a_way_out_covers_every_service_that_is_built() -> None:
    services = _services(OFFLINE)
    assert all(set(service["networks"]) == {"internal"} for service in services.values())
    assert not any(service.get("ports") for service in services.values())
    built = {name: service["build"] for name, service in services.items() if "build" in service}
    assert set(built) == {*STAGE_NAMES, "gateway"}
    assert {how.get("network") for how in built.values()} == {"host"}


def test_the_certificates_of_a_proxy_are_a_secret_of_every_build_and_the_example_settings_say_so() -> None:
    done = _config(BASE, SECRETS | {"NEWSGRAPH_BUILD_CA": "/etc/ssl/ca.crt"})
    config = json.loads(done.stdout)
    assert config["secrets"]["ca"]["file"] == "/etc/ssl/ca.crt"
    for service in config["services"].values():
        assert "build" not in service or [secret["source"] for secret in service["build"]["secrets"]] == ["ca"]
    assert "NEWSGRAPH_BUILD_CA=" in (REPOSITORY / "deploy" / ".env.example").read_text()


def test_ports_are_published_by_gateway_and_graph_only_and_on_loopback(services: dict[str, dict[str, Any]]) -> None:
    ports = {name: service["ports"] for name, service in services.items() if service.get("ports")}
    assert set(ports) == {"gateway", "neo4j"}
    assert {port["host_ip"] for rows in ports.values() for port in rows} == {"127.0.0.1"}


@pytest.mark.parametrize(("files", "with_egress"), [(BASE, ASK_ENDPOINTS), (GPU, FETCH_MODELS)], ids=["cpu", "gpu"])
def test_only_workers_that_ask_endpoints_or_fetch_models_have_a_way_out(files: tuple[str, ...], with_egress: set[str]) -> None:
    services = _services(files)
    for name in (*STAGE_NAMES, "redis"):
        assert set(services[name]["networks"]) == ({"internal", "egress"} if name in with_egress else {"internal"}), name
    networks = json.loads(_config(files, SECRETS).stdout)["networks"]
    assert {name for name, network in networks.items() if network.get("internal")} == {"internal"}


def test_the_endpoints_of_models_reach_the_workers_that_ask_them() -> None:
    asked = {"NEWSGRAPH_LLM_URL": "http://models.example/v1", "NEWSGRAPH_VLM_URL": "http://pictures.example/v1"}
    for files in (BASE, GPU):
        services = json.loads(_config(files, SECRETS | asked).stdout)["services"]
        assert services["text_ie"]["environment"]["NEWSGRAPH_LLM_URL"] == "http://models.example/v1"
        assert services["visual_events"]["environment"]["NEWSGRAPH_VLM_URL"] == "http://pictures.example/v1"


@pytest.mark.parametrize("files", [BASE, GPU], ids=["cpu", "gpu"])
def test_every_container_has_limits_that_settings_change(files: tuple[str, ...]) -> None:
    names = list(_services(files))
    changed = {f"NEWSGRAPH_{name.upper()}_MEMORY": "123m" for name in names} | {"NEWSGRAPH_CPUS": "1.5"}
    for settings, expected in ((SECRETS, None), (SECRETS | changed, {"memory": str(123 << 20), "cpus": 1.5})):
        for name, service in json.loads(_config(files, settings).stdout)["services"].items():
            limits = service["deploy"]["resources"]["limits"]
            assert set(limits) == {"memory", "cpus"}, name
            assert expected is None or limits == expected, name
    example = (REPOSITORY / "deploy" / ".env.example").read_text()
    assert [name for name in changed if f"# {name}=" not in example] == []


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
    with_gpu = {name for name, service in services.items() if "reservations" in service["deploy"]["resources"]}
    assert with_gpu == GPU_STAGES
    for name in GPU_STAGES:
        assert services[name]["build"]["args"]["DEVICE"] == "cuda"
        assert services[name]["build"]["args"]["SERVICE"] == name
        assert services[name]["environment"]["NEWSGRAPH_DEVICE"] == "cuda"
        assert services[name]["environment"]["NEWSGRAPH_BROKER_URL"] == "redis://redis:6379/0"


def test_the_example_settings_name_every_variable_of_the_compose_files_that_has_no_default() -> None:
    example = (REPOSITORY / "deploy" / ".env.example").read_text()
    assert all(f"\n{name}=" in example for name in SECRETS)


def test_a_worker_without_its_gpu_is_unhealthy_and_can_be_asked_why() -> None:
    """The device is asked for, and the image's health check (the worker's own state) is neither replaced nor switched off."""
    services = _services(GPU)
    for name in GPU_STAGES:
        service = services[name]
        assert service["environment"]["NEWSGRAPH_DEVICE"] == "cuda"
        assert (service.get("healthcheck"), service.get("command"), service.get("entrypoint")) == (None, None, None)
    check = _dockerfile().partition("\nHEALTHCHECK ")[2].partition("\nCMD ")[0]
    assert 'services.worker "$NEWSGRAPH_SERVICE" --check' in check


def test_the_image_is_built_without_root_at_run_time_and_has_a_health_check() -> None:
    assert "\nUSER newsgraph\n" in _dockerfile()
    assert "\nHEALTHCHECK " in _dockerfile()


def test_a_new_stage_needs_no_line_in_the_dockerfile() -> None:
    """Stages and their requirements are arguments; only its comments give examples."""
    commands = "\n".join(line for line in _dockerfile().splitlines() if not line.startswith("#"))
    names = {*STAGE_NAMES, *(row.requirements for row in PIPELINE)} - {"core"}
    assert [name for name in names if name in commands] == []


def test_what_the_dockerfile_copies_is_in_its_context() -> None:
    ignored = (REPOSITORY / ".dockerignore").read_text().splitlines()
    allowed = {line.removeprefix("!").rstrip("/") for line in ignored if line.startswith("!")}
    copied = [line.split()[1:-1] for line in _dockerfile().splitlines() if line.startswith("COPY ") and "--from" not in line]
    for source in (name.rstrip("/") for names in copied for name in names):
        assert any(source == place or source.startswith(f"{place}/") for place in allowed), source


def _dockerfile() -> str:
    return (REPOSITORY / "deploy" / "Dockerfile").read_text()
