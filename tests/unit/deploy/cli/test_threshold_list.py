"""``newsgraph models --thresholds`` lists every row of every file, and counts what was measured."""

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from deploy.cli.main import app
from deploy.cli.threshold_list import counts, threshold_rows
from shared.errors import ConfigurationError
from shared.settings import REPOSITORY
from shared.thresholds import Thresholds

FILES = [*REPOSITORY.glob("services/*/thresholds.yaml"), *REPOSITORY.glob("shared/**/thresholds.yaml")]
ROW = "{name}:\n  value: {value}\n  unit: probability\n  why: a good reason\n  measured_on: {on}\n"


@pytest.fixture
def repository(tmp_path: Path) -> Path:
    for folder, name, on in (("services/fusion", "one", "judgement"), ("shared/deep/er", "two", "corpus, dev split")):
        (tmp_path / folder).mkdir(parents=True)
        (tmp_path / folder / "thresholds.yaml").write_text(ROW.format(name=name, value=0.5, on=on))
    return tmp_path


def test_the_rows_of_services_and_shared_are_listed_and_counted(repository: Path) -> None:
    rows = threshold_rows(repository)
    assert [(row.part, row.name, row.threshold.value) for row in rows] == [
        ("services/fusion", "one", 0.5),
        ("shared/deep/er", "two", 0.5),
    ]
    assert counts(rows) == {"measured": 1, "judgement": 1}


def test_a_malformed_file_is_explained(repository: Path) -> None:
    (repository / "services" / "fusion" / "thresholds.yaml").write_text("one: {value: 1}")
    with pytest.raises(ConfigurationError, match=r"thresholds\.yaml"):
        threshold_rows(repository)


def test_the_command_lists_all_of_this_repository_as_json_and_as_a_table() -> None:
    said = CliRunner().invoke(app, ["models", "--thresholds", "--json"])
    assert said.exit_code == 0, said.output
    told = json.loads(said.stdout)
    expected = sum(len(Thresholds(file).rows) for file in FILES)
    assert len(told["thresholds"]) == sum(told["counts"].values()) == expected
    table = CliRunner().invoke(app, ["models", "--thresholds"])
    assert f"{expected} thresholds: {told['counts']['measured']} measured" in table.stdout
