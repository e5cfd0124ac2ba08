"""Which network compares pictures with the galleries, and what becomes of vectors that another one made."""

import numpy as np
import pytest

from services.entity_linking.catalogue import ENGINES, GALLERY
from services.entity_linking.coverage import not_attempted
from services.entity_linking.engines.picture_windows import WINDOWS, WindowVectors, cut, squares, tiles, window
from services.entity_linking.enrolment import reference_of
from services.entity_linking.gallery_reader import GalleryReader
from services.entity_linking.picture_embedder import ScoreLimits
from services.entity_linking.pictured import Galleries
from services.entity_linking.references import References
from shared.engines import EngineRegistry
from shared.errors import ConfigurationError
from shared.gallery import Enrolment, GalleryKind, Reference
from shared.image_text.encoder import Floats
from shared.image_text.trunk import LOWER_ID, UPPER_ID
from shared.pictures import RgbArray
from shared.settings import Settings

RED = np.full((40, 60, 3), (200, 10, 10), np.uint8)
BLUE = np.full((40, 60, 3), (10, 10, 200), np.uint8)


class MeanColour:
    """The unit vector of a picture's mean colour."""

    model_id = "mean-colour"

    def __init__(self, vector_id: str, limits: ScoreLimits) -> None:
        self.vector_id, self._limits = vector_id, limits

    def limits(self, kind: GalleryKind) -> ScoreLimits:
        return self._limits

    def crops(self, pictures: list[RgbArray]) -> Floats:
        rows = np.stack([picture.reshape(-1, 3).mean(axis=0) for picture in pictures])
        return np.asarray(rows / np.linalg.norm(rows, axis=1, keepdims=True), np.float32)

    scenes = crops

    def windows(self, picture: RgbArray) -> WindowVectors:
        boxes = [window(tile, *place) for tile in tiles(*picture.shape[:2]) for place in WINDOWS]
        return WindowVectors(tuple(boxes), self.crops([cut(picture, box) for box in boxes]))


def red(reader: GalleryReader) -> Reference:
    return reference_of(Enrolment(kind="landmark", name="Red", image_ids=()), [RED], reader.embedder("landmark"))


def test_the_setting_chooses_dinov2_in_profile_gpu_only(monkeypatch: pytest.MonkeyPatch) -> None:
    for profile in ("embedded", "gpu"):
        assert EngineRegistry(ENGINES, Settings(profile=profile)).models(GALLERY) == (LOWER_ID, UPPER_ID)
    monkeypatch.setenv("NEWSGRAPH_GALLERY_ENCODER", "dinov2-base")
    registry = EngineRegistry(ENGINES, Settings(profile="gpu"))
    assert registry.models(GALLERY) == ("dinov2-base",)
    assert any("dinov2" in line for line in registry.lines(GALLERY))
    assert EngineRegistry(ENGINES, Settings(profile="embedded")).models(GALLERY) == (LOWER_ID, UPPER_ID)


def test_a_model_that_is_no_gallery_encoder_is_refused_with_those_that_are(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NEWSGRAPH_GALLERY_ENCODER", "siglip2-base")
    with pytest.raises(ConfigurationError, match=r"NEWSGRAPH_GALLERY_ENCODER.*choose one of: dinov2-base"):
        EngineRegistry(ENGINES, Settings(profile="gpu")).models(GALLERY)


def test_each_encoder_has_scores_of_its_own_at_which_it_is_believed() -> None:
    strict, loose = (GalleryReader(MeanColour("v", ScoreLimits(low, high))) for low, high in ((1.9, 2.0), (1.0, 1.2)))
    kept = References([red(loose)], "v")
    seen = loose.find("landmark", RED, kept)
    assert seen is not None
    assert 1.2 < seen.similarity < 1.9
    assert loose.credible("landmark", seen, set())
    assert strict.find("landmark", RED, kept) is None
    assert not strict.credible("landmark", seen, set())
    assert loose.find("landmark", BLUE, kept) is None


def test_references_of_another_encoder_are_never_compared_and_the_output_says_how_to_mend_it() -> None:
    old, new = (GalleryReader(MeanColour(vector_id, ScoreLimits(0.1, 0.2))) for vector_id in ("old", "new"))
    kept = [red(old)]
    assert old.recognise("landmark", [RED], kept)[0] is not None
    assert new.recognise("landmark", [RED], kept) == [None]
    galleries = Galleries(
        new, {"landmark": References(kept, "new"), "logo": References([], "new"), "flag": References([], "new")}
    )
    notes = not_attempted(galleries, (), embedded_kb=False, pictures=True)
    assert [note.part for note in notes if "gallery rebuild" in note.reason] == ["1 references of the galleries"]
    assert not any("which is empty" in note.reason for note in notes)


def test_windows_lie_in_the_picture_and_squares_reach_from_edge_to_edge() -> None:
    picture = np.arange(90 * 140, dtype=np.uint8).reshape(90, 140, 1).repeat(3, axis=2)
    boxes = [window(tile, *place) for tile in tiles(90, 140) for place in WINDOWS]
    assert len(boxes) == len(WINDOWS) * 5
    assert all(0 <= box.x0 < box.x1 <= 140 and 0 <= box.y0 < box.y1 <= 90 for box in boxes)
    assert cut(picture, boxes[0]).shape == picture.shape
    first, _, last = squares(picture)
    assert first.shape == last.shape == (90, 90, 3)
    assert (first == picture[:, :90]).all()
    assert (last == picture[:, 50:]).all()
