"""The task ``linking`` on one small document: oracle, silence, and what counts."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import pytest

from lab.corpora.document import GoldDocument, GoldMention
from lab.evaluation.linking import ELEVANT, linking_task, read
from lab.evaluation.oracle import MODEL, oracle
from lab.evaluation.predict import article_of
from lab.evaluation.spans import Span
from lab.evaluation.task import Gold, Outcome, ProtocolName
from shared.schemas.linking import EntityLinking, KBRecord, Link
from shared.stage import StageInput

TEXT = "Paris in Texas is not Paris in France, said Jo Doe of Acme. Bonn was not asked."


def name(ident: str, quote: str, kb_id: str | None, nth: int = 0) -> GoldMention:
    start = -1
    for _ in range(nth + 1):
        start = TEXT.index(quote, start + 1)
    return GoldMention(ident, start, start + len(quote), kind="name", kb_id=kb_id)


DOCUMENT = GoldDocument(
    "paris",
    TEXT,
    mentions=(
        name("m1", "Paris", "Q830149"),
        name("m2", "Texas", "Q1439"),
        name("m3", "Paris", "Q90", nth=1),
        name("m4", "France", "Q142"),
        name("m5", "Jo Doe", "Q999999"),  # a record that the knowledge base lacks
        name("m6", "Acme", "NIL"),  # gold: in no knowledge base
        name("m8", "Doe", "Q3"),  # a name within a name
        name("m7", "Bonn", "Q586"),
    ),
    notes={"inner": "m8"},
    masked=((TEXT.index("Bonn"), TEXT.index("Bonn") + 4),),  # gold: optional
)


@dataclass(frozen=True)
class Known:
    type: str
    kind: str


class Answers:
    """Gives each span of the text the id that stands for it in ``said``."""

    records = {
        "wikidata:Q830149": Known("GPE", "town"),
        "wikidata:Q1439": Known("GPE", "division"),
        "wikidata:Q90": Known("GPE", "town"),
        "wikidata:Q142": Known("GPE", "country"),
        "wikidata:Q7": Known("ORG", "company"),
    }

    def __init__(self, said: dict[Span, str]) -> None:
        self._said = said
        self.kb = self

    def link(self, text: str, spans: Sequence[Span]) -> list[str | None]:
        return [self._said.get(span) for span in spans]

    def record(self, kb_id: str) -> Known | None:
        return self.records.get(kb_id)


GOLD = {(m.start, m.end): f"wikidata:{m.kb_id}" for m in DOCUMENT.mentions}


def prediction(said: dict[str, str]) -> StageInput:
    """Entities of the gold mentions with links as given by mention id."""
    text = oracle(DOCUMENT)
    links = tuple(
        Link(
            subject_id=entity.id,
            record=KBRecord(id=said[entity.mention_ids[0]], name=entity.name, type="GPE"),
            confidence=1.0,
            model=MODEL,
        )
        for entity in text.entities
        if entity.mention_ids[0] in said
    )
    linking = EntityLinking(article_id=DOCUMENT.id, links=links)
    return StageInput(article=article_of(DOCUMENT), text_ie=text, entity_linking=linking)


PERFECT = {m.id: f"wikidata:{m.kb_id}" for m in DOCUMENT.mentions if m.kb_id != "NIL"}


def score(given: dict[Span, str], ends: StageInput, protocol: ProtocolName = "strict") -> Outcome:
    return linking_task(lambda: Answers(given)).score(Gold((DOCUMENT,), ELEVANT.name), [ends], protocol)


def test_an_oracle_scores_100() -> None:
    outcome = score(GOLD, prediction(PERFECT))
    assert [outcome.scores[key] for key in ("in_kb_accuracy", "places_accuracy", "end_to_end_f1")] == [100.0, 100.0, 100.0]
    # Bonn is optional, Acme is nowhere, Jo Doe is not in our knowledge base, and Doe needs no link of its own
    assert outcome.counts == {
        "gold_names_with_id": 6,
        "gold_in_kb": 4,
        "gold_places_in_kb": 4,
        "gold_links": 5,
        "predicted_links": 5,
    }


def test_silence_scores_0() -> None:
    for silent in (prediction({}), StageInput(article=article_of(DOCUMENT))):
        assert set(score({}, silent).scores.values()) == {0.0}


def test_the_wrong_paris_costs_one_of_four_known_places() -> None:
    wrong = GOLD | {(0, 5): "wikidata:Q90"}
    outcome = score(wrong, prediction(PERFECT | {"m1": "wikidata:Q90"}))
    assert outcome.scores["in_kb_accuracy"] == 75.0
    assert outcome.types["countries"]["accuracy"] == 100.0
    assert outcome.types["other places"]["accuracy"] == pytest.approx(100 * 2 / 3, abs=0.01)
    assert outcome.scores["end_to_end_f1"] == pytest.approx(100 * 2 * 4 / (5 + 5), abs=0.01)


def test_a_link_of_a_name_that_has_no_record_is_wrong_but_optional_names_do_not_count() -> None:
    outcome = score(GOLD, prediction(PERFECT | {"m6": "wikidata:Q7", "m7": "wikidata:Q1"}))
    assert outcome.scores["end_to_end_precision"] == pytest.approx(100 * 5 / 6, abs=0.01)
    assert outcome.scores["end_to_end_recall"] == 100.0


def test_only_the_relaxed_protocol_forgives_other_ends() -> None:
    perfect = prediction(PERFECT)
    assert perfect.text_ie
    cut = tuple(
        m.model_copy(update={"span": m.span.model_copy(update={"start": m.span.start + 3}), "text": "as"}) if m.id == "m2" else m
        for m in perfect.text_ie.mentions
    )
    moved = perfect.model_copy(update={"text_ie": perfect.text_ie.model_copy(update={"mentions": cut})})
    assert score(GOLD, moved).scores["end_to_end_f1"] == 80.0
    assert score(GOLD, moved, "relaxed").scores["end_to_end_f1"] == 100.0


def test_a_text_that_two_files_annotate_is_taken_once(tmp_path: Path) -> None:
    label = {"id": 0, "span": [0, 5], "entity_id": "Q90", "name": "Paris", "type": "Q27096213"}
    for number, (file, text) in enumerate((("a", "Paris slept."), ("b", "Paris slept."), ("c", "Paris woke."))):
        row = {"id": number, "title": "", "text": text, "evaluation_span": [0, len(text)], "labels": [label]}
        (tmp_path / f"{file}.benchmark.jsonl").write_text(json.dumps(row) + "\n")
    assert [document.text for document in read(tmp_path).documents] == ["Paris slept.", "Paris woke."]
