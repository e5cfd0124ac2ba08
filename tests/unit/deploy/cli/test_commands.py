"""The commands as a user types them, in processes of their own."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from deploy.local.ports import any_free_port
from shared.settings import REPOSITORY


@pytest.fixture
def newsgraph(tmp_path: Path) -> "Newsgraph":
    return Newsgraph(tmp_path)


class Newsgraph:
    """Runs the command line with a data folder of its own."""

    def __init__(self, folder: Path) -> None:
        kept = {name: value for name, value in os.environ.items() if not name.startswith("NEWSGRAPH_")}
        self.environment = kept | {"NEWSGRAPH_DATA_DIR": str(folder), "PYTHONPATH": str(REPOSITORY), "COLUMNS": "200"}

    def __call__(self, *arguments: str, **environment: str) -> "subprocess.CompletedProcess[str]":
        command = [sys.executable, "-m", "deploy.cli.main", *arguments]
        return subprocess.run(
            command, env=self.environment | environment, cwd=REPOSITORY, capture_output=True, text=True, timeout=120, check=False
        )


@pytest.mark.parametrize("command", ["status", "show article-1", "ingest README.md", "people list"])
def test_without_a_platform_commands_say_how_to_start_it(newsgraph: Newsgraph, command: str) -> None:
    address = f"http://127.0.0.1:{any_free_port()}"
    answer = newsgraph(*command.split(), "--api", address)
    assert answer.returncode == 3
    assert "newsgraph up" in answer.stderr
    assert "Traceback" not in answer.stderr


def test_errors_are_json_for_machines(newsgraph: Newsgraph) -> None:
    answer = newsgraph("status", "--json", NEWSGRAPH_API_URL=f"http://127.0.0.1:{any_free_port()}")
    assert answer.returncode == 3
    assert "nothing answers" in json.loads(answer.stdout)["error"]


def test_a_wrong_setting_is_named_without_a_traceback(newsgraph: Newsgraph) -> None:
    answer = newsgraph("models", NEWSGRAPH_PROFILE="quantum")
    assert answer.returncode == 1
    assert "NEWSGRAPH_PROFILE" in answer.stderr
    assert "Traceback" not in answer.stderr


def test_models_lists_licence_size_and_what_is_installed(newsgraph: Newsgraph) -> None:
    answer = newsgraph("models", "--json")
    rows = json.loads(answer.stdout)["models"]
    assert rows
    assert all(row["record"]["licence_weights"] and row["record"]["size_bytes"] > 0 for row in rows)
    assert answer.returncode == (0 if all(row["installed"] for row in rows) else 1)


def test_models_says_what_to_install_when_weights_are_missing(newsgraph: Newsgraph, tmp_path: Path) -> None:
    fields = 'id = "m"\nstage = "fusion"\nengine = "e"\ntask = "t"\npath = "x"\nsha256 = "0"'
    fields += '\nsource = "no-such-package==1.0"\npackage = "no_such_package"'
    rest = 'licence_code = "MIT"\nlicence_weights = "MIT"\ncommercial = true\nsize_bytes = 1\nprofiles = ["embedded"]'
    (tmp_path / "models.toml").write_text(f"[[model]]\n{fields}\n{rest}\n", encoding="utf-8")
    answer = newsgraph("models", NEWSGRAPH_MODELS_FILE=str(tmp_path / "models.toml"))
    assert answer.returncode == 1
    assert "pip install --no-deps no-such-package==1.0" in answer.stdout


def test_doctor_checks_machine_weights_ports_and_docker(newsgraph: Newsgraph) -> None:
    checks = {check["name"]: check for check in json.loads(newsgraph("doctor", "--json").stdout)["checks"]}
    assert checks["python"]["state"] == "good"
    assert checks["disk"]["state"] in ("good", "bad")
    assert "docker engine" in checks
    assert any(name.startswith("weights ") for name in checks)
    assert any(name.startswith("port ") for name in checks)


def test_help_names_every_command(newsgraph: Newsgraph) -> None:
    text = newsgraph("--help").stdout
    assert all(f" {name} " in text for name in ("up", "demo", "ingest", "status", "show", "models", "doctor", "people"))
