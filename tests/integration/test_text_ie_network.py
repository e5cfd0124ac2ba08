"""The English engine with the committed network: batches, bad articles, long texts, confidences and where facts come from."""

import random

import pytest

from lab.evaluation.ecb import build_event_coreference
from services.text_ie.english.engine import NETWORK
from services.text_ie.stage import TextIEStage, build
from shared.blobs import FolderBlobs
from shared.errors import StageError
from shared.ontology import load_ontology
from shared.schemas.article import Article
from shared.schemas.text import TextExtraction
from shared.settings import Settings
from shared.stage import StageInput

pytestmark = pytest.mark.integration
TEXTS = (
    "Rebels attacked a checkpoint near Aleppo on Tuesday, killing three soldiers. The army said it shot down a helicopter.",
    "The senator was arrested in Boston and charged with fraud. She will appear before a judge next week.",
    "Thousands of students protested in Santiago. Police fired tear gas at them and detained a union leader.",
)


@pytest.fixture(scope="module")
def stage(tmp_path_factory: pytest.TempPathFactory) -> TextIEStage:
    made = build(Settings(), FolderBlobs(tmp_path_factory.mktemp("blobs")))
    made.load()
    return made


def articles() -> list[StageInput]:
    return [StageInput(article=Article(article_id=f"a{n}", text=text)) for n, text in enumerate(TEXTS)]


def test_the_manifest_names_the_network_with_its_revision(stage: TextIEStage) -> None:
    assert any(line.startswith(f"{NETWORK}@") for line in stage.manifest())


def test_an_article_reads_the_same_alone_and_in_any_company(stage: TextIEStage) -> None:
    together, backwards = stage.run(articles()), stage.run(articles()[::-1])[::-1]
    alone = [stage.run([item])[0] for item in articles()]
    assert together == backwards == alone


def test_one_bad_article_does_not_stop_the_others(stage: TextIEStage) -> None:
    good = articles()
    bad = StageInput.model_construct(
        article=Article.model_construct(article_id="bad", title="", text="Bad \ud800 half", images=())
    )
    results = stage.run([good[0], bad, good[1]])
    assert [type(r) for r in results] == [TextExtraction, StageError, TextExtraction]
    assert results[::2] == stage.run(good[:2])


def test_events_and_arguments_say_which_reader_found_them_and_fit_the_ontology(stage: TextIEStage) -> None:
    models = set()
    for result in stage.run(articles()):
        assert isinstance(result, TextExtraction)
        types = {m.id: m.type for m in result.mentions}
        for event in result.events:
            models.add(event.model)
            assert all(0 <= a.confidence <= 1 for a in event.arguments)
            for argument in event.arguments:
                assert load_ontology().event_types[event.type].role(argument.role), (event.type, argument.role)
                assert argument.mention_id in types
    assert NETWORK in models


def test_an_attack_an_arrest_and_a_protest_are_found_with_their_people(stage: TextIEStage) -> None:
    found = set()
    for result in stage.run(articles()):
        assert isinstance(result, TextExtraction)
        words = {m.id: m.text for m in result.mentions}
        for event in result.events:
            ace = load_ontology().event_types[event.type].ace
            found |= {(ace, words[event.trigger_ids[0]], a.role, words[a.mention_id]) for a in event.arguments}
    assert ("Conflict:Attack", "attacked", "Attacker", "Rebels") in found
    assert ("Justice:Arrest-Jail", "arrested", "Person", "The senator") in found
    assert ("Conflict:Demonstrate", "protested", "Entity", "Thousands of students") in found


def test_a_long_text_is_read_to_its_end_through_all_windows(stage: TextIEStage) -> None:
    dice = random.Random(1)
    text = " ".join(dice.choice(TEXTS) for _ in range(120)) + " Gunmen killed Ana Perez in Lima."
    result = stage.run([StageInput(article=Article(article_id="long", text=text))])[0]
    assert isinstance(result, TextExtraction)
    assert [(span.start, span.end) for span in result.coverage] == [(0, len(text))]
    words = {m.id: m.text for m in result.mentions}
    last = [
        e
        for e in result.events
        if any(text.index("killed Ana") <= m.span.start for m in result.mentions if m.id in e.trigger_ids)
    ]
    assert {"Ana Perez"} <= {words[a.mention_id] for e in last for a in e.arguments}


def test_a_sentence_longer_than_a_window_is_read_to_its_end(stage: TextIEStage) -> None:
    text = "Officials named " + ", ".join(f"Ana Perez{n}" for n in range(300)) + " and said that gunmen killed Boris Petrov."
    result = stage.run([StageInput(article=Article(article_id="list", text=text))])[0]
    assert isinstance(result, TextExtraction)
    assert "Boris Petrov" in {m.text for m in result.mentions}


def test_events_of_two_articles_are_joined_where_they_are_one() -> None:
    clusters = build_event_coreference(Settings())
    one = "An earthquake struck Chile on Sunday. A gunman killed two women at a cinema in Paris."
    other = "A gunman killed two women in a Paris cinema, police said. Striking teachers met the minister in Lima."
    spans = [
        [(one.index("killed"), one.index("killed") + 6)],
        [(other.index(w), other.index(w) + len(w)) for w in ("killed", "met")],
    ]
    answer = clusters.cluster([(Article(article_id="1", text=one), spans[0]), (Article(article_id="2", text=other), spans[1])])
    assert answer[0][0] == answer[1][0] != answer[1][1]


def test_no_triggers_and_no_articles_give_no_clusters() -> None:
    clusters = build_event_coreference(Settings())
    assert clusters.cluster([]) == []
    assert clusters.cluster([(Article(article_id="1", text="Nothing happened."), [])]) == [[]]
