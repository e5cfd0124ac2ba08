"""Fusion with the real MiniLM weights: sensible likeness, stable vectors, and the time that a normal article takes."""

import time

import numpy as np
import pytest

from services.fusion.stage import build
from shared.blobs import FolderBlobs
from shared.schemas.fusion import FusedGraph
from shared.sentence_vectors import MODEL_ID, TOKENIZER_ID, MiniLM
from shared.settings import Settings
from shared.weights import Weights
from tests.unit.services.fusion.builders import Scene, image

pytestmark = pytest.mark.integration


@pytest.fixture(scope="module")
def encoder() -> MiniLM:
    weights = Weights(Settings().models_file)
    return MiniLM(weights.path(MODEL_ID), weights.path(TOKENIZER_ID))


@pytest.mark.parametrize(
    ("word", "near", "far"),
    [
        ("rifle", "gun", "banana"),
        ("protest march", "demonstration", "wedding"),
        ("soldiers", "military uniform", "kitchen"),
        ("truck", "car", "dog"),
        ("The minister met his colleague.", "Two politicians held talks.", "The truck burned on the road."),
    ],
)
def test_like_meanings_lie_nearer_than_unlike_ones(encoder: MiniLM, word: str, near: str, far: str) -> None:
    assert encoder.similarity(word, near) > encoder.similarity(word, far) + 0.1


def test_vectors_have_unit_length_and_one_row_a_text(encoder: MiniLM) -> None:
    vectors = encoder.encode(["a", "two words", "a", "x " * 500])
    assert vectors.shape == (4, 384)
    assert np.allclose(np.linalg.norm(vectors, axis=1), 1.0, atol=1e-5)
    assert np.array_equal(vectors[0], vectors[2])
    assert encoder.encode([]).shape == (0, 384)


def test_a_vector_does_not_depend_on_its_neighbours(encoder: MiniLM) -> None:
    weights = Weights(Settings().models_file)
    words = ["truck", "Eileen Collins", "dozens of soldiers on the outskirts of the town", "flag"]
    alone = MiniLM(weights.path(MODEL_ID), weights.path(TOKENIZER_ID))
    one_by_one = np.stack([alone.encode([word])[0] for word in words])
    assert np.array_equal(encoder.encode(words), one_by_one)


def test_an_article_with_fifty_entities_and_four_pictures_is_fused_in_half_a_second(
    tmp_path_factory: pytest.TempPathFactory,
) -> None:
    stage = build(Settings(), FolderBlobs(tmp_path_factory.mktemp("blobs")))
    stage.load()
    nouns = [
        f"{size} {thing}" for size in ("big", "small", "old", "new", "red") for thing in ("truck", "tank", "boat", "bus", "jet")
    ]
    scene = Scene(
        text=". ".join(f"Rebels number{n} attacked a {noun}" for n, noun in enumerate(nouns)), images=tuple(map(image, "abcd"))
    )
    for number, noun in enumerate(nouns):
        victim = scene.entity("VEH", nominal=noun)
        attacker = scene.entity("PER", nominal=f"Rebels number{number}")
        scene.event("Conflict.Attack", f"attacked a {noun}", Attacker=attacker, Target=victim)
    for name in "abcd":
        truck = scene.region(name, "truck", (200, 10, 500, 300), entity_type="VEH")
        scene.see(name, "Conflict.Attack", Attacker=scene.person(name)[1], Target=truck.id)
    started = time.process_time()
    (graph,) = stage.run([scene.build()])
    seconds = time.process_time() - started
    assert isinstance(graph, FusedGraph)
    assert len(graph.alignments) == 4
    print(f"fused 50 entities, 25 events, 4 pictures in {seconds:.2f} s of processor time")
    assert seconds < 1.5, "half a second of processor time on an idle machine, with room for a busy one"
