"""How picture tasks count: average precision, thresholds for strangers, calibration, one-to-one boxes, galleries."""

from pathlib import Path

import numpy as np
import pytest

from lab.corpora.photographs import Photograph
from lab.evaluation.run import evaluate
from lab.evaluation.task import Request
from lab.evaluation.vision import gallery, grounding, image_events, retrieval, situations, visual_events
from lab.evaluation.vision.average_precision import FoundBox, GoldBox, average_precision
from lab.evaluation.vision.face_scores import identification, verification
from shared.errors import InputError
from shared.schemas.base import Box
from shared.settings import Settings

pytestmark = pytest.mark.unit
LEFT, RIGHT, FAR = Box(x0=0, y0=0, x1=40, y1=90), Box(x0=50, y0=10, x1=90, y1=70), Box(x0=200, y0=200, x1=240, y1=240)
NARROW = Box(x0=0, y0=0, x1=18, y1=90)  # IoU 0.45 with LEFT


def test_average_precision_interpolates_over_101_levels_of_recall() -> None:
    gold = [[GoldBox(LEFT), GoldBox(RIGHT)]]
    found = [[FoundBox(LEFT, 0.9), FoundBox(FAR, 0.8), FoundBox(RIGHT, 0.7)]]
    # precision 1 up to recall 0.5 (51 levels), then 2/3 (50 levels)
    assert average_precision(gold, found) == pytest.approx((51 + 50 * 2 / 3) / 101)


def test_a_second_box_for_the_same_thing_and_a_loose_box_are_false_alarms_but_a_crowd_is_forgiven() -> None:
    found = [[FoundBox(FAR, 0.9), FoundBox(LEFT, 0.8)]]
    assert average_precision([[GoldBox(LEFT)]], found) == pytest.approx(0.5)
    assert average_precision([[GoldBox(LEFT), GoldBox(FAR, crowd=True)]], found) == pytest.approx(1.0)
    assert average_precision([[GoldBox(LEFT)]], [[FoundBox(NARROW, 0.9)]]) == 0.0
    twice = [[FoundBox(LEFT, 0.9), FoundBox(LEFT, 0.8), FoundBox(RIGHT, 0.7)]]
    assert average_precision([[GoldBox(LEFT), GoldBox(RIGHT)]], twice) == pytest.approx((51 + 50 * 2 / 3) / 101)
    assert average_precision([[GoldBox(FAR, crowd=True)]], found) is None


def test_random_vectors_verify_at_chance_and_the_same_seed_gives_the_same_pairs() -> None:
    names = np.repeat([f"p{n}" for n in range(30)], 6)
    vectors = np.random.default_rng(1).normal(size=(180, 64))
    first, second = verification(names, vectors), verification(names, vectors)
    assert first == second
    assert first.pairs == 2 * 30 * 15
    assert 0.4 < first.accuracy < 0.6


def test_identification_lets_at_most_one_stranger_in_a_hundred_in() -> None:
    names = np.repeat([f"p{n:02}" for n in range(20)], 10)
    angles = np.repeat(np.arange(20) * 0.3, 10) + np.random.default_rng(2).normal(0, 0.01, 200)
    vectors = np.stack([np.cos(angles), np.sin(angles)], axis=1)
    assert identification(names, vectors).rate == 1.0
    names[0:200:10] = np.roll(names[0:200:10], 1)  # the first picture of each person is someone else's
    mixed = identification(names, vectors)
    assert mixed.strangers == 200
    assert mixed.rate < 0.5, "one stranger in ten looks exactly like a reference, so hardly anybody may be let in"


def test_people_with_few_pictures_cannot_be_identified() -> None:
    with pytest.raises(InputError, match="more than 3 pictures"):
        identification(np.array(["a", "a", "b", "b"]), np.eye(4))
    with pytest.raises(InputError, match="two pictures"):
        verification(np.array(["a", "b"]), np.eye(2))


def test_a_finer_event_type_counts_as_the_type_above_it_and_others_do_not() -> None:
    finer = visual_events.EventAnswer(
        {"Conflict.Attack.Bombing": 0.6, "Conflict.Attack": 0.1, "none": 0.3}, {"street battle": 1.0}
    )
    other = visual_events.EventAnswer({"Conflict.Coup": 0.9, "none": 0.1}, {"Riot": 1.0})
    outcome = visual_events.score(["Street_Battle", "Street_Battle"], [finer, other])
    assert outcome.scores["accuracy"] == outcome.scores["class60_accuracy"] == 50.0
    assert outcome.types["Conflict.Attack"]["precision"] == 100.0


def test_calibration_error_is_the_gap_between_confidence_and_hits() -> None:
    sure = visual_events.EventAnswer({"Conflict.Attack": 0.9, "none": 0.1}, {})
    labels = ["Riot"] * 5 + ["Street_Battle"] * 5
    assert visual_events.score(labels, [sure] * 10).scores["ece"] == pytest.approx(40.0)


def test_every_caption_asks_and_a_picture_may_find_any_of_its_captions() -> None:
    pictures = np.eye(3, dtype=np.float32)
    texts = np.eye(3, dtype=np.float32)[[0, 1, 1, 2]]
    scores = retrieval.score(pictures, texts, np.array([0, 0, 1, 2])).scores
    assert scores["t2i_r1"] == 75.0
    assert scores["i2t_r1"] == pytest.approx(66.67), "picture 1 has a caption that fits as well, of another picture"


def test_a_point_in_any_box_of_the_phrase_is_right_without_a_box() -> None:
    asked = grounding.GoldPhrase("men", (LEFT, RIGHT))
    assert grounding.score([asked], [(60, 20, None, 0.5)]).scores == {"pointing_accuracy": 100.0, "recall_at_1": 0.0}
    assert grounding.score([asked], [(45, 20, (0, 0, 18, 90), 0.5)]).scores == {"pointing_accuracy": 0.0, "recall_at_1": 0.0}


def test_an_image_argument_needs_type_role_and_box_and_takes_each_gold_box_once() -> None:
    def one(role: str, *boxes: Box, kind: str = "Life:Die") -> image_events.ImageEvents:
        return image_events.ImageEvents(frozenset({kind}), tuple(image_events.Argument(kind, role, box) for box in boxes))

    shifted = Box(x0=1, y0=0, x1=41, y1=90)
    outcome = image_events.score([one("Victim", LEFT)], [one("Victim", LEFT, shifted)], "strict")
    assert outcome.scores["argument_precision"] == 50.0
    for wrong in (one("Agent", LEFT), one("Victim", NARROW), one("Victim", LEFT, kind="Contact:Meet")):
        assert image_events.score([one("Victim", LEFT)], [wrong], "strict").scores["argument_f1"] == 0.0


def test_events_in_pictures_without_one_are_false_alarms_under_the_strict_protocol_only() -> None:
    event = image_events.ImageEvents(frozenset({"Life:Die"}))
    gold, found = [event, image_events.ImageEvents()], [event, event]
    assert image_events.score(gold, found, "strict").scores["event_f1"] == pytest.approx(66.67)
    assert image_events.score(gold, found, "relaxed").scores["event_f1"] == 100.0


def test_roles_count_under_the_right_verb_only_and_boxes_in_grounded_value_only() -> None:
    roles = {"agent": situations.GoldRole(frozenset({"man"}), LEFT), "place": situations.GoldRole(frozenset({"street"}), None)}
    gold = [situations.GoldSituation("marching", roles)]
    filled = {"agent": situations.FoundRole("man", NARROW), "place": situations.FoundRole("street", None)}
    scores = situations.score(gold, [situations.FoundSituation(("marching",), filled)]).scores
    assert (scores["value_all"], scores["grounded_value"], scores["grounded_value_all"]) == (100.0, 50.0, 0.0)
    second = situations.score(gold, [situations.FoundSituation(("running", "marching"), filled)]).scores
    assert (second["verb_top1"], second["verb_top5"], second["value"]) == (0.0, 100.0, 0.0)


def test_a_folder_that_is_gallery_and_question_is_split_without_a_picture_on_both_sides(tmp_path: Path) -> None:
    rows = "".join(f'{{"file": "{n}.jpg", "labels": ["{"Ford" if n % 3 else "Mini"}"]}}\n' for n in range(60))
    (tmp_path / "index.jsonl").write_text(rows)
    references, queries = gallery.split(Request("gallery", tmp_path, kind="logo"))
    used = {photo.path for found in references.values() for photo in found}
    assert {name: len(found) for name, found in references.items()} == {"Ford": 5, "Mini": 5}
    assert not used & {query.photograph.path for query in queries}
    assert len(queries) > 20


def test_an_index_with_splits_gives_references_from_train_and_questions_from_the_rest(tmp_path: Path) -> None:
    rows = [("a", "train", "Ford"), ("b", "train", "Mini"), ("c", "query", "Mini"), ("d", "query", "Audi"), ("e", "query", "")]
    lines = [f'{{"file": "{f}.jpg", "split": "{s}", "labels": [{chr(34) + n + chr(34) if n else ""}]}}' for f, s, n in rows]
    (tmp_path / "index.jsonl").write_text("\n".join(lines))
    references, queries = gallery.split(Request("gallery", tmp_path, kind="logo"))
    assert set(references) == {"Ford", "Mini"}
    assert [query.name for query in queries] == ["Mini", None], "a name without references is no question"
    assert queries[1].photograph == Photograph(tmp_path / "e.jpg", split="query")


def test_options_that_mean_nothing_to_a_task_are_refused(tmp_path: Path) -> None:
    for task, options in (("faces", {"split": "dev"}), ("retrieval", {"protocol": "relaxed"}), ("ner", {"kind": "logo"})):
        with pytest.raises(InputError, match=f"has no use for {next(iter(options))}"):
            evaluate(Request(task, tmp_path, **options), Settings(), lambda done, total: None)  # type: ignore[arg-type]
