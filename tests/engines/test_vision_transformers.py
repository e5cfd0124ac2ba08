"""CLIP, SigLIP, DINOv2, OWLv2 and Grounding DINO through their real loading code, on tiny random weights."""

import os
from pathlib import Path

import numpy as np
import pytest

from tests.engines.vision_parts import need, picture

need("torch", "transformers")
import torch
from PIL import Image as Pillow
from transformers import AutoConfig, AutoImageProcessor, AutoModel, AutoTokenizer

torch.set_num_threads(1)
os.environ["HF_HUB_OFFLINE"] = "1"

from services.entity_linking.engines.dinov2 import Dinov2
from services.entity_linking.enrolment import reference_of
from services.entity_linking.gallery_reader import GalleryReader
from services.object_detection.engines.open_vocabulary import GroundingDino, Owlv2
from services.visual_events.engines.clip import TransformersEncoder
from services.visual_events.engines.clip_situations import ClipSituations
from services.visual_events.engines.grounding import ZeroShotFinder
from services.visual_events.scene import Scene
from shared.errors import WeightsError
from shared.gallery import Enrolment, GalleryKind
from shared.ontology import load_ontology
from shared.schemas.vision import ImageAnalysis
from tests.engines import tiny_pictures as tiny

_PICTURES = [picture(120, 0), picture(100, 1)]
_PHRASES = ("rocket launcher", "flag", "man in a suit")


@pytest.fixture(scope="module", params=["clip", "siglip"])
def encoder_folder(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The saved checkpoint of each kind."""
    save = {"clip": tiny.save_clip, "siglip": tiny.save_siglip}[request.param]
    return save(tmp_path_factory.mktemp(request.param))


@pytest.fixture(scope="module")
def encoder(encoder_folder: Path) -> TransformersEncoder:
    """The loaded encoder of each kind."""
    return TransformersEncoder("tiny", encoder_folder, "cpu")


@pytest.fixture(scope="module", params=["owlv2", "grounding-dino"])
def detector(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Owlv2 | GroundingDino:
    """The loaded phrase detectors, with thresholds that random scores reach."""
    folder = tmp_path_factory.mktemp(request.param)
    if request.param == "owlv2":
        return Owlv2("owlv2", tiny.save_owlv2(folder), "cpu", threshold=0.0)
    return GroundingDino("grounding-dino", tiny.save_grounding_dino(folder), "cpu", threshold=0.0)


def test_an_encoder_gives_unit_vectors_and_a_grid_over_the_picture(encoder: TransformersEncoder) -> None:
    codes = encoder.images(_PICTURES)
    grid = tiny.SIDE // tiny.PATCH
    assert codes.cells.shape[:3] == (2, grid, grid)
    assert codes.features.shape == (2, 32)
    assert np.linalg.norm(codes.vectors, axis=-1) == pytest.approx(1, abs=1e-4)
    assert np.linalg.norm(codes.cells, axis=-1) == pytest.approx(1, abs=1e-4)
    texts, phrases = encoder.texts(["A flag burns."]), encoder.phrases(_PHRASES)
    assert texts.shape[1] == codes.vectors.shape[1]
    assert phrases.shape == (3, codes.cells.shape[-1])
    assert encoder.scale > 0


def test_vectors_are_those_that_the_library_itself_gives(encoder: TransformersEncoder, encoder_folder: Path) -> None:
    model, prepare = AutoModel.from_pretrained(encoder_folder), AutoImageProcessor.from_pretrained(encoder_folder)
    squares = [Pillow.fromarray(seen).resize((tiny.SIDE, tiny.SIDE), Pillow.Resampling.BICUBIC) for seen in _PICTURES]
    with torch.inference_mode():
        own = model.get_image_features(**prepare(squares, do_resize=False, do_center_crop=False, return_tensors="pt"))
    own = own if isinstance(own, torch.Tensor) else own.pooler_output
    assert encoder.images(_PICTURES).vectors == pytest.approx(torch.nn.functional.normalize(own, dim=-1).numpy(), abs=1e-5)


def test_a_batch_of_texts_gives_what_each_gives_alone(encoder: TransformersEncoder) -> None:
    together = encoder.texts(["a flag", "people marching along a wide street"])
    assert together[0] == pytest.approx(encoder.texts(["a flag"])[0], abs=1e-5)


def test_nothing_in_gives_nothing_out(encoder: TransformersEncoder) -> None:
    codes = encoder.images([])
    assert len(codes.vectors) == len(codes.cells) == len(encoder.texts([])) == 0
    assert codes.vectors.shape[1] == encoder.texts([]).shape[1]


def test_a_text_longer_than_the_model_reads_is_cut(encoder: TransformersEncoder) -> None:
    assert encoder.texts(["a flag burns " * 60]).shape[0] == 1


def test_a_folder_that_is_no_checkpoint_is_explained(tmp_path: Path) -> None:
    (tmp_path / "config.json").write_text("{}")
    with pytest.raises(WeightsError, match="does not load"):
        TransformersEncoder("clip", tmp_path, "cpu")


def test_a_phrase_detector_labels_boxes_with_the_phrase_as_given(detector: Owlv2 | GroundingDino) -> None:
    found = detector.find(_PICTURES, _PHRASES)
    assert [bool(rows) for rows in found] == [True, True]
    for rows, seen in zip(found, _PICTURES, strict=True):
        height, width = seen.shape[:2]
        assert {row.label for row in rows} <= set(_PHRASES)
        assert all(0 <= row.box.x0 < row.box.x1 <= width and 0 <= row.box.y0 < row.box.y1 <= height for row in rows)
        assert all(0 <= row.confidence <= 1 for row in rows)


def test_without_phrases_nothing_is_found(detector: Owlv2 | GroundingDino) -> None:
    assert detector.find(_PICTURES, []) == detector.find(_PICTURES, [" "]) == [[], []]


def test_more_phrases_than_one_text_holds_are_asked_in_rounds(tmp_path: Path) -> None:
    folder = tiny.save_grounding_dino(tmp_path)
    detector = GroundingDino("grounding-dino", folder, "cpu", threshold=0.0)
    phrases = [f"number {number} of many phrases" for number in range(20)]
    pieces = AutoTokenizer.from_pretrained(folder)(". ".join(phrases))["input_ids"]
    assert len(pieces) > AutoConfig.from_pretrained(folder).max_text_len
    assert {row.label for row in detector.find(_PICTURES[:1], phrases)[0]} == set(phrases)


def test_grounding_dino_scores_each_phrase_by_its_own_word_pieces(tmp_path: Path) -> None:
    detector = GroundingDino("grounding-dino", tiny.save_grounding_dino(tmp_path), "cpu", threshold=0.0)
    best = {}
    for row in detector.find(_PICTURES[:1], ["flag", "rocket"])[0]:
        best.setdefault(row.label, row.confidence)
    turned = {}
    for row in detector.find(_PICTURES[:1], ["rocket", "flag"])[0]:
        turned.setdefault(row.label, row.confidence)
    assert best.keys() == turned.keys() == {"flag", "rocket"}
    assert best["flag"] != best["rocket"]


def test_dinov2_gives_unit_vectors_that_tell_pictures_apart(tmp_path: Path) -> None:
    engine = Dinov2("dinov2-base", tiny.save_dinov2(tmp_path), "cpu")
    vectors = engine.embed([*_PICTURES, _PICTURES[0]])
    assert vectors.shape == (3, engine.dimensions)
    assert np.linalg.norm(vectors, axis=1) == pytest.approx(1, abs=1e-4)
    assert vectors[0] @ vectors[2] == pytest.approx(1, abs=1e-4)
    assert vectors[0] @ vectors[1] < 0.9999
    assert engine.embed([]).shape == (0, engine.dimensions)


def test_a_gallery_of_dinov2_knows_its_references_again(tmp_path: Path) -> None:
    reader = GalleryReader(Dinov2("dinov2-base", tiny.save_dinov2(tmp_path), "cpu"))
    assert reader.model_id == "dinov2-base"
    kinds: tuple[GalleryKind, ...] = ("landmark", "logo")
    for kind in kinds:
        references = [
            reference_of(Enrolment(kind=kind, name=str(n), image_ids=()), [picture], reader.embedder(kind))
            for n, picture in enumerate(_PICTURES)
        ]
        assert {row.embedder for row in references} == {reader.embedder(kind).model}
        found = reader.recognise(kind, _PICTURES, references)
        assert [answer and answer.name for answer in found] == [str(n) for n in range(len(_PICTURES))]


def _scene() -> Scene:
    height, width = _PICTURES[0].shape[:2]
    return Scene("a1", ImageAnalysis(image_id="i1", width=width, height=height))


def test_situations_by_prompts_keep_to_the_ontology(
    encoder: TransformersEncoder, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("services.visual_events.engines.clip_situations._LEAST_VERB", 0.0)
    monkeypatch.setattr("services.visual_events.engines.clip_situations._LEAST_NOUN", 0.0)
    finder = ZeroShotFinder("grounding-dino-tiny", tiny.save_grounding_dino(tmp_path), "cpu", threshold=0.01)
    frames, regions = ClipSituations(encoder, finder).read(_scene(), _PICTURES[0])
    assert len(frames) == 2
    verbs, known = load_ontology().situation_verbs, {region.id for region in regions}
    for frame in frames:
        assert {filler.role for filler in frame.roles} <= set(verbs[frame.verb].roles)
        assert all(filler.region_id is None or filler.region_id in known for filler in frame.roles)
        assert all(filler.region_id is None for filler in frame.roles if filler.role == "place")
    assert any(filler.region_id for frame in frames for filler in frame.roles)
    assert {frame.model for frame in frames} == {encoder.model_id}


def test_where_no_verb_stands_out_there_is_no_frame(encoder: TransformersEncoder, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("services.visual_events.engines.clip_situations._LEAST_VERB", 0.99)
    assert ClipSituations(encoder).read(_scene(), _PICTURES[0]) == ([], [])
