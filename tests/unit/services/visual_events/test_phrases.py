"""Phrases in pictures: points, boxes, and nowhere; sentences of events against pictures."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from services.visual_events.bars import Calibration
from services.visual_events.phrases import Proposal, correlation, cover, heat_map, locate, own_bars
from services.visual_events.picture_models import Look
from services.visual_events.reading import PictureReader
from services.visual_events.stage import VisualEventsStage
from shared.blobs import FolderBlobs
from shared.image_text.encoder import Floats, ImageCodes
from shared.schemas.article import Article
from shared.schemas.base import TextSpan
from shared.schemas.situations import VisualEvents
from shared.schemas.text import Event, Language, Sentence, TextExtraction, TextMention
from shared.schemas.vision import ObjectDetection
from shared.settings import REPOSITORY, Settings
from shared.stage import StageInput
from tests.unit.services.visual_events.looks import FixedModels, WordEncoder, codes, scores, vector
from tests.unit.services.visual_events.scenes import analysis, region

pytestmark = pytest.mark.unit

_TRUCK_RIGHT = {(6, 3, 9, 6): "truck"}
_LEFT, _RIGHT = (0.0, 0.3, 0.3, 0.7), (0.65, 0.3, 1.0, 0.7)


def test_the_point_lies_where_the_cells_are_like_the_phrase() -> None:
    found = locate(codes("", _TRUCK_RIGHT).cells[0], vector("a truck"), (), own_bars())
    assert found.present
    assert (found.x, found.y) == pytest.approx((7.5 / 9, 4.5 / 9), abs=0.06)
    assert found.corners == pytest.approx((6 / 9, 3 / 9, 1.0, 6 / 9), abs=0.12)
    assert found.proposal is None


def test_the_box_under_the_heat_wins_over_one_of_the_same_label_elsewhere() -> None:
    boxes = [Proposal(_LEFT, 1.0), Proposal(_RIGHT, 1.0)]
    assert locate(codes("", _TRUCK_RIGHT).cells[0], vector("a truck"), boxes, own_bars()).proposal == 1


def test_a_box_of_another_label_under_the_heat_is_less_sure_than_one_of_its_own() -> None:
    cells = codes("", _TRUCK_RIGHT).cells[0]
    own, other = (locate(cells, vector("a truck"), [Proposal(_RIGHT, similarity)], own_bars()) for similarity in (1.0, 0.0))
    assert own.confidence > other.confidence


def test_a_phrase_without_like_cells_is_nowhere() -> None:
    assert not locate(codes("", _TRUCK_RIGHT).cells[0], vector("a rifle"), [Proposal(_RIGHT, 0.0)], own_bars()).present


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


See = Callable[..., VisualEvents]


@pytest.fixture
def see(tmp_path: Path) -> See:
    """The stage on one picture of which the models say ``look``, in an article of sentences."""
    blobs = FolderBlobs(tmp_path)
    digest = blobs.put((REPOSITORY / "tests" / "fixtures" / "articles" / "images" / "obama.jpg").read_bytes())
    image = analysis(region("truck", (650, 180, 1000, 420))).model_copy(update={"image_id": digest})

    def run(look: Look | None, *sentences: str) -> VisualEvents:
        article, text = _text(*sentences)
        stage = VisualEventsStage(Settings(), blobs, PictureReader(FixedModels(look) if look else None))
        detection = ObjectDetection(article_id="article", images=(image,))
        (seen,) = stage.run([StageInput(article=article, text_ie=text, object_detection=detection)])
        assert isinstance(seen, VisualEvents)
        return seen

    return run


def test_mentions_of_the_text_are_grounded_in_regions_or_nowhere(see: See) -> None:
    seen = see(Look(codes("nothing", _TRUCK_RIGHT), scores()), "He saw a truck.", "She had a rifle.")
    where = {p.mention_id: (p.region_id, p.box is None) for p in seen.phrases}
    assert where == {"a truck": ("truck@650,180", False), "a rifle": (None, True)}


def test_the_sentence_that_fits_the_picture_fits_better_than_the_others(see: See) -> None:
    seen = see(Look(codes("people marched", {}), scores()), "Thousands marched there.", "Two leaders met here.")
    fits = {f.event_id: f.confidence for f in seen.fits}
    assert fits["event-marched"] > 0.5 > fits["event-met"]


def test_without_models_nothing_is_pointed_at_and_the_output_says_so(see: See) -> None:
    seen = see(None, "He saw a truck.")
    assert seen.phrases == ()
    assert seen.fits == ()
    assert "phrases in pictures" in {n.part for n in seen.not_attempted}


class _Scaled(WordEncoder):
    """Another encoder of the same pictures, whose cosines of pictures and texts lie between .2 and .3, as CLIP's do."""

    model_id = "another-encoder"

    def __init__(self, seen: ImageCodes) -> None:
        beside = np.zeros((*seen.cells.shape[:3], 2), np.float32)
        beside[..., 0] = 1
        cells = np.concatenate([seen.cells * np.sqrt(np.float32(1 / 10)), beside * np.sqrt(np.float32(9 / 10))], axis=-1)
        super().__init__(replace(seen, cells=cells))

    def phrases(self, phrases: Sequence[str]) -> Floats:
        words = np.stack([vector("elsewhere" if "truck" not in p and "rifle" not in p else p) for p in phrases])
        words[:, -1] = 0  # what is nowhere is like no cell
        jitter = np.array([len(phrase) % 7 for phrase in phrases], np.float32)[:, None] / 200
        first = np.full((len(phrases), 1), 1 / 5, np.float32) + jitter
        norm = np.linalg.norm(words, axis=1, keepdims=True).clip(0, 1)
        rest = np.sqrt(1 - first**2 - norm**2 / 10)
        unit: Floats = np.concatenate([words * np.sqrt(np.float32(1 / 10)), first, rest], axis=1)
        return unit


def test_another_encoder_is_judged_by_its_own_scale_of_cosines() -> None:
    seen = _Scaled(codes("", _TRUCK_RIGHT))
    calibration = Calibration(seen)
    cells = seen.images([]).cells[0]
    truck, rifle = seen.phrases(["a truck", "a rifle"])
    assert heat_map(cells, truck).max() < own_bars().present
    assert locate(cells, truck, (), calibration.bars(cells)).present
    assert not locate(cells, rifle, (), calibration.bars(cells)).present


def test_our_own_encoder_keeps_the_bars_that_were_measured_for_it() -> None:
    encoder = WordEncoder(codes("", _TRUCK_RIGHT))
    assert Calibration(encoder).bars(encoder.images([]).cells[0]) == own_bars()
