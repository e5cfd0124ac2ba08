"""Under NEWSGRAPH_COMMERCIAL, models that forbid commercial use are refused, the free engines work, and outputs say so."""

from pathlib import Path

import pytest

from deploy.cli.doctor import weight_checks
from deploy.cli.models import model_rows
from deploy.local.plan import child_environment
from services.object_detection.catalogue import DETECTOR, ENGINES, PHRASE_DETECTOR, SEGMENTER
from services.text_ie.catalogue import ENGINES as TEXT_ENGINES
from services.text_ie.stage import TextIEStage
from shared.engines import EngineRegistry
from shared.errors import ConfigurationError, WeightsError
from shared.schemas.article import Article
from shared.schemas.text import TextExtraction
from shared.settings import Settings
from shared.stage import StageInput
from shared.weights import Weights, digest

_TRAINED = "text-ie-multitask"
_TEXT = "Rebels attacked the airport of Aden with mortars on Sunday. President Hadi met three soldiers in London."


@pytest.fixture
def free() -> Weights:
    """The registry under commercial use."""
    return Weights.of(Settings(commercial=True))


def test_a_model_that_forbids_commercial_use_has_no_path(free: Weights) -> None:
    assert not free.allowed(_TRAINED)
    with pytest.raises(WeightsError, match="refused for commercial use"):
        free.path(_TRAINED)
    assert Weights.of(Settings()).path(_TRAINED).is_dir()
    assert free.path("spacy-en-md").is_dir()


def test_agpl_counts_as_not_commercial(free: Weights) -> None:
    restricted = [r for r in free.records() if "AGPL" in f"{r.licence_code} {r.licence_weights}"]
    assert restricted
    assert not any(free.allowed(record.id) for record in restricted)


def test_a_hub_model_is_not_fetched_where_it_is_refused(free: Weights) -> None:
    with pytest.raises(WeightsError, match=r"AGPL-3\.0"):
        free.fetch("yolo11x-seg")


def test_a_folder_takes_the_place_of_a_hub_model(tmp_path: Path) -> None:
    weights = Weights.of(Settings(model_folders={"dinov2-base": tmp_path}))
    assert weights.path("dinov2-base") == weights.fetch("dinov2-base") == tmp_path
    gone = Weights.of(Settings(model_folders={"dinov2-base": tmp_path / "gone"}))
    with pytest.raises(WeightsError, match="does not exist"):
        gone.path("dinov2-base")


def test_detectors_under_agpl_give_way_to_a_free_one_and_the_output_says_so(free: Weights) -> None:
    anyhow = EngineRegistry(ENGINES, Settings(profile="gpu"))
    assert anyhow.models(DETECTOR) == ("yolo11x-seg", "yolov8x-oiv7")
    registry = EngineRegistry(ENGINES, Settings(profile="gpu", commercial=True))
    assert registry.models(DETECTOR) == ("mask-rcnn-resnet50-v2",)
    assert all(free.allowed(model_id) for role in (PHRASE_DETECTOR, SEGMENTER) for model_id in registry.models(role))
    notes = registry.refusals(DETECTOR)
    assert all("AGPL-3.0" in n.reason and "mask-rcnn-resnet50-v2" in n.reason for n in notes)
    assert len(notes) == 2


def test_a_setting_that_names_a_model_of_another_kind_is_explained(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NEWSGRAPH_DETECTORS", '["owlv2-base-ensemble"]')
    with pytest.raises(ConfigurationError, match=r"NEWSGRAPH_DETECTORS: owlv2-base-ensemble is no detector .*ssd300-vgg16"):
        EngineRegistry(ENGINES, Settings(profile="gpu", commercial=True)).models(DETECTOR)


def test_english_is_read_by_rules_alone_and_the_output_says_so() -> None:
    stage = TextIEStage(Settings(commercial=True))
    stage.load()
    result = stage.run([StageInput(article=Article(article_id="a1", text=_TEXT))])[0]
    assert isinstance(result, TextExtraction)
    assert {"Conflict.Attack", "Contact.Meet"} <= {event.type for event in result.events}
    assert _TRAINED not in {mention.model for mention in result.mentions}
    assert any(_TRAINED in note.reason for note in result.not_attempted)
    assert not any(line.startswith(_TRAINED) for line in stage.manifest())


def test_the_gpu_profile_reads_english_with_gliner() -> None:
    notes = EngineRegistry(TEXT_ENGINES, Settings(profile="gpu", commercial=True)).refusals()
    assert "GLiNER2" in notes[0].reason
    assert EngineRegistry(TEXT_ENGINES, Settings(profile="llm", commercial=True)).refusals() == ()
    assert EngineRegistry(TEXT_ENGINES, Settings()).refusals() == ()


def test_a_network_of_ones_own_is_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "labels.json").write_text("{}")
    monkeypatch.setenv("NEWSGRAPH_TEXT_MODEL", str(tmp_path))
    registry = EngineRegistry(TEXT_ENGINES, Settings(commercial=True))
    assert registry.refusals() == ()
    assert f"{_TRAINED}@{digest(tmp_path)[:12]}" in registry.manifest()


def test_models_and_doctor_show_what_is_refused() -> None:
    settings = Settings(commercial=True)
    refused = {row.record.id for row in model_rows(settings, None) if row.refused}
    assert {_TRAINED, "yolo11x-seg", "insightface-buffalo-l"} <= refused
    states = {check.name: check.state for check in weight_checks(settings)}
    assert states[f"weights {_TRAINED}"] == "note"
    assert not any(row.refused for row in model_rows(Settings(), None))


def test_the_launcher_tells_its_workers() -> None:
    assert child_environment(Settings(commercial=True))["NEWSGRAPH_COMMERCIAL"] == "true"
    assert child_environment(Settings())["NEWSGRAPH_COMMERCIAL"] == "false"
