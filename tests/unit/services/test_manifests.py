"""A manifest changes with everything that decides a stage's output, and with nothing else: so outputs are reused rightly."""

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path

import pytest
from pydantic import SecretStr
from pydantic_settings import BaseSettings

from services.object_detection.settings import DetectionSettings
from services.pipeline import PIPELINE, step
from services.stage_process import build_stage
from services.text_ie.settings import EngineSettings
from services.video_frames.settings import VideoSettings
from services.visual_events.settings import EncoderSettings, VlmSettings
from shared import manifest
from shared.blobs import FolderBlobs
from shared.manifest import settings_id, source_id
from shared.schemas.job import StageName
from shared.settings import REPOSITORY, Settings

STAGES = [row.name for row in PIPELINE]
ENDPOINT = {"NEWSGRAPH_VLM_URL": "http://127.0.0.1:9/v1", "NEWSGRAPH_VLM_MODEL": "m"}
CHECKPOINT = {"NEWSGRAPH_VLM_ENGINE": "transformers"}
Case = tuple[StageName, str, dict[str, str], str, str]
CASES: list[Case] = [
    ("text_ie", "gpu", {}, "NEWSGRAPH_GLINER_MODEL", "fastino/gliner2-large-v1"),
    ("text_ie", "gpu", {}, "NEWSGRAPH_GLINER_REVISION", "a" * 40),
    ("text_ie", "gpu", {}, "NEWSGRAPH_GLINER_THRESHOLD", "0.6"),
    ("text_ie", "llm", {}, "NEWSGRAPH_LLM_URL", "http://127.0.0.1:9/v1"),
    ("text_ie", "llm", {}, "NEWSGRAPH_LLM_MODEL", "another"),
    ("text_ie", "llm", {}, "NEWSGRAPH_LLM_WINDOW", "2000"),
    ("text_ie", "llm", {}, "NEWSGRAPH_LLM_MAX_TOKENS", "500"),
    ("text_ie", "llm", {}, "NEWSGRAPH_LLM_ITEMS", "30"),
    ("text_ie", "llm", {}, "NEWSGRAPH_LLM_TYPES", "ace"),
    ("text_ie", "llm", {}, "NEWSGRAPH_LLM_EXTRA", '{"temperature": null}'),
    ("object_detection", "gpu", {}, "NEWSGRAPH_DETECTORS", '["ssd300-vgg16"]'),
    ("object_detection", "gpu", {}, "NEWSGRAPH_PHRASE_DETECTOR", "owlv2-base-ensemble"),
    ("object_detection", "gpu", {}, "NEWSGRAPH_SEGMENTER", ""),
    ("visual_events", "gpu", {}, "NEWSGRAPH_IMAGE_TEXT", "clip-vit-l14"),
    ("visual_events", "gpu", {}, "NEWSGRAPH_ROLE_DETECTOR", ""),
    ("visual_events", "gpu", {"NEWSGRAPH_VLM_URL": "http://127.0.0.1:9/v1"}, "NEWSGRAPH_VLM_ENGINE", "transformers"),
    ("visual_events", "gpu", {}, "NEWSGRAPH_VLM_URL", "http://127.0.0.1:9/v1"),
    ("visual_events", "llm", {}, "NEWSGRAPH_VLM_URL", "http://127.0.0.1:9/v1"),
    ("visual_events", "gpu", ENDPOINT, "NEWSGRAPH_VLM_URL", "http://127.0.0.1:10/v1"),
    ("visual_events", "gpu", ENDPOINT, "NEWSGRAPH_VLM_MODEL", "n"),
    ("visual_events", "gpu", ENDPOINT, "NEWSGRAPH_VLM_MAX_TOKENS", "400"),
    ("visual_events", "gpu", CHECKPOINT, "NEWSGRAPH_VLM_MAX_TOKENS", "400"),
    ("visual_events", "gpu", ENDPOINT, "NEWSGRAPH_VLM_SIDE", "512"),
    ("visual_events", "gpu", ENDPOINT, "NEWSGRAPH_VLM_BOXES", "pixels"),
    ("visual_events", "gpu", ENDPOINT, "NEWSGRAPH_VLM_EXTRA", '{"seed": 1}'),
    ("video_frames", "embedded", {}, "NEWSGRAPH_MAX_VIDEO_SECONDS", "60"),
    ("video_frames", "embedded", {}, "NEWSGRAPH_MAX_VIDEO_BYTES", "1000"),
    ("video_frames", "embedded", {}, "NEWSGRAPH_VIDEO_INTERVAL", "1"),
    ("video_frames", "embedded", {}, "NEWSGRAPH_VIDEO_MAX_KEYFRAMES", "9"),
    ("video_frames", "embedded", {}, "NEWSGRAPH_VIDEO_MAX_SIDE", "640"),
    ("video_frames", "embedded", {}, "NEWSGRAPH_VIDEO_CUT", "20"),
    ("video_frames", "embedded", {}, "NEWSGRAPH_VIDEO_SAME", "2"),
    ("text_ie", "embedded", {}, "NEWSGRAPH_COMMERCIAL", "true"),
    ("object_detection", "embedded", {}, "NEWSGRAPH_COMMERCIAL", "true"),
    ("visual_events", "embedded", {}, "NEWSGRAPH_COMMERCIAL", "true"),
    ("entity_linking", "gpu", {}, "NEWSGRAPH_COMMERCIAL", "true"),
    ("entity_linking", "embedded", {}, "NEWSGRAPH_PROFILE", "gpu"),
    ("fusion", "embedded", {}, "NEWSGRAPH_DEVICE", "cuda"),
    ("graph_writer", "embedded", {}, "NEWSGRAPH_GRAPH_URL", "bolt://127.0.0.1:7688"),
]
UNDECIDING = {
    "NEWSGRAPH_GLINER_BATCH": "how many windows at once",
    "NEWSGRAPH_LLM_KEY": "secret",
    "NEWSGRAPH_LLM_PRICE_IN": "of the account, not of the reading",
    "NEWSGRAPH_LLM_PRICE_OUT": "the same",
    "NEWSGRAPH_LLM_PARALLEL": "how many windows at once",
    "NEWSGRAPH_LLM_TIMEOUT": "how long to wait",
    "NEWSGRAPH_VLM_KEY": "secret",
    "NEWSGRAPH_VLM_TIMEOUT": "how long to wait",
    "NEWSGRAPH_TEXT_MODEL": "a folder, tested by its content below",
}
DATA = [
    path
    for path in sorted(REPOSITORY.glob("services/*/**/*"))
    if path.is_file() and path.suffix not in {".py", ".pyc", ".md", ".onnx", ".npz"} and path.name != "NOTICE"
]


def lines(name: StageName, folder: Path) -> tuple[str, ...]:
    return build_stage(step(name), Settings(data_dir=folder), FolderBlobs(folder)).manifest()


def where(path: Path) -> str:
    return path.relative_to(REPOSITORY).as_posix()


@pytest.fixture(scope="module")
def copies(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folders of all stages, without weights."""
    folder = tmp_path_factory.mktemp("services")
    for name in STAGES:
        ignored = shutil.ignore_patterns("*.onnx", "*.npz", "__pycache__")
        shutil.copytree(REPOSITORY / "services" / name, folder / name, ignore=ignored)
    return folder


@pytest.fixture
def fresh() -> Iterator[None]:
    """Digests are taken once a process: here, once a test."""
    source_id.cache_clear()
    yield
    source_id.cache_clear()


@pytest.mark.parametrize("case", CASES, ids=lambda case: f"{case[0]}-{case[1]}-{case[3]}")
def test_a_setting_that_decides_changes_the_manifest(case: Case, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    stage, profile, given, name, value = case
    for key, text in {"NEWSGRAPH_PROFILE": profile, **given}.items():
        monkeypatch.setenv(key, text)
    before = lines(stage, tmp_path)
    assert lines(stage, tmp_path) == before
    monkeypatch.setenv(name, value)
    assert lines(stage, tmp_path) != before


@pytest.mark.parametrize("settings", [EngineSettings, DetectionSettings, EncoderSettings, VlmSettings, VideoSettings])
def test_every_setting_of_a_stage_is_tested_or_does_not_decide(settings: type[BaseSettings]) -> None:
    names = {f"{settings.model_config['env_prefix']}{field}".upper() for field in settings.model_fields}
    assert names <= {case[3] for case in CASES} | set(UNDECIDING)


@pytest.mark.parametrize("file", DATA, ids=where)
def test_every_rule_file_and_word_list_changes_the_manifest(
    file: Path, copies: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, fresh: None
) -> None:
    name = next(stage for stage in STAGES if file.is_relative_to(REPOSITORY / "services" / stage))
    before = lines(name, tmp_path)
    monkeypatch.setattr(import_module(f"services.{name}.stage"), "FOLDER", copies / name)
    source_id.cache_clear()
    assert lines(name, tmp_path) == before, "a copy says the same as the original"
    copy = copies / file.relative_to(REPOSITORY / "services")
    kept = copy.read_bytes()
    copy.write_bytes(kept + b"\n")
    source_id.cache_clear()
    changed = lines(name, tmp_path)
    copy.write_bytes(kept)
    assert changed != before


@pytest.mark.parametrize("name", STAGES)
def test_the_code_of_a_stage_changes_its_manifest(
    name: StageName, copies: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, fresh: None
) -> None:
    monkeypatch.setattr(import_module(f"services.{name}.stage"), "FOLDER", copies / name)
    before = lines(name, tmp_path)
    added = copies / name / "rules" / "new.yaml"
    added.parent.mkdir(exist_ok=True)
    added.write_text("new: 1")
    source_id.cache_clear()
    changed = lines(name, tmp_path)
    added.unlink()
    assert changed != before
    stage = copies / name / "stage.py"
    stage.write_bytes(stage.read_bytes() + b"\n")
    source_id.cache_clear()
    assert lines(name, tmp_path) != before


def test_documents_and_weights_beside_the_code_do_not(copies: Path, fresh: None) -> None:
    before = source_id(copies / "fusion")
    for name in ("README.md", "NOTICE", "weights.onnx"):
        (copies / "fusion" / name).write_text("other")
    source_id.cache_clear()
    assert source_id(copies / "fusion") == before


@pytest.mark.parametrize("file", sorted(REPOSITORY.glob("shared/**/thresholds.yaml")), ids=where)
def test_thresholds_of_shared_code_stand_where_manifests_look(file: Path) -> None:
    parts = (manifest.IMAGE_TEXT, manifest.FACE_MEMORY, manifest.GRAPH)
    assert any(file.is_relative_to(part) for part in parts)


@pytest.mark.parametrize(
    ("stage", "profile", "model"),
    [
        ("visual_events", "gpu", "siglip2-base"),
        ("object_detection", "gpu", "yolo11x-seg"),
        ("entity_linking", "gpu", "insightface-buffalo-l"),
    ],
)
def test_weights_of_ones_own_are_named_by_their_digest(
    stage: StageName, profile: str, model: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    own = tmp_path / "own"
    own.mkdir()
    (own / "config.json").write_text("{}")
    monkeypatch.setenv("NEWSGRAPH_PROFILE", profile)
    monkeypatch.setenv("NEWSGRAPH_MODEL_FOLDERS", json.dumps({model: str(own)}))
    before = lines(stage, tmp_path)
    (own / "config.json").write_text('{"other": 1}')
    assert lines(stage, tmp_path) != before


@pytest.mark.parametrize(("profile", "name"), [("embedded", "NEWSGRAPH_TEXT_MODEL"), ("gpu", "NEWSGRAPH_GLINER_MODEL")])
def test_a_text_model_of_ones_own_is_named_by_its_digest(
    profile: str, name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    own = tmp_path / "own"
    own.mkdir()
    (own / "config.json").write_text("{}")
    monkeypatch.setenv("NEWSGRAPH_PROFILE", profile)
    monkeypatch.setenv(name, str(own))
    before = lines("text_ie", tmp_path)
    (own / "config.json").write_text('{"other": 1}')
    changed = lines("text_ie", tmp_path)
    assert changed != before
    assert str(tmp_path) not in "".join(changed)


def test_another_knowledge_base_changes_the_manifest(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    before = lines("entity_linking", tmp_path)
    file = tmp_path / "kb.sqlite"
    file.write_bytes(b"one")
    monkeypatch.setenv("NEWSGRAPH_KB", str(file))
    one = lines("entity_linking", tmp_path)
    file.write_bytes(b"other")
    assert len({before, one, lines("entity_linking", tmp_path)}) == 3


def test_a_manifest_is_the_same_in_every_process(tmp_path: Path) -> None:
    code = (
        "import json, sys; from pathlib import Path; from tests.unit.services.test_manifests import STAGES, lines; "
        "print(json.dumps({name: lines(name, Path(sys.argv[1])) for name in STAGES}))"
    )
    environment = os.environ | {"PYTHONHASHSEED": "1", "PYTHONPATH": str(REPOSITORY)}
    said = subprocess.run(
        [sys.executable, "-c", code, str(tmp_path)], env=environment, cwd=tmp_path, capture_output=True, text=True, check=True
    )
    assert json.loads(said.stdout) == {name: list(lines(name, tmp_path)) for name in STAGES}


@pytest.mark.parametrize(
    ("stage", "key", "given"),
    [
        ("text_ie", "NEWSGRAPH_LLM_KEY", {"NEWSGRAPH_LLM_MODEL": "m"}),
        ("visual_events", "NEWSGRAPH_VLM_KEY", ENDPOINT),
        ("graph_writer", "NEWSGRAPH_GRAPH_PASSWORD", {}),
    ],
)
def test_secrets_leave_no_trace(
    stage: StageName, key: str, given: dict[str, str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, value in {"NEWSGRAPH_PROFILE": "llm", **given}.items():
        monkeypatch.setenv(name, value)
    before = lines(stage, tmp_path)
    monkeypatch.setenv(key, "very-secret")
    assert lines(stage, tmp_path) == before


def test_a_secret_cannot_be_named_by_mistake() -> None:
    with pytest.raises(ValueError, match="llm_key is a secret"):
        settings_id("llm", EngineSettings(llm_key=SecretStr("very-secret")), ("llm_model", "llm_key"))
