"""The index of picture vectors: order, models, forgetting."""

from pathlib import Path

import numpy as np

from shared.blobs import FolderBlobs
from shared.picture_search import PictureIndex


def _unit(*values: float) -> np.ndarray[tuple[int, ...], np.dtype[np.float32]]:
    vector = np.asarray(values, np.float32)
    return vector / np.linalg.norm(vector)


def test_the_nearest_pictures_come_first_and_other_models_are_passed_over(tmp_path: Path) -> None:
    index = PictureIndex(FolderBlobs(tmp_path))
    index.remember("aa", _unit(1, 0), "m")
    index.remember("bb", _unit(1, 1), "m")
    index.remember("cc", _unit(0, 1), "other")
    found = index.search("words", _unit(0, 1), "m", 5)
    assert [hit.image_id for hit in found.hits] == ["bb", "aa"]
    assert (found.searched, found.query, found.model) == (2, "words", "m")
    assert found.hits[0].score > 0.7
    assert [hit.image_id for hit in index.search("words", _unit(1, 0), "m", 1).hits] == ["aa"]


def test_a_forgotten_or_broken_vector_is_not_found(tmp_path: Path) -> None:
    blobs = FolderBlobs(tmp_path)
    index = PictureIndex(blobs)
    index.remember("aa", _unit(1, 0), "m")
    blobs.write_record("picture-vectors", "bb", b"no json")
    index.forget("aa")
    assert index.search("words", _unit(1, 0), "m", 5).hits == ()
