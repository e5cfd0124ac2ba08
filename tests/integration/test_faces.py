"""The face engine with its real weights, and faces across articles through the code that the stage runs."""

from importlib.util import find_spec
from pathlib import Path

import cv2
import dlib
import numpy as np
import pytest

from services.entity_linking.catalogue import ENGINES, FACES, LANDMARKS, VECTORS
from services.entity_linking.engines.dlib_faces import FaceEmbedder
from services.entity_linking.face_alignment import TEMPLATE, chip, similarity_transform
from services.entity_linking.face_reader import FaceReader
from shared.engines import EngineRegistry
from shared.pictures import RgbArray, decode_rgb
from shared.settings import Settings
from shared.weights import Weights

FIXTURES = Path(__file__).resolve().parents[1] / "fixtures"
PICTURES = FIXTURES / "articles" / "images"


@pytest.fixture(scope="module")
def reader() -> FaceReader:
    return EngineRegistry(ENGINES, Settings()).one(FACES)


def picture(name: str) -> RgbArray:
    return decode_rgb((FIXTURES / "people" / name if name == "obama2.jpg" else PICTURES / name).read_bytes())


def test_two_pictures_of_one_man_are_nearer_than_the_threshold_and_other_people_are_not(reader: FaceReader) -> None:
    vectors = reader.vectors([picture(name) for name in ("obama.jpg", "obama2.jpg", "biden.jpg", "astronaut.png")])
    assert np.allclose(np.linalg.norm(vectors, axis=1), 1)
    labels = reader.clusters(vectors)
    assert labels[0] == labels[1]
    assert len(set(labels)) == 3


def test_a_picture_without_a_face_is_taken_whole(reader: FaceReader) -> None:
    assert reader.vectors([np.full((64, 64, 3), 120, dtype=np.uint8)]).shape == (1, 128)
    assert reader.read("a", "i", np.full((64, 64, 3), 120, dtype=np.uint8), ()) == []


def test_the_converted_network_gives_the_vectors_of_dlib() -> None:
    weights = Weights(Settings().models_file)
    embedder = FaceEmbedder(weights.path(LANDMARKS), weights.path(VECTORS))
    spec = find_spec("face_recognition_models")
    assert spec is not None
    assert spec.submodule_search_locations
    folder = Path(spec.submodule_search_locations[0]) / "models"
    original = dlib.face_recognition_model_v1(str(folder / "dlib_face_recognition_resnet_model_v1.dat"))
    random = np.random.default_rng(0)
    faces = [np.asarray(cv2.resize(picture("biden.jpg")[:900], (150, 150)), dtype=np.uint8)]
    faces.append(random.integers(0, 256, (150, 150, 3), dtype=np.uint8))
    for face, vector in zip(faces, embedder.embed_chips(faces), strict=True):
        both = sum(np.asarray(original.compute_face_descriptor(np.ascontiguousarray(side))) for side in (face, face[:, ::-1]))
        assert np.abs(both / np.linalg.norm(both) - vector).max() < 1e-3


def test_a_similarity_brings_turned_and_scaled_points_back_and_never_mirrors() -> None:
    angle, scale = 0.4, 3.0
    turn = scale * np.array([[np.cos(angle), -np.sin(angle)], [np.sin(angle), np.cos(angle)]])
    moved = TEMPLATE @ turn.T + (40, -7)
    matrix = similarity_transform(moved, TEMPLATE)
    assert np.allclose(moved @ matrix[:, :2].T + matrix[:, 2], TEMPLATE)
    assert np.linalg.det(similarity_transform(TEMPLATE * (-1, 1), TEMPLATE)[:, :2]) > 0


@pytest.mark.parametrize("side", [60, 1500])
def test_a_chip_shows_the_same_part_of_small_and_of_large_pictures(side: int) -> None:
    ramp = np.linspace(0, 255, side)[None, :, None].repeat(side, 0).repeat(3, 2).astype(np.uint8)
    cut = chip(ramp, (TEMPLATE / 150 - 0.5) * side / 2 + side / 2)
    assert abs(float(cut[:, 75].mean()) - 127.5) < 4
    assert abs(float(cut[:, 149].mean()) - 191) < 6


def test_a_small_face_in_a_large_picture_is_found_by_the_second_look(reader: FaceReader) -> None:
    face = cv2.resize(picture("biden.jpg")[150:1100], (100, 98), interpolation=cv2.INTER_AREA)
    canvas = np.full((1000, 1600, 3), 128, dtype=np.uint8)
    canvas[400:498, 700:800] = face
    found = reader.engine.detect(canvas)
    assert len(found) == 1
    assert 700 < (found[0].box.x0 + found[0].box.x1) / 2 < 800
