"""Reading what picture tasks are scored on: LFW, photographs with an index, COCO, SWiG, M2E2."""

import gzip
import json
import tarfile
from pathlib import Path

import pytest

from lab.corpora.held_out import fold_of, is_held_out_picture
from lab.corpora.photographs import Photograph
from lab.corpora.wider import wider_types
from lab.evaluation.task import Request
from lab.evaluation.vision import detection, faces, grounding, image_events, situations
from lab.evaluation.vision.detector_output import find_pictures, given_input
from lab.evaluation.vision.pictures import chosen
from shared.errors import InputError
from shared.ontology import load_ontology
from shared.schemas.base import Box

pytestmark = pytest.mark.unit


def test_faces_come_from_folders_or_a_tar_by_person(tmp_path: Path) -> None:
    folder, archive = tmp_path / "lfw", tmp_path / "lfw.tar"
    for name in ("Ben/2.jpg", "Ada/1.jpg", "Ben/1.png", "Ben/notes.txt"):
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(name.encode())
    with tarfile.open(archive, "w") as tar:
        tar.add(folder, arcname="lfw")
    read = faces.read(folder)
    assert [(face.name, face.file, face.data) for face in read] == [
        ("Ada", "1.jpg", b"Ada/1.jpg"), ("Ben", "1.png", b"Ben/1.png"), ("Ben", "2.jpg", b"Ben/2.jpg"),
    ]  # fmt: skip
    assert faces.read(archive) == read


@pytest.mark.parametrize("content", [b"no archive", None])
def test_what_holds_no_people_is_refused_with_what_to_give(tmp_path: Path, content: bytes | None) -> None:
    path = tmp_path / "lfw"
    path.write_bytes(content) if content else path.mkdir()
    with pytest.raises(InputError, match="a folder of pictures a person"):
        faces.read(path)


def test_every_class_of_wider_has_an_event_type_of_the_ontology_or_none() -> None:
    kinds = wider_types()
    assert len(kinds) == 61
    assert set(kinds.values()) - {"none"} <= load_ontology().event_types.keys()
    assert kinds["Street_Battle"] == "Conflict.Attack"
    assert kinds["Spa"] == "none"


def test_held_out_pictures_are_dev_and_test_splits_or_a_fifth_by_name() -> None:
    wider = [Photograph(Path(f"{n}.jpg")) for n in range(500)]
    kept = [photo for photo in wider if is_held_out_picture("wider_events", photo)]
    assert 70 < len(kept) < 130
    assert all(fold_of(f"wider_events/{photo.path.name}") == 0 for photo in kept)
    assert is_held_out_picture("flickr8k_entities", Photograph(Path("a.jpg"), split="dev"))
    assert not is_held_out_picture("flickr8k_entities", Photograph(Path("a.jpg"), split="train"))
    with pytest.raises(InputError, match="landmarks has no splits"):
        is_held_out_picture("landmarks", Photograph(Path("a.jpg")))


def test_splits_choose_pictures_and_an_unknown_one_names_those_that_exist(tmp_path: Path) -> None:
    lines = [{"file": f"{n}.jpg", "split": "dev" if n else "train", "captions": ["x"]} for n in range(3)]
    with gzip.open(tmp_path / "index.jsonl.gz", "wt") as file:
        file.write("\n".join(map(json.dumps, lines)))
    assert [photo.path.name for photo in chosen(Request("retrieval", tmp_path, split="dev"))] == ["1.jpg", "2.jpg"]
    with pytest.raises(InputError, match="splits there: dev, train"):
        chosen(Request("retrieval", tmp_path, split="test"))


def test_a_phrase_is_asked_once_a_picture_with_all_its_boxes(tmp_path: Path) -> None:
    boxes = [{"label": "a man", "phrases": ["a man", "he"], "type": ["people"], "x": n, "y": 0, "w": 5, "h": 5} for n in (0, 9)]
    (tmp_path / "index.jsonl").write_text(json.dumps({"file": "a.jpg", "boxes": boxes}))
    asked = grounding.phrases(chosen(Request("grounding", tmp_path))[0])
    assert [(phrase.text, len(phrase.boxes), phrase.kind) for phrase in asked] == [("a man", 2, "people"), ("he", 2, "people")]


def test_coco_annotations_are_read_with_pictures_in_a_folder_beside_them(tmp_path: Path) -> None:
    (tmp_path / "images").mkdir()
    (tmp_path / "images" / "a.jpg").write_bytes(b"")
    rows = [{"image_id": 1, "category_id": 7, "bbox": [10, 20, 30, 40], "iscrowd": n} for n in (0, 1)]
    coco = {"images": [{"id": 1, "file_name": "a.jpg"}], "annotations": rows, "categories": [{"id": 7, "name": "Dog"}]}
    file = tmp_path / "instances.json"
    file.write_text(json.dumps(coco))
    (picture,) = detection.read(Request("detection", file))
    assert picture.path == tmp_path / "images" / "a.jpg"
    assert [(box.box, box.crowd) for box in picture.boxes["dog"]] == [(Box(x0=10, y0=20, x1=40, y1=60), n) for n in (False, True)]
    file.write_text(json.dumps(coco | {"categories": []}))
    with pytest.raises(InputError, match="category 7"):
        detection.read(Request("detection", file))


def test_swig_nouns_are_words_and_minus_one_is_no_box(tmp_path: Path) -> None:
    frames = [{"agent": "n1", "place": ""}, {"agent": "n2", "place": ""}, {"agent": "n1", "place": "n3"}]
    row = {"verb": "marching", "bb": {"agent": [0, 0, 5, 9], "place": [-1, -1, -1, -1]}, "frames": frames}
    (tmp_path / "test.json").write_text(json.dumps({"marching_1.jpg": row}))
    with pytest.raises(InputError, match=r"noun_1gloss\.tab"):
        situations.read(tmp_path / "test.json")
    space = {"nouns": {"n1": {"gloss": ["man", "adult male"]}, "n2": {"gloss": ["soldier"]}, "n3": {"gloss": ["street"]}}}
    (tmp_path / "imsitu_space.json").write_text(json.dumps(space))
    gold = situations.read(tmp_path / "test.json")["marching_1.jpg"]
    assert gold.roles["agent"].nouns >= {"man", "adult male", "soldier"}
    assert gold.roles["agent"].box == Box(x0=0, y0=0, x1=5, y1=9)
    assert gold.roles["place"].nouns >= {"", "street"}
    assert gold.roles["place"].box is None


def test_m2e2_without_pictures_takes_the_boxes_of_a_detector(tmp_path: Path) -> None:
    event = {"event_type": "Life:Die", "role": {"Victim": [["1", 0, 0, 10, 10]]}}
    (tmp_path / "image_only_event.json").write_text(json.dumps({"VOA_1_0": event}))
    gold = image_events.read(tmp_path)
    with pytest.raises(InputError, match="neither pictures"):
        find_pictures(tmp_path, gold)
    boxes = [{"bbox": [1, 2, 31, 42], "class": "person", "conf": 0.9}]
    with gzip.open(tmp_path / "yolov8_detections.json.gz", "wt") as file:
        json.dump({"VOA_1_0.jpg": boxes, "VOA_1_1.jpg": []}, file)
    pictures = find_pictures(tmp_path, gold)
    assert [picture.name for picture in pictures] == ["VOA_1_0", "VOA_1_1"]
    seen = given_input(pictures)[0].object_detection
    assert seen is not None
    (region,) = seen.images[0].regions
    assert (region.label, region.entity_type, region.box.x1) == ("person", "PER", 31)


def test_m2e2_pictures_go_before_a_detectors_boxes_and_must_be_complete(tmp_path: Path) -> None:
    (tmp_path / "image").mkdir()
    (tmp_path / "image" / "VOA_1_0.jpg").write_bytes(b"")
    assert find_pictures(tmp_path, {"VOA_1_0"})[0].path == tmp_path / "image" / "VOA_1_0.jpg"
    with pytest.raises(InputError, match="VOA_1_1"):
        find_pictures(tmp_path, {"VOA_1_0", "VOA_1_1"})
