"""Models that a hub gives have no file here: the registry says where they are, or how they come."""

from pathlib import Path

import pytest
from pydantic import ValidationError

from deploy.cli.models import model_rows
from shared.errors import WeightsError
from shared.settings import Settings
from shared.weights import ModelRecord, Weights


@pytest.fixture
def cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """An empty hub cache."""
    monkeypatch.delenv("HF_HUB_CACHE", raising=False)
    monkeypatch.setenv("HF_HOME", str(tmp_path))


def test_a_model_that_was_not_fetched_is_named_with_what_happens_next(cache: None) -> None:
    with pytest.raises(WeightsError, match=r"fastino/gliner2\.5-multi-v1 is not in the hub's cache"):
        Weights(Settings().models_file).path("gliner2.5-multi")


def test_the_list_of_models_of_the_gpu_profile_has_a_row_for_it(cache: None) -> None:
    rows = {row.record.id: row for row in model_rows(Settings(), "gpu")}
    assert not rows["gliner2.5-multi"].installed
    assert "hub" in (rows["gliner2.5-multi"].problem or "")


def test_a_record_needs_a_file_with_checksum_or_a_hub() -> None:
    fields = {"id": "m", "stage": "text_ie", "engine": "e", "task": "t", "source": "s", "licence_code": "MIT"}
    with pytest.raises(ValidationError, match="give path and sha256, or hub"):
        ModelRecord.model_validate(fields | {"licence_weights": "MIT", "commercial": True, "size_bytes": 1, "profiles": ["gpu"]})
