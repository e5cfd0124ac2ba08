"""``newsgraph eval`` of pictures as a user types it, with the real stages; and real sets of pictures, where they are present."""

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any  # Any: a JSON object

import pytest

from lab.evaluation.task import ProtocolName, Request
from lab.evaluation.vision import gallery, grounding, image_events
from lab.evaluation.vision.detector_output import find_pictures
from lab.evaluation.vision.pictures import chosen
from shared.settings import REPOSITORY

pytestmark = pytest.mark.integration
DATA = Path(os.environ.get("NEWSGRAPH_DATA", REPOSITORY.parent / "shared" / "data"))
KEYS = {"task", "data", "protocol", "scores", "counts", "seconds", "models", "types", "notes", "confusions"}


def newsgraph_eval(folder: Path, *arguments: str) -> "subprocess.CompletedProcess[str]":
    kept = {name: value for name, value in os.environ.items() if not name.startswith("NEWSGRAPH_")}
    environment = kept | {"NEWSGRAPH_DATA_DIR": str(folder / "data"), "PYTHONPATH": str(REPOSITORY), "COLUMNS": "200"}
    command = [sys.executable, "-m", "deploy.cli.main", "eval", *arguments]
    return subprocess.run(command, env=environment, cwd=REPOSITORY, capture_output=True, text=True, timeout=280, check=False)


def evaluated(folder: Path, *arguments: str) -> Any:
    answer = newsgraph_eval(folder, *arguments, "--json")
    assert answer.returncode == 0, answer.stderr
    result = json.loads(answer.stdout)
    assert set(result) == KEYS
    return result


def real(place: str) -> Path:
    if not (DATA / place).exists():
        pytest.skip(f"{place} is not in {DATA}; NEWSGRAPH_DATA names the folder of corpora")
    return DATA / place


def test_m2e2_image_events_run_without_pictures_and_leave_nothing_in_the_platforms_store(tmp_path: Path) -> None:
    event = {"event_type": "Movement:Transport", "role": {"Vehicle": [["1", 10, 10, 400, 300]]}}
    (tmp_path / "image_only_event.json").write_text(json.dumps({"VOA_1_0": event}))
    boxes = [
        {"bbox": [10, 10, 400, 300], "class": "motorcycle", "conf": 0.9},
        {"bbox": [150, 1, 260, 210], "class": "person", "conf": 0.9},
    ]
    (tmp_path / "yolov8_detections.json").write_text(json.dumps({"VOA_1_0.jpg": boxes, "VOA_1_1.jpg": []}))
    result = evaluated(tmp_path, "image-events", "--data", str(tmp_path))
    assert result["counts"]["pictures"] == 2
    assert result["counts"]["gold_arguments"] == 1
    assert any("boxes of YOLOv8" in note for note in result["notes"])
    assert any(model.startswith("rules:visual_events@") for model in result["models"])
    assert not (tmp_path / "data" / "blobs").exists()


def test_photographs_are_searched_by_their_captions(tmp_path: Path) -> None:
    pictures = sorted((REPOSITORY / "tests" / "fixtures").rglob("*.jpg"))[:3]
    words = ["people in front of a building", "a man in a suit", "a crowd of people"]
    rows = []
    for picture, caption in zip(pictures, words, strict=True):
        shutil.copy(picture, tmp_path / picture.name)
        rows.append({"file": picture.name, "split": "dev", "captions": [caption]})
    (tmp_path / "index.jsonl").write_text("\n".join(map(json.dumps, rows)))
    result = evaluated(tmp_path, "retrieval", "--data", str(tmp_path), "--split", "dev")
    assert (result["counts"]["pictures"], result["counts"]["captions"]) == (3, 3)
    assert result["scores"]["t2i_r10"] == result["scores"]["i2t_r10"] == 100.0, "there are only three"
    assert result["seconds"] > 0


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("faces", "--data", "{empty}"), "a folder of pictures a person"),
        (("retrieval", "--data", "{empty}"), "index.jsonl"),
        (("image-events", "--data", "{empty}"), "image_only_event.json"),
        (("situations", "--data", "{empty}/absent.json"), "SWiG-format"),
        (("gallery", "--data", "{empty}"), "--kind"),
        (("visual-events", "--data", "{empty}", "--kind", "logo"), "has no use for kind"),
    ],
)
def test_what_cannot_be_scored_says_what_to_give(tmp_path: Path, arguments: tuple[str, ...], message: str) -> None:
    answer = newsgraph_eval(tmp_path, *(argument.format(empty=tmp_path) for argument in arguments))
    assert answer.returncode == 1
    assert message in " ".join(answer.stderr.split())


@pytest.mark.parametrize("protocol", ["strict", "relaxed"])
def test_an_oracle_scores_100_on_m2e2s_pictures(protocol: ProtocolName) -> None:
    folder = real("m2e2/image_only_event.json").parent
    annotated = image_events.read(folder)
    gold = [annotated.get(picture.name, image_events.ImageEvents()) for picture in find_pictures(folder, annotated)]
    outcome = image_events.score(gold, gold, protocol)
    assert set(outcome.scores.values()) == {100.0}
    assert outcome.counts["gold_events"] == len(annotated)


def test_an_oracle_points_right_at_all_phrases_of_flickr() -> None:
    photographs = chosen(Request("grounding", real("flickr8k_entities"), split="dev"))
    asked = [phrase for photograph in photographs for phrase in grounding.phrases(photograph)]
    corners = [(box.x0, box.y0, box.x1, box.y1) for phrase in asked for box in phrase.boxes[:1]]
    answers = [((c[0] + c[2]) / 2, (c[1] + c[3]) / 2, c, 1.0) for c in corners]
    assert grounding.score(asked, answers).scores == {"pointing_accuracy": 100.0, "recall_at_1": 100.0}
    assert len(photographs) == 1000


def test_a_fifth_of_wider_is_held_out() -> None:
    folder = real("wider_events")
    held_out = chosen(Request("visual-events", folder, held_out=True))
    assert 0.15 < len(held_out) / len(chosen(Request("visual-events", folder))) < 0.25


@pytest.mark.parametrize(("place", "names"), [("logos", 27), ("landmarks", 13)])
def test_real_galleries_have_five_references_a_name_and_no_picture_on_both_sides(place: str, names: int) -> None:
    references, queries = gallery.split(Request("gallery", real(place)))
    used = {photograph.path for found in references.values() for photograph in found}
    assert [len(found) for found in references.values()] == [5] * names
    assert not used & {query.photograph.path for query in queries}
