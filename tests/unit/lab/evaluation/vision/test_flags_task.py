"""The task ``flags``: oracle, nothing found, and what it reads."""

import json
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from lab.evaluation.task import Request
from lab.evaluation.vision.flags import Case, is_country, look, read, score
from lab.evaluation.vision.warp import CROP, paste
from shared.errors import InputError
from shared.pictures import RgbArray
from shared.schemas.base import Box

RED_WHITE = np.repeat(np.array([[(200, 0, 0)], [(255, 255, 255)]], dtype=np.uint8), 50, axis=0).repeat(150, axis=1)


class Knows:
    """Says one country wherever it is asked, and finds the flags that it is told of."""

    def __init__(self, code: str, name: str, boxes: Sequence[Box]) -> None:
        self._named, self._boxes = (code, name), boxes

    def flag_in(self, picture: RgbArray, box: Box) -> tuple[str, str]:
        return self._named

    def flags_of(self, picture: RgbArray) -> list[tuple[Box, str, str]]:
        return [(box, *self._named) for box in self._boxes]


@pytest.fixture
def photographs(tmp_path: Path) -> Path:
    rows = [{"file": "a.png", "boxes": [{"label": "Poland", "x": 10, "y": 10, "w": 40, "h": 30}]}, {"file": "b.png", "boxes": []}]
    (tmp_path / "index.jsonl").write_text("\n".join(json.dumps(row) for row in rows), encoding="utf-8")
    for name in ("a.png", "b.png"):
        Image.new("RGB", (100, 80), (90, 120, 60)).save(tmp_path / name)
    return tmp_path


def test_who_knows_all_has_100_percent_and_who_finds_nothing_has_0(photographs: Path) -> None:
    cases = read(Request("flags", photographs))
    flag, empty = cases
    oracle = score([look(flag, Knows("PL", "Poland", [flag.flags[0][1]])), look(empty, Knows("PL", "Poland", []))])
    assert oracle.scores == {"top1": 100.0, "found": 100.0, "false_alarms_per_photo": 0.0}
    nothing = score([look(case, Knows("MC", "Monaco", [])) for case in cases])
    assert nothing.scores == {"top1": 0.0, "found": 0.0, "false_alarms_per_photo": 0.0}
    assert nothing.types["Poland"]["support"] == 1


def test_flags_seen_where_none_are_count_only_in_photographs_without_flags(photographs: Path) -> None:
    cases = read(Request("flags", photographs))
    everywhere = Knows("PL", "Poland", [Box(x0=60, y0=50, x1=90, y1=70)])
    outcome = score([look(case, everywhere) for case in cases])
    assert outcome.scores == {"top1": 100.0, "found": 0.0, "false_alarms_per_photo": 1.0}
    assert outcome.counts["photographs_without_flags"] == 1


def test_drawings_are_pasted_into_the_photographs_beside_them(tmp_path: Path) -> None:
    Image.fromarray(RED_WHITE).save(tmp_path / "mc.png")
    (tmp_path / "photographs").mkdir()
    Image.new("RGB", (320, 240), (90, 120, 60)).save(tmp_path / "photographs" / "field.png")
    cases = read(Request("flags", tmp_path))
    assert [case.drawing is not None for case in cases] == [True, True, True, False]
    outcome = score([look(case, Knows("MC", "Monaco", [])) for case in cases])
    assert outcome.counts == {"pictures": 4, "flags": 3, "photographs_without_flags": 1, "false_alarms": 0}
    assert outcome.scores["top1"] == 100.0


def test_a_warped_flag_is_the_same_for_a_seed_and_lies_in_its_box() -> None:
    field = np.full((240, 320, 3), (90, 120, 60), dtype=np.uint8)
    one, same, other = (paste(RED_WHITE, field, np.random.default_rng(seed)) for seed in (1, 1, 2))
    assert np.array_equal(one.picture, same.picture)
    assert one.box != other.box
    red = np.argwhere(one.picture[..., 0].astype(int) - one.picture[..., 1] > 60)
    assert red[:, 1].min() >= one.box.x0 - 3
    assert red[:, 1].max() <= one.box.x1 + 3
    assert 0.2 * 320 * CROP * 0.6 < one.box.x1 - one.box.x0 < 0.6 * 320


@pytest.mark.parametrize(
    ("label", "code", "name", "same"),
    [("fr", "FR", "France", True), ("France", "FR", "France", True), ("GP", "FR", "France", True), ("PL", "MC", "Monaco", False)],
)
def test_a_label_is_a_code_or_a_name_and_territories_fly_the_flag_of_their_country(
    label: str, code: str, name: str, same: bool
) -> None:
    assert is_country(label, code, name) is same


def test_a_folder_without_flags_is_refused_with_what_is_expected(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"index\.jsonl"):
        read(Request("flags", tmp_path))
    with pytest.raises(InputError, match="ISO code"):
        read(Request("flags", tmp_path / "nothing"))


def test_a_picture_that_is_missing_is_named(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"gone\.png"):
        look(Case(tmp_path / "gone.png"), Knows("PL", "Poland", []))
