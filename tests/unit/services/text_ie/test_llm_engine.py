"""The language model's engine, window by window, against a real server that answers badly first."""

import json

import pytest

from services.text_ie.catalogue import ANY, ENGINES
from services.text_ie.engines.gliner.engine import GlinerEngine
from services.text_ie.engines.llm.engine import LlmEngine
from services.text_ie.settings import EngineSettings
from shared.engines import EngineRegistry
from shared.errors import ConfigurationError, StageError
from shared.run_stage import count_results
from shared.schemas.article import Article
from shared.schemas.text import Language, TextExtraction
from shared.settings import Settings
from tests.unit.services.text_ie.llm_endpoint import Answer, Endpoint, endpoint

_RUSSIAN = Language(code="ru", confidence=1, model="rules:test")
_ARTICLE = Article(article_id="a", title="Киев", text="Президент прибыл в Киев. Он встретился с премьером.")
_EMPTY = '{"entities": [], "events": [], "relations": []}'
_GOOD = json.dumps(
    {
        "entities": [
            {"id": "p", "type": "PER", "mentions": [
                {"sentence": 2, "text": "Президент", "kind": "nominal"}, {"sentence": 3, "text": "Он", "kind": "pronoun"}]},
            {"id": "k", "type": "GPE", "mentions": [
                {"sentence": 1, "text": "Киев", "kind": "name"}, {"sentence": 2, "text": "Киев", "kind": "name"}]},
        ],
        "events": [
            {"type": "Movement.TransportPerson", "trigger": {"sentence": 2, "text": "прибыл"},
             "asserted": "asserted", "time": None,
             "arguments": [{"role": "Destination", "entity": "k", "quote": {"sentence": 2, "text": "Киев"}},
                           {"role": "Destination", "entity": "k", "quote": {"sentence": 2, "text": "Москва"}}]},
        ],
        "relations": [],
    }
)  # fmt: skip


def _engine(served: Endpoint, **more: object) -> LlmEngine:
    wanted = {"llm_url": served.url, "llm_model": "m", "llm_parallel": 1, **more}
    engine = LlmEngine(EngineSettings.model_validate(wanted), backoff=0.01)
    engine.load()
    return engine


def _read(engine: LlmEngine, article: Article = _ARTICLE) -> TextExtraction:
    result = engine.extract([(article, _RUSSIAN)])[0]
    assert isinstance(result, TextExtraction), result
    return result


def test_an_article_of_any_language_becomes_entities_and_events_with_exact_quotes() -> None:
    with endpoint(Answer(_GOOD)) as served:
        result = _read(_engine(served))
    mentions = {m.id: m for m in result.mentions}
    assert {(e.type, e.name, len(e.mention_ids)) for e in result.entities} == {("PER", "Президент", 2), ("GPE", "Киев", 2)}
    event = result.events[0]
    assert mentions[event.trigger_ids[0]].text == "прибыл"
    assert [(a.role, mentions[a.mention_id].text) for a in event.arguments] == [("Destination", "Киев")]
    assert all(_ARTICLE.quote(m.span) == m.text for m in result.mentions)
    assert [_ARTICLE.quote(span) for span in result.coverage] == ["Президент прибыл в Киев. Он встретился с премьером.", "Киев"]
    assert not result.not_attempted


def test_tokens_cost_retries_and_drops_are_counted_and_shown_in_the_report() -> None:
    with endpoint(Answer(status=503, raw="busy"), Answer("I cannot do that."), Answer(_GOOD)) as served:
        result = _read(_engine(served, llm_price_in=2.0, llm_price_out=10.0))
    usage = result.usage
    assert usage is not None
    assert (usage.requests, usage.retries, usage.prompt_tokens, usage.completion_tokens) == (3, 2, 200, 20)
    assert usage.cost == pytest.approx((200 * 2 + 20 * 10) / 1e6)
    assert usage.dropped_quotes == 1
    counts = count_results(result)
    assert (counts["prompt_tokens"], counts["dropped_quotes"], counts["cost_millionths"]) == (200, 1, 600)


def test_without_prices_no_cost_is_claimed() -> None:
    with endpoint(Answer(_GOOD)) as served:
        result = _read(_engine(served))
    assert result.usage is not None
    assert result.usage.cost is None
    assert "cost_millionths" not in count_results(result)


def test_a_malformed_answer_is_sent_back_with_the_error() -> None:
    with endpoint(Answer('{"entities": 3}'), Answer(_GOOD)) as served:
        assert _read(_engine(served)).events
    messages = served.requests[1]["messages"]
    assert isinstance(messages, list)
    assert messages[-2] == {"role": "assistant", "content": '{"entities": 3}'}
    assert "entities" in messages[-1]["content"]


def test_a_model_that_never_answers_in_form_fails_after_three_answers() -> None:
    with endpoint(Answer("no")) as served:
        result = _engine(served).extract([(_ARTICLE, _RUSSIAN)])[0]
    assert isinstance(result, StageError)
    assert "'m' gave no usable answer" in str(result)
    assert len(served.requests) == 3


def test_a_window_without_a_usable_answer_is_named_and_not_counted_as_read() -> None:
    text = " ".join(f"Sentence number {n} of a long report is here." for n in range(12))
    with endpoint(Answer("no"), Answer("no"), Answer("no"), Answer(_EMPTY)) as served:
        article = Article(article_id="a", text=text)
        result = _read(_engine(served, llm_window=200), article)
    assert len(result.not_attempted) == 1
    assert result.not_attempted[0].part.startswith("text 0 to text ")
    assert result.coverage[0].start > 0
    assert result.coverage[-1].end == len(text)


def test_long_text_is_read_whole_in_overlapping_windows() -> None:
    text = " ".join(f"Sentence number {n} of a long report is here." for n in range(40))
    with endpoint(Answer(_EMPTY)) as served:
        result = _read(_engine(served, llm_window=400), Article(article_id="a", text=text))
    assert [(s.start, s.end) for s in result.coverage] == [(0, len(text))]
    prompts = [str(r["messages"][-1]["content"]) for r in served.requests]  # type: ignore[index]
    assert len(prompts) > 4
    assert all(prompts[n].splitlines()[-1].split("] ")[1] == prompts[n + 1].splitlines()[1].split("] ")[1] for n in range(3))


def test_an_answer_that_was_cut_off_halves_the_window() -> None:
    with endpoint(Answer('{"entities": [', finish="length"), Answer(_EMPTY)) as served:
        result = _read(_engine(served))
    assert len(served.requests) == 3
    assert sum(s.end - s.start for s in result.coverage) == len(_ARTICLE.text) + len(_ARTICLE.title)
    assert not result.not_attempted


def test_one_failing_article_does_not_stop_the_next() -> None:
    with endpoint(Answer("no"), Answer("no"), Answer("no"), Answer(_GOOD)) as served:
        results = _engine(served).extract([(_ARTICLE, _RUSSIAN), (_ARTICLE, _RUSSIAN)])
    assert [type(r) for r in results] == [StageError, TextExtraction]


def test_missing_settings_are_named_at_loading() -> None:
    with pytest.raises(ConfigurationError, match="NEWSGRAPH_LLM_URL"):
        LlmEngine(EngineSettings()).load()


def test_the_manifest_changes_with_model_and_event_types() -> None:
    made = [LlmEngine(EngineSettings(llm_model=m, llm_types=t)).manifest() for m, t in (("a", "all"), ("b", "all"), ("a", "ace"))]
    assert len(set(made)) == 3


def test_each_profile_brings_its_engine(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NEWSGRAPH_LLM_MODEL", "some-model")
    assert EngineRegistry(ENGINES, Settings(profile="embedded")).maybe(ANY) is None
    assert [type(e) for e in EngineRegistry(ENGINES, Settings(profile="gpu")).all(ANY)] == [GlinerEngine]
    engine = EngineRegistry(ENGINES, Settings(profile="llm")).one(ANY)
    assert isinstance(engine, LlmEngine)
    assert engine.model == "llm:some-model"
