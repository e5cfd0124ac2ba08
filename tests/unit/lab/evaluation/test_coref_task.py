"""The task ``coref`` on small documents written for these tests: oracle, silence, and what lies between."""

from collections.abc import Sequence
from dataclasses import replace

import pytest

from lab.corpora.document import GoldDocument, GoldEvent, GoldMention
from lab.evaluation import ecb
from lab.evaluation.coref import COREF, ECBPLUS, GAP, LITBANK, coref_task
from lab.evaluation.coref_scores import tally
from lab.evaluation.oracle import oracle
from lab.evaluation.predict import article_of
from lab.evaluation.spans import Span
from lab.evaluation.task import Gold, Outcome
from shared.errors import InputError, StageError
from shared.schemas.article import Article
from shared.schemas.base import TextSpan
from shared.schemas.text import TextExtraction
from shared.stage import StageInput

TEXT = "Anna Berg of the Red Cross sold her house in Oslo. The nurse then left the town with her brother."


def mention(ident: str, quote: str, cluster: str | None, kind: str = "nominal", text: str = TEXT, nth: int = 0) -> GoldMention:
    start = -1
    for _ in range(nth + 1):
        start = text.index(quote, start + 1)
    return GoldMention(ident, start, start + len(quote), ("PER",), kind=kind, cluster=cluster)  # type: ignore[arg-type]


STORY = GoldDocument(
    "story",
    TEXT,
    mentions=(
        mention("m1", "Anna Berg", "anna", "name"),
        mention("m2", "her", "anna", "pronoun"),
        mention("m3", "Oslo", "oslo", "name"),
        mention("m4", "The nurse", "anna"),
        mention("m5", "the town", "oslo"),
        mention("m6", "her", "anna", "pronoun", nth=1),
        mention("m7", "her brother", None),
    ),
)
PAIR = "Eva Lund met Ida Moe after she had won."
EXAMPLE = GoldDocument(
    "example",
    PAIR,
    mentions=(
        mention("p", "she", "pronoun", "pronoun", PAIR),
        mention("a", "Eva Lund", "pronoun", "name", PAIR),
        mention("b", "Ida Moe", None, "name", PAIR),
    ),
)


def score(document: GoldDocument, extraction: TextExtraction | None, layout: str = LITBANK.name) -> Outcome:
    prediction = StageInput(article=article_of(document), text_ie=extraction)
    return COREF.score(Gold((document,), layout), [prediction], "strict")


def without_entities(document: GoldDocument) -> TextExtraction:
    return oracle(document).model_copy(update={"entities": ()})


def test_an_oracle_scores_100_and_silence_0_on_entities() -> None:
    names = (
        "conll_f1",
        "muc_f1",
        "b3_f1",
        "ceafe_f1",
        "conll_exact_f1",
        "conll_head_f1",
        "conll_entity_f1",
        "conll_entity_head_f1",
    )
    assert score(STORY, oracle(STORY)).scores == dict.fromkeys(names, 100.0)
    assert score(STORY, without_entities(STORY)).scores == dict.fromkeys(names, 0.0)
    assert score(STORY, None).scores == dict.fromkeys(names, 0.0)


def test_singletons_are_dropped_on_both_sides() -> None:
    counts = score(STORY, oracle(STORY)).counts
    assert counts == {"gold_mentions": 6, "predicted_mentions": 6, "gold_clusters": 2, "predicted_clusters": 2}


def test_one_entity_without_a_mention_scores_as_counted_by_hand() -> None:
    perfect = oracle(STORY)
    entities = tuple(
        entity.model_copy(update={"mention_ids": tuple(i for i in entity.mention_ids if i != "m4")})
        for entity in perfect.entities
    )
    scores = score(STORY, perfect.model_copy(update={"entities": entities})).scores
    # MUC: 3 of 4 gold links (2 of 3 for Anna, 1 of 1 for Oslo), 3 of 3 predicted
    assert scores["muc_f1"] == pytest.approx(100 * 2 * 0.75 / 1.75, abs=0.01)
    # B3: recall (3 * 3/4 + 2) / 6, precision 1
    assert scores["b3_f1"] == pytest.approx(100 * 2 * (4.25 / 6) / (4.25 / 6 + 1), abs=0.01)
    # CEAFe: 2*3/7 + 1 over 2 clusters on either side
    assert scores["ceafe_f1"] == pytest.approx(100 * (6 / 7 + 1) / 2, abs=0.01)


def test_a_mention_of_other_ends_counts_by_its_head_only() -> None:
    perfect = oracle(STORY)
    end = TEXT.index("Cross") + len("Cross")
    mentions = tuple(
        m.model_copy(update={"span": TextSpan(start=0, end=end), "text": TEXT[:end]}) if m.id == "m1" else m
        for m in perfect.mentions
    )
    scores = score(STORY, perfect.model_copy(update={"mentions": mentions})).scores
    assert scores["conll_head_f1"] == 100.0
    assert scores["conll_f1"] < 100.0


def test_clusters_of_abstract_things_count_in_the_full_scores_only() -> None:
    idea = tuple(replace(mention(f"i{n}", quote, "sale"), types=()) for n, quote in enumerate(("sold", "left")))
    mixed = replace(STORY, mentions=(*STORY.mentions, *idea))
    blind = oracle(STORY)
    outcome = score(mixed, blind)
    assert outcome.scores["conll_entity_f1"] == outcome.scores["conll_entity_head_f1"] == 100.0
    assert outcome.scores["conll_f1"] < 100.0
    assert score(mixed, oracle(mixed)).scores["conll_entity_f1"] == 100.0


def test_gap_oracle_is_100_and_silence_0() -> None:
    perfect = score(EXAMPLE, oracle(EXAMPLE), GAP.name).scores
    assert (perfect["gap_f1"], perfect["gap_bias"]) == (100.0, 0.0)  # no masculine example: nothing to compare
    assert score(EXAMPLE, without_entities(EXAMPLE), GAP.name).scores["gap_f1"] == 0.0
    assert score(EXAMPLE, None, GAP.name).scores["gap_f1"] == 0.0


def test_a_gap_pronoun_joined_with_both_names_is_right_once_and_wrong_once() -> None:
    perfect = oracle(EXAMPLE)
    joined = perfect.entities[0].model_copy(update={"mention_ids": ("p", "a", "b")})
    outcome = score(EXAMPLE, perfect.model_copy(update={"entities": (joined,)}), GAP.name)
    assert outcome.scores["gap_f1"] == pytest.approx(100 * 2 / 3, abs=0.01)
    assert outcome.types["feminine"]["f1"] == outcome.scores["gap_f1"]


def test_a_name_inside_a_mention_of_somebody_else_is_not_meant() -> None:
    perfect = oracle(EXAMPLE)
    brother = perfect.mentions[1].model_copy(
        update={"span": TextSpan(start=0, end=20), "head": TextSpan(start=9, end=12), "text": PAIR[:20]}
    )
    extraction = perfect.model_copy(update={"mentions": (perfect.mentions[0], brother, perfect.mentions[2])})
    assert score(EXAMPLE, extraction, GAP.name).scores["gap_f1"] == 0.0


def test_a_gap_example_without_two_names_is_refused_by_name() -> None:
    with pytest.raises(InputError, match="story"):
        score(STORY, None, GAP.name)


def event(ident: str, text: str, quote: str, cluster: str | None) -> GoldEvent:
    start = text.index(quote)
    return GoldEvent(ident, start, start + len(quote), (), cluster=cluster)


QUAKE = "A quake struck Lima. The quake killed five."
AGAIN = "Five died as the temblor struck Lima; rescuers dug."
FIRE = "A fire struck Riga."
TOPICS = (
    GoldDocument("1_1ecb", QUAKE, events=(event("e1", QUAKE, "quake", "q"), event("e2", QUAKE, "killed", "k")), topic="1"),
    GoldDocument(
        "1_1ecbplus",
        AGAIN,
        events=(event("e1", AGAIN, "died", "k"), event("e2", AGAIN, "temblor", "q"), event("e3", AGAIN, "dug", None)),
        topic="1",
    ),
    GoldDocument("2_1ecb", FIRE, events=(event("e1", FIRE, "fire", None),), topic="2"),
)


class Answers:
    """What the three systems below share."""

    def manifest(self) -> tuple[str, ...]:
        return ("rules:test",)


class SameWord(Answers):
    """Triggers of the same words are one event: the usual baseline."""

    def cluster(self, documents: Sequence[tuple[Article, Sequence[Span]]]) -> list[list[int]]:
        numbers: dict[str, int] = {}
        return [
            [numbers.setdefault(article.text[start:end].lower(), len(numbers)) for start, end in spans]
            for article, spans in documents
        ]


class Knowing(Answers):
    """Answers with the gold clusters."""

    def cluster(self, documents: Sequence[tuple[Article, Sequence[Span]]]) -> list[list[int]]:
        known = {"quake": 0, "temblor": 0, "killed": 1, "died": 1, "dug": 2, "fire": 3}
        return [[known[article.text[start:end]] for start, end in spans] for article, spans in documents]


class Silent(Answers):
    """Has no answer."""

    def cluster(self, documents: Sequence[tuple[Article, Sequence[Span]]]) -> list[list[int]]:
        return []


def events_score(system: ecb.EventCoreference) -> Outcome:
    unread = [StageInput(article=article_of(document)) for document in TOPICS]
    return coref_task(lambda: system).score(Gold(TOPICS, ECBPLUS.name), unread, "strict")


def test_an_oracle_of_events_scores_100_across_the_documents_of_a_topic() -> None:
    outcome = events_score(Knowing())
    assert outcome.scores == {"conll_f1": 100.0, "muc_f1": 100.0, "b3_f1": 100.0, "ceafe_f1": 100.0}
    assert outcome.counts["topics"] == 2


def test_events_all_kept_apart_score_as_counted_by_hand() -> None:
    scores = events_score(SameWord()).scores
    # five different words of topic 1 and one of topic 2: no link; B3 recall (4 * 1/2 + 1 + 1) / 6, precision 1
    assert scores["muc_f1"] == 0.0
    assert scores["b3_f1"] == pytest.approx(100 * 2 * (4 / 6) / (4 / 6 + 1), abs=0.01)
    # CEAFe: topic 1 2/3 + 2/3 + 1, topic 2 1; of 4 gold and 6 predicted clusters
    best = 2 / 3 + 2 / 3 + 1 + 1
    assert scores["ceafe_f1"] == pytest.approx(100 * 2 * best / (4 + 6), abs=0.01)


def test_no_clusters_at_all_score_0() -> None:
    gold = ecb.gold_clusters(TOPICS[:2])
    assert tally(gold, []).conll_f1 == 0.0


def test_an_answer_that_does_not_fit_the_question_is_an_error() -> None:
    with pytest.raises(StageError, match="one cluster number for each trigger"):
        events_score(Silent())
