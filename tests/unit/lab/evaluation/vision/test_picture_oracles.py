"""Gold as an answer scores 100 in every picture task, nothing scores 0."""

from pathlib import Path

import numpy as np
import pytest

from lab.corpora.photographs import Photograph
from lab.corpora.wider import wider_types
from lab.evaluation.task import ProtocolName
from lab.evaluation.vision import detection, faces, gallery, grounding, image_events, retrieval, situations, visual_events
from lab.evaluation.vision.average_precision import FoundBox, GoldBox
from shared.schemas.base import Box

pytestmark = pytest.mark.unit
NAMES = ("Ada", "Ada", "Ada", "Ada", "Ada", "Ben", "Ben", "Ben", "Ben", "Cid", "Cid", "Cid", "Cid", "Cid", "Dee", "Dee")
LEFT, RIGHT = Box(x0=0, y0=0, x1=40, y1=90), Box(x0=50, y0=10, x1=90, y1=70)


def test_faces() -> None:
    numbers = np.array([sorted(set(NAMES)).index(name) for name in NAMES])
    oracle = faces.score(NAMES, faces.FoundFaces(np.eye(4)[numbers], tuple(numbers.tolist()))).scores
    assert set(oracle) >= {"verification_accuracy", "identification_at_far_1", "cluster_b3_f1"}
    assert set(oracle.values()) == {100.0}
    nothing = faces.FoundFaces(np.full((len(NAMES), 4), np.nan), (None,) * len(NAMES))
    assert set(faces.score(NAMES, nothing).scores.values()) == {0.0}


def test_visual_events() -> None:
    labels = list(wider_types())
    answers = [visual_events.EventAnswer({wider_types()[label]: 1.0}, {label: 1.0}) for label in labels]
    assert visual_events.score(labels, answers).scores == {
        "accuracy": 100.0, "macro_f1": 100.0, "class60_accuracy": 100.0, "ece": 0.0,
    }  # fmt: skip
    empty = visual_events.score(labels, [visual_events.EventAnswer({}, {})] * len(labels))
    assert set(empty.scores.values()) == {0.0}
    assert all(row["support"] > 0 for row in empty.types.values())


def test_retrieval() -> None:
    owner = np.repeat(np.arange(20), 2)
    pictures = np.eye(20, dtype=np.float32)
    assert set(retrieval.score(pictures, pictures[owner], owner).scores.values()) == {100.0}
    blind = retrieval.score(np.zeros((20, 20), np.float32), pictures[owner], owner).scores
    assert set(blind) == {"t2i_r1", "t2i_r5", "t2i_r10", "i2t_r1", "i2t_r5", "i2t_r10"}
    assert set(blind.values()) == {0.0}


def test_grounding() -> None:
    gold = [grounding.GoldPhrase("a dog", (LEFT, RIGHT), "animals"), grounding.GoldPhrase("a hat", (RIGHT,), "clothing")]
    oracle = grounding.score(gold, [(70, 40, (50, 10, 90, 70), 1.0)] * 2)
    assert oracle.scores == {"pointing_accuracy": 100.0, "recall_at_1": 100.0}
    assert oracle.types["clothing"] == {"pointing": 100.0, "recall_at_1": 100.0, "support": 1}
    assert set(grounding.score(gold, [None, None]).scores.values()) == {0.0}


def test_gallery_where_knowing_nothing_rejects_everything() -> None:
    queries = [gallery.GalleryQuery(name, Photograph(Path(f"{name}.jpg"))) for name in ("Ford", "Mini", None)]
    oracle = gallery.score(queries, [gallery.GalleryAnswer(query.name, None) for query in queries]).scores
    assert oracle == {"top1": 100.0, "unknown_rejected": 100.0, "nothing_rejected": 100.0}
    assert gallery.score(queries, [gallery.GalleryAnswer(None, None)] * 3).scores["top1"] == 0.0
    trusting = gallery.score(queries, [gallery.GalleryAnswer("Audi", "Audi")] * 3).scores
    assert set(trusting.values()) == {0.0}


def test_detection() -> None:
    gold = [{"dog": [GoldBox(LEFT)], "cat": [GoldBox(LEFT), GoldBox(RIGHT)]}, {"cat": [GoldBox(RIGHT)]}, {}]
    found = [{label: [FoundBox(g.box, 0.9) for g in boxes] for label, boxes in picture.items()} for picture in gold]
    assert detection.score(gold, found).scores == {"ap50": 100.0}
    empty = detection.score(gold, [{}, {}, {}])
    assert empty.scores == {"ap50": 0.0}
    assert empty.types["cat"] == {"ap50": 0.0, "support": 3, "predicted": 0}


def test_situations() -> None:
    roles = {"agent": situations.GoldRole(frozenset({"man", "person"}), LEFT), "tool": situations.GoldRole(frozenset({""}), None)}
    gold = [situations.GoldSituation("marching", roles), situations.GoldSituation("voting", {})]
    found = [
        situations.FoundSituation(("marching",), {"agent": situations.FoundRole("Man", LEFT)}),
        situations.FoundSituation(("voting",)),
    ]
    assert set(situations.score(gold, found).scores.values()) == {100.0}
    assert set(situations.score(gold, [situations.FoundSituation()] * 2).scores.values()) == {0.0}


@pytest.mark.parametrize("protocol", ["strict", "relaxed"])
def test_image_events(protocol: ProtocolName) -> None:
    arguments = tuple(image_events.Argument("Conflict:Attack", "Attacker", box) for box in (LEFT, RIGHT))
    gold = [image_events.ImageEvents(frozenset({"Conflict:Attack"}), arguments), image_events.ImageEvents()]
    assert set(image_events.score(gold, gold, protocol).scores.values()) == {100.0}
    empty = image_events.score(gold, [image_events.ImageEvents()] * 2, protocol)
    assert set(empty.scores.values()) == {0.0}
    assert (empty.counts["gold_events"], empty.counts["gold_arguments"]) == (1, 2)
