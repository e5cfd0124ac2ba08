"""What Docker offers here: engine, compose, GPUs, and how the containers of the stack are. All optional for newsgraph."""

import shutil
import subprocess
from collections.abc import Iterator
from typing import Any  # Any: the docker SDK is untyped

import docker
from docker.errors import DockerException

from deploy.cli.check import Check

_SERVICE, _PROJECT = "com.docker.compose.service", "com.docker.compose.project"


def docker_checks() -> Iterator[Check]:
    """Notes on Docker; only a container of the stack that is unhealthy counts as bad."""
    try:
        client = docker.from_env(timeout=5)
        about = client.version()
    except DockerException as error:
        reason = str(error).splitlines()[0][:120]
        yield Check(name="docker engine", state="note", detail=f"none answers ({reason}); only needed for `docker compose up`")
        return
    yield Check(name="docker engine", state="good", detail=f"{about['Version']}, API {about['ApiVersion']}")
    yield _compose()
    yield _gpus(client.info())
    yield from _containers(client)
    client.close()


def _compose() -> Check:
    if shutil.which("docker") is None:
        return Check(name="docker compose", state="note", detail="the docker command is not installed")
    answer = subprocess.run(["docker", "compose", "version", "--short"], capture_output=True, text=True, timeout=20, check=False)
    if answer.returncode != 0:
        return Check(name="docker compose", state="note", detail="not installed; get the compose plugin, version 2")
    return Check(name="docker compose", state="good", detail=answer.stdout.strip())


def _gpus(info: dict[str, Any]) -> Check:
    if "nvidia" in info.get("Runtimes", {}):
        return Check(name="docker gpus", state="good", detail="the nvidia runtime is there")
    return Check(name="docker gpus", state="note", detail="no nvidia runtime; only needed for deploy/compose.gpu.yml")


def _containers(client: Any) -> Iterator[Check]:
    found = client.containers.list(all=True, filters={"label": f"{_PROJECT}=newsgraph"})
    for container in sorted(found, key=lambda c: str(c.name)):
        state = container.attrs["State"]
        health = state.get("Health", {}).get("Status", "")
        name = f"container {container.labels.get(_SERVICE, container.name)}"
        detail = ", ".join(filter(None, [state["Status"], health]))
        if state["Status"] == "running":
            yield Check.of(name, health != "unhealthy", detail, f"see `docker compose logs {container.labels.get(_SERVICE, '')}`")
        else:
            yield Check(name=name, state="note", detail=detail)
    if not found:
        yield Check(name="docker stack", state="note", detail="no containers of newsgraph")
