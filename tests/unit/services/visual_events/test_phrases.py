"""Phrases in pictures: points, boxes, and nowhere; sentences of events against pictures."""

import numpy as np
import pytest

from services.visual_events.phrases import Proposal, correlation, cover, locate
from services.visual_events.picture_models import Look
from services.visual_events.reading import PictureReader
from services.visual_events.stage import VisualEventsStage, build
from shared.blobs import FolderBlobs
from shared.errors import ConfigurationError
from shared.schemas.article import Article
from shared.schemas.base import TextSpan
from shared.schemas.situations import VisualEvents
from shared.schemas.text import Event, Language, Sentence, TextExtraction, TextMention
from shared.schemas.vision import ObjectDetection
from shared.settings import REPOSITORY, Settings
from shared.stage import StageInput
from tests.unit.services.visual_events.looks import FixedModels, codes, scores, vector
from tests.unit.services.visual_events.scenes import analysis, region

pytestmark = pytest.mark.unit

_TRUCK_RIGHT = {(6, 3, 9, 6): "truck"}
_LEFT, _RIGHT = (0.0, 0.3, 0.3, 0.7), (0.65, 0.3, 1.0, 0.7)


def test_the_point_lies_where_the_cells_are_like_the_phrase() -> None:
    found = locate(codes("", _TRUCK_RIGHT).cells[0], vector("a truck"))
    assert found.present
    assert (found.x, found.y) == pytest.approx((7.5 / 9, 4.5 / 9), abs=0.06)
    assert found.corners == pytest.approx((6 / 9, 3 / 9, 1.0, 6 / 9), abs=0.12)
    assert found.proposal is None


def test_the_box_under_the_heat_wins_over_one_of_the_same_label_elsewhere() -> None:
    boxes = [Proposal(_LEFT, 1.0), Proposal(_RIGHT, 1.0)]
    assert locate(codes("", _TRUCK_RIGHT).cells[0], vector("a truck"), boxes).proposal == 1


def test_a_box_of_another_label_under_the_heat_is_less_sure_than_one_of_its_own() -> None:
    cells = codes("", _TRUCK_RIGHT).cells[0]
    own, other = (locate(cells, vector("a truck"), [Proposal(_RIGHT, likeness)]) for likeness in (1.0, 0.0))
    assert own.confidence > other.confidence


def test_a_phrase_without_like_cells_is_nowhere() -> None:
    assert not locate(codes("", _TRUCK_RIGHT).cells[0], vector("a rifle"), [Proposal(_RIGHT, 0.0)]).present


def test_a_box_of_the_whole_picture_tells_nothing() -> None:
    heat = codes("", _TRUCK_RIGHT).cells[0] @ vector("truck")
    assert correlation(heat, cover((0.0, 0.0, 1.0, 1.0), 9)) == 0.0
    assert correlation(heat, cover((6 / 9, 3 / 9, 1.0, 6 / 9), 9)) == pytest.approx(1.0)


def _text(*sentences: str) -> tuple[Article, TextExtraction]:
    """An article of sentences, with the nominals ``a truck`` and ``a rifle`` and the triggers ``marched`` and ``met``."""
    article = Article(article_id="article", text=" ".join(sentences))
    spans = [TextSpan(start=article.text.index(s), end=article.text.index(s) + len(s)) for s in sentences]
    mentions = [
        _mention(article, words, "trigger" if words in ("marched", "met") else "nominal")
        for words in ("a truck", "a rifle", "marched", "met")
        if words in article.text
    ]
    events = tuple(
        Event(id=f"event-{m.text}", type="Contact.Meet", trigger_ids=(m.id,), confidence=0.9, model="test")
        for m in mentions
        if m.kind == "trigger"
    )
    text = TextExtraction(
        article_id="article", language=Language(code="en", confidence=1.0, model="test"), mentions=tuple(mentions), events=events,
        sentences=tuple(Sentence(id=f"s{i}", span=span) for i, span in enumerate(spans)),
    )  # fmt: skip
    return article, text


def _mention(article: Article, words: str, kind: str) -> TextMention:
    span = TextSpan(start=article.text.index(words), end=article.text.index(words) + len(words))
    return TextMention.model_validate(
        {"id": words, "span": span, "head": span, "text": words, "kind": kind, "type": "VEH", "confidence": 0.9, "model": "test"}
    )


class _Blobs(FolderBlobs):
    """Any image id is a small grey picture."""

    def get(self, digest: str) -> bytes:
        return (REPOSITORY / "tests" / "fixtures" / "articles" / "images" / "obama.jpg").read_bytes()


def _stage(look: Look | None) -> VisualEventsStage:
    stage = build(Settings(), _Blobs(REPOSITORY / "unused"))
    stage.use(PictureReader(FixedModels(look) if look else None))
    return stage


def _see(look: Look | None, *sentences: str) -> VisualEvents:
    article, text = _text(*sentences)
    detection = ObjectDetection(article_id="article", images=(analysis(region("truck", (650, 180, 1000, 420))),))
    (seen,) = _stage(look).run([StageInput(article=article, text_ie=text, object_detection=detection)])
    assert isinstance(seen, VisualEvents)
    return seen


def test_mentions_of_the_text_are_grounded_in_regions_or_nowhere() -> None:
    seen = _see(Look(codes("nothing", _TRUCK_RIGHT), scores()), "He saw a truck.", "She had a rifle.")
    where = {p.mention_id: (p.region_id, p.box is None) for p in seen.phrases}
    assert where == {"a truck": ("truck@650,180", False), "a rifle": (None, True)}


def test_the_sentence_that_fits_the_picture_fits_better_than_the_others() -> None:
    seen = _see(Look(codes("people marched", {}), scores()), "Thousands marched there.", "Two leaders met here.")
    fits = {f.event_id: f.confidence for f in seen.fits}
    assert fits["event-marched"] > 0.5 > fits["event-met"]


def test_without_models_nothing_is_pointed_at_and_the_output_says_so() -> None:
    seen = _see(None, "He saw a truck.")
    assert seen.phrases == ()
    assert seen.fits == ()
    assert "phrases in pictures" in {n.part for n in seen.not_attempted}
    with pytest.raises(ConfigurationError, match="image-text encoder"):
        _stage(None).point(np.zeros((10, 10, 3), np.uint8), ["a truck"])


def test_points_and_boxes_of_the_stage_are_pixels_of_the_picture() -> None:
    stage, truck = _stage(Look(codes("", _TRUCK_RIGHT), None)), region("truck", (650, 180, 1000, 420))
    ((x, y, box, confidence),) = stage.point(np.zeros((600, 1000, 3), np.uint8), ["a truck"], [truck])
    assert 650 <= x <= 1000
    assert 180 <= y <= 420
    assert box == pytest.approx((650, 180, 1000, 420))
    assert 0 < confidence <= 1
