"""Sentences and windows of the engines without a parser: nothing is lost, in any script."""

import itertools
from collections.abc import Sequence
from importlib.util import find_spec

import pytest

from services.text_ie.assembly import assemble
from services.text_ie.engines.gliner.engine import GlinerEngine
from services.text_ie.engines.merging import merge_windows
from services.text_ie.engines.windows import joined, pack, sentences, split_long, words
from services.text_ie.findings import Findings, FoundArgument, FoundEvent, FoundMention
from services.text_ie.settings import EngineSettings
from shared.errors import WeightsError
from shared.schemas.article import Article
from shared.schemas.base import TextSpan
from shared.schemas.text import Language, MentionKind, TextExtraction


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Gen. Smith met J. Doe. They left.", ["Gen. Smith met J. Doe.", "They left."]),
        ("He said “Go!” Then he went.", ["He said “Go!”", "Then he went."]),
        ("叛军袭击了机场。总统会见了士兵。", ["叛军袭击了机场。", "总统会见了士兵。"]),
        ("وصل الرئيس؟ نعم. غادر.", ["وصل الرئيس؟", "نعم.", "غادر."]),
        ("Войска вошли.  Город пал!", ["Войска вошли.", "Город пал!"]),
        ("It cost 3.5 million.", ["It cost 3.5 million."]),
        ("No full stop", ["No full stop"]),
    ],
)
def test_sentences_of_many_scripts(text: str, expected: list[str]) -> None:
    article = Article(article_id="a", text=text)
    assert [article.quote(s) for s in sentences(article)] == expected


def _long(count: int) -> Article:
    return Article(article_id="a", title="A title", text=" ".join(f"This is sentence {n}." for n in range(count)))


def test_windows_keep_to_their_size_and_repeat_the_last_sentence() -> None:
    article = _long(30)
    spans = [s for s in sentences(article) if s.field == "text"]
    windows = list(pack(spans, 25, lambda s: words(article.quote(s))))
    assert all(sum(words(article.quote(s)) for s in window) <= 25 for window in windows)
    assert all(one[-1] == other[0] for one, other in itertools.pairwise(windows))
    assert joined(article, [s for w in windows for s in w]) == (TextSpan(field="text", start=0, end=len(article.text)),)


def test_an_overlong_sentence_is_cut_with_overlap_and_loses_nothing() -> None:
    text = "word " * 95 + "end"
    article = Article(article_id="a", text=text)
    pieces = list(split_long(article, sentences(article), 20))
    assert all(words(article.quote(p)) <= 20 for p in pieces)
    assert all(one.end > other.start for one, other in itertools.pairwise(pieces))
    assert joined(article, pieces) == (TextSpan(start=0, end=len(text)),)


def test_chinese_signs_count_one_by_one() -> None:
    assert (words("总统在北京"), words("two words")) == (5, 2)


_TEXT = "Aden fell. Rebels took Aden. It burned."


def _found(start: int, end: int, kind_type: str, kind: MentionKind, cluster: str = "", confidence: float = 0.9) -> FoundMention:
    return FoundMention(TextSpan(start=start, end=end), kind_type, kind, confidence, "llm:test", cluster=cluster)


def _assembled(*mentions: FoundMention, events: Sequence[FoundEvent] = ()) -> TextExtraction:
    article = Article(article_id="a", text=_TEXT)
    findings = merge_windows(article, Findings(mentions=list(mentions), events=list(events)), "llm:test")
    return assemble(article, Language(code="en", confidence=1, model="rules:test"), findings, ())


def _event(kind: str, trigger: FoundMention, *arguments: tuple[str, FoundMention]) -> FoundEvent:
    rows = tuple(FoundArgument(role, mention, 0.8, "llm:test") for role, mention in arguments)
    return FoundEvent(kind, (trigger,), trigger.confidence, "llm:test", rows)


def test_equal_names_and_clusters_become_one_entity_across_windows() -> None:
    mentions = [
        _found(0, 4, "GPE", "name", "0:e1"), _found(23, 27, "GPE", "name", "1:e4"), _found(29, 31, "GPE", "pronoun", "1:e4"),
        _found(11, 17, "PER", "nominal", "0:e2"), _found(11, 17, "PER", "nominal", "1:e1"),
    ]  # fmt: skip
    parts = _assembled(*mentions)
    assert {(e.name, len(e.mention_ids)) for e in parts.entities} == {("Aden", 3), ("Rebels", 1)}


def test_the_surer_type_of_a_span_wins() -> None:
    mentions = [_found(0, 4, "LOC", "name", confidence=0.5), _found(0, 4, "GPE", "name", confidence=0.8)]
    parts = _assembled(*mentions)
    assert [m.type for m in parts.mentions] == ["GPE"]


def test_one_trigger_found_twice_is_one_event_of_the_most_special_type_with_all_arguments() -> None:
    rebels, aden = _found(11, 17, "PER", "nominal"), _found(23, 27, "GPE", "name")
    sure = _found(18, 22, "Conflict.Attack", "trigger", confidence=0.9)
    unsure = _found(18, 22, "Conflict.Attack.Invade", "trigger", confidence=0.6)
    events = [
        _event(sure.type, sure, ("Target", aden)),
        _event(unsure.type, unsure, ("Attacker", rebels), ("Target", aden)),
    ]
    parts = _assembled(rebels, aden, events=events)
    assert [(e.type, sorted(a.role for a in e.arguments)) for e in parts.events] == [
        ("Conflict.Attack.Invade", ["Attacker", "Target"])
    ]


@pytest.mark.skipif(find_spec("gliner2") is not None, reason="here gliner2 is installed; its tests are tests/engines")
def test_without_its_packages_the_gpu_engine_says_what_to_install() -> None:
    with pytest.raises(WeightsError, match=r"deploy/requirements/text-ie-gpu\.txt"):
        GlinerEngine(EngineSettings(), "cpu").load()
