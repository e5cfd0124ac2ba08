"""What an image-text encoder found of phrases and sentences, as a part of groundings and alignments."""

import pytest

from services.fusion.catalogue import ENGINES, SENTENCES
from services.fusion.stage import FusionStage
from shared.engines import EngineRegistry
from shared.schemas.base import TextSpan
from shared.schemas.fusion import FusedGraph
from shared.schemas.situations import EventFit, PhraseGrounding
from shared.schemas.text import Sentence
from shared.settings import Settings
from shared.stage import StageInput
from tests.unit.services.fusion.builders import Scene, image


def _graph(
    stage: FusionStage, given: StageInput, phrases: tuple[PhraseGrounding, ...], fits: tuple[EventFit, ...] = ()
) -> FusedGraph:
    assert given.visual_events
    seen = given.visual_events.model_copy(update={"phrases": phrases, "fits": fits})
    (graph,) = stage.run([given.model_copy(update={"visual_events": seen})])
    assert isinstance(graph, FusedGraph)
    return graph


def _found(mention: str, region: str | None, confidence: float = 0.9) -> PhraseGrounding:
    return PhraseGrounding(image_id="i", mention_id=mention, region_id=region, confidence=confidence, model="test")


def test_attention_is_a_part_of_the_score_and_decides_between_equal_regions(stage: FusionStage) -> None:
    scene = Scene(text="It was calm.", images=(image("i", "A truck on a road."),))
    scene.entity("VEH", nominal="A truck", where=("caption:i",))
    left, right = (
        scene.region("i", "truck", (0, 0, 100, 90), entity_type="VEH"),
        scene.region("i", "truck", (300, 0, 400, 90), entity_type="VEH"),
    )
    mention = scene.mentions[0].id
    for region in (left, right):
        (grounding,) = _graph(stage, scene.build(), (_found(mention, region.id),)).groundings
        assert grounding.region_id == region.id
        assert grounding.reasons["attention"] == 0.9


def test_a_phrase_that_is_nowhere_lowers_the_score(stage: FusionStage) -> None:
    scene = Scene(text="It was calm.", images=(image("i", "A truck on a road."),))
    scene.entity("VEH", nominal="A truck", where=("caption:i",))
    scene.region("i", "truck", entity_type="VEH")
    (unseen,) = _graph(stage, scene.build(), (_found(scene.mentions[0].id, None),)).groundings
    (unasked,) = _graph(stage, scene.build(), ()).groundings
    assert unseen.confidence < unasked.confidence
    assert "attention" not in unasked.reasons


def test_attention_picks_one_of_several_people_only_where_it_is_sure(stage: FusionStage) -> None:
    scene = Scene(text="It was calm.", images=(image("i", "A soldier on patrol."),))
    scene.entity("PER", nominal="A soldier", where=("caption:i",))
    people = [scene.region("i", "person", (x, 0, x + 100, 300), entity_type="PER") for x in (0, 300)]
    mention = scene.mentions[0].id
    assert [g.region_id for g in _graph(stage, scene.build(), (_found(mention, people[1].id),)).groundings] == [people[1].id]
    assert _graph(stage, scene.build(), (_found(mention, people[1].id, 0.5),)).groundings == ()


@pytest.mark.parametrize("better", ["met", "talked"])
def test_of_two_meetings_the_one_whose_sentence_fits_the_picture_is_shown(stage: FusionStage, better: str) -> None:
    scene = Scene(text="Officials met in Berlin. Envoys talked in Paris.", images=(image("i"),))
    officials, envoys = scene.entity("PER", nominal="Officials"), scene.entity("PER", nominal="Envoys")
    events = {
        "met": scene.event("Contact.Meet", "met", Entity=officials),
        "talked": scene.event("Contact.Meet", "talked", Entity=envoys),
    }
    people = [scene.region("i", "person", (x, 0, x + 100, 300), entity_type="PER").id for x in (0, 300)]
    scene.see("i", "Contact.Meet", Entity=people)
    fits = tuple(
        EventFit(image_id="i", event_id=e, confidence=0.9 if name == better else 0.1, model="test") for name, e in events.items()
    )
    (alignment,) = _graph(stage, scene.build(), (), fits).alignments
    assert alignment.text_event_id == events[better]


def test_a_sentence_near_the_vector_of_the_visual_event_makes_the_match_surer(stage: FusionStage) -> None:
    sentence = "Officials met in Berlin."
    scene = Scene(text=sentence, images=(image("i"),))
    scene.event("Contact.Meet", "met", Entity=scene.entity("PER", nominal="Officials"))
    scene.see("i", "Contact.Meet", Entity=scene.region("i", "person", entity_type="PER").id)
    given = scene.build()
    assert given.text_ie
    assert given.visual_events
    text = given.text_ie.model_copy(update={"sentences": (Sentence(id="s", span=TextSpan(start=0, end=len(sentence))),)})
    near = EngineRegistry(ENGINES, Settings()).one(SENTENCES).encode([sentence])[0]
    confidences = []
    for vector in (near, -near):
        (event,) = given.visual_events.events
        seen = given.visual_events.model_copy(update={"events": (event.model_copy(update={"vector": tuple(vector.tolist())}),)})
        (graph,) = stage.run([given.model_copy(update={"text_ie": text, "visual_events": seen})])
        assert isinstance(graph, FusedGraph)
        confidences.append(graph.alignments[0].confidence)
    assert confidences[0] > confidences[1]
