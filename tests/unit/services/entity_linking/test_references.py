"""Recognition by reference on made-up vectors, names in signs, and mentions of landmarks."""

from datetime import UTC, datetime

import numpy as np
import pytest

from services.entity_linking.engines.appearance import Appearance, unit
from services.entity_linking.gallery_reader import GalleryReader
from services.entity_linking.landmarks import mentioned
from services.entity_linking.logos import brand_of, brands, written
from services.entity_linking.references import References, recognise
from shared.gallery import Recognised, Reference
from shared.image_text.encoder import Floats
from shared.schemas.article import Article
from shared.schemas.base import Box

RNG = np.random.default_rng(0)
CENTRES = unit(RNG.random((4, 64), dtype=np.float32))


def around(row: int, count: int) -> Floats:
    """Unit vectors near one of the centres."""
    rows = CENTRES[row] + 0.04 * RNG.standard_normal((count, 64)).astype(np.float32)
    return np.asarray(rows / np.linalg.norm(rows, axis=1, keepdims=True), np.float32)


def reference(row: int, embedder: str = "e", name: str = "") -> Reference:
    vectors = tuple(tuple(float(value) for value in vector) for vector in around(row, 3))
    ident, at = f"r{row}", datetime.now(UTC)
    return Reference(
        reference_id=ident,
        kind="landmark",
        name=name or f"name {row}",
        image_ids=(),
        vectors=vectors,
        embedder=embedder,
        created_at=at,
    )


def test_a_vector_near_a_reference_gets_its_name_and_a_stranger_none() -> None:
    references = [reference(0), reference(1), reference(2)]
    for row in range(3):
        match = recognise(around(row, 1), references, "e", 0.7)
        assert match is not None
        assert match.reference.reference_id == f"r{row}"
    assert recognise(around(3, 1), references, "e", 0.7) is None


def test_a_gallery_of_one_name_still_has_unknown_as_an_answer() -> None:
    assert recognise(around(0, 1), [reference(0)], "e", 0.7) is not None
    assert recognise(around(1, 1), [reference(0)], "e", 0.7) is None


def test_of_several_windows_the_fitting_one_is_told() -> None:
    windows = np.concatenate([around(3, 2), around(1, 1), around(3, 1)])
    match = References([reference(0), reference(1)], "e").best(windows)
    assert match is not None
    assert (match.reference.reference_id, match.row) == ("r1", 2)


def test_vectors_of_another_embedder_are_not_compared() -> None:
    references = References([reference(0, "old")], "e")
    assert references.stale == ["r0"]
    assert references.best(around(0, 1)) is None
    assert recognise(around(0, 1), [], "e", 0.0) is None


class Cells:
    """A network whose cells see the mean colour of their part of the picture."""

    def read(self, pictures: object) -> tuple[Floats, Floats]:
        rows = []
        for picture in pictures:  # type: ignore[attr-defined]
            parts = [np.array_split(band, 9, axis=1) for band in np.array_split(picture, 9, axis=0)]
            rows.append([[cell.reshape(-1, 3).mean(axis=0) for cell in band] for band in parts])
        grids = np.asarray(rows, np.float32)
        return grids.mean(axis=(1, 2)), grids


def test_windows_lie_in_the_picture_and_the_one_over_a_patch_looks_like_it() -> None:
    picture = np.zeros((180, 360, 3), np.uint8)
    picture[:, :, 2] = 200
    picture[60:, 200:] = (250, 10, 0)
    windows = Appearance(Cells()).windows(picture)
    patch = unit(np.asarray([[250.0, 10.0, 0.0]], np.float32))[0]
    best = windows.boxes[int((windows.vectors @ patch).argmax())]
    assert best.intersection(Box(x0=200, y0=60, x1=360, y1=180)) / best.area > 0.95
    assert all(0 <= box.x0 < box.x1 <= 360.1 and 0 <= box.y0 < box.y1 <= 180.1 for box in windows.boxes)


@pytest.mark.parametrize(
    ("sign", "name", "confidence"),
    [
        ("COCA-COLA", "Cocacola", 0.9),
        ("Coca Cola Zero", "Cocacola", 0.75),
        ("VODAF0NE", "Vodafone", 0.6),
        ("hp", "HP", 0.9),
    ],
)
def test_a_name_is_read_in_a_sign_run_together_among_words_or_with_one_wrong_letter(
    sign: str, name: str, confidence: float
) -> None:
    found = written(["street", sign], [name, "Porsche"])
    assert found is not None
    assert (found.name, found.confidence, found.row) == (name, confidence, 1)


@pytest.mark.parametrize(("sign", "name"), [("FORDHAM ROAD", "Ford"), ("the hp sauce", "HP"), ("", "Intel"), ("minimum", "Mini")])
def test_a_name_inside_another_word_is_not_a_sign_of_it(sign: str, name: str) -> None:
    assert written([sign], [name]) is None


def test_the_longer_of_two_names_is_meant() -> None:
    found = written(["PEPSI MAX"], ["Pepsi", "Pepsi Max"])
    assert found is not None
    assert found.name == "Pepsi Max"


def test_brands_are_known_by_their_whole_name_and_everyday_words_are_no_brands() -> None:
    assert brands()[brand_of("STARBUCKS") or ""] == "Starbucks"
    assert brand_of("Red Bull") == "redbull"
    assert [brand_of(word) for word in ("Target", "APPLE", "shell", "Starbucks coffee", "")] == [None] * 5
    assert len(brands()) > 300


def test_a_weak_similarity_is_told_only_where_the_article_mentions_the_landmark() -> None:
    rows = [reference(0, name="Hagia Sophia"), reference(1, name="Petra")]
    article = Article(article_id="a", text="The mayor spoke in front of the Hagia Sophia. Petrarch did not.")
    named = mentioned(rows, article, None)
    assert named == {"r0"}
    box = Box(x0=0, y0=0, x1=1, y1=1)
    weak = Recognised(reference_id="r0", name="Hagia Sophia", similarity=0.75, confidence=0.5, box=box, seen="picture")
    reader = GalleryReader(Appearance(Cells()))
    assert reader.credible("landmark", weak, named)
    assert not reader.credible("landmark", weak, set())
    assert reader.credible("landmark", weak.model_copy(update={"similarity": 1.2}), set())
