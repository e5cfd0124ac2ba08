"""The client of the language model against a server that misbehaves."""

import socket
import time

import pytest

from services.text_ie.engines.llm.client import ChatClient
from services.text_ie.settings import EngineSettings
from shared.errors import StageError
from tests.unit.services.text_ie.llm_endpoint import Answer, endpoint

_ASK = [{"role": "user", "content": "hello"}]


def _client(url: str, **more: object) -> ChatClient:
    return ChatClient(EngineSettings.model_validate({"llm_url": url, "llm_model": "m", **more}), backoff=0.01)


def test_a_request_carries_model_schema_key_and_extra_fields() -> None:
    with endpoint(Answer("{}")) as served:
        client = _client(served.url, llm_key="secret", llm_extra={"temperature": None, "seed": 7})
        reply = client.complete(_ASK, {"type": "object"})
    request = served.requests[0]
    assert request["path"] == "/v1/chat/completions"
    assert request["model"] == "m"
    assert request["response_format"] == {
        "type": "json_schema",
        "json_schema": {"name": "extraction", "strict": True, "schema": {"type": "object"}},
    }
    assert request["seed"] == 7
    assert "temperature" not in request
    assert served.authorizations == ["Bearer secret"]
    assert (reply.text, reply.prompt_tokens, reply.completion_tokens, reply.retries) == ("{}", 100, 10, 0)


@pytest.mark.parametrize("status", [429, 500, 503])
def test_passing_trouble_is_waited_out(status: int) -> None:
    with endpoint(Answer(status=status, raw="busy"), Answer(status=status, raw="busy"), Answer("fine")) as served:
        reply = _client(served.url).complete(_ASK, {})
    assert (reply.text, reply.retries, len(served.requests)) == ("fine", 2, 3)


@pytest.mark.parametrize(("status", "advice"), [(429, "NEWSGRAPH_LLM_PARALLEL"), (500, "see its log")])
def test_lasting_trouble_ends_with_what_to_change(status: int, advice: str) -> None:
    with endpoint(Answer(status=status, raw="no capacity")) as served, pytest.raises(StageError, match=advice) as caught:
        _client(served.url).complete(_ASK, {})
    assert "no capacity" in str(caught.value)
    assert len(served.requests) == 5


@pytest.mark.parametrize(
    ("status", "advice"),
    [(401, "NEWSGRAPH_LLM_KEY"), (404, "NEWSGRAPH_LLM_MODEL"), (400, "NEWSGRAPH_LLM_WINDOW"), (413, "NEWSGRAPH_LLM_WINDOW")],
)
def test_a_refusal_is_not_tried_again(status: int, advice: str) -> None:
    with endpoint(Answer(status=status, raw="no")) as served, pytest.raises(StageError, match=advice):
        _client(served.url).complete(_ASK, {})
    assert len(served.requests) == 1


def test_the_wait_that_the_server_asks_for_is_kept() -> None:
    with endpoint(Answer(status=429, raw="slow", headers={"Retry-After": "0.4"}), Answer("fine")) as served:
        started = time.monotonic()
        _client(served.url).complete(_ASK, {})
    assert time.monotonic() - started >= 0.4


def test_silence_ends_with_the_setting_to_change() -> None:
    with endpoint(Answer("late", delay=0.5)) as served, pytest.raises(StageError, match="NEWSGRAPH_LLM_TIMEOUT"):
        _client(served.url, llm_timeout=0.05).complete(_ASK, {})


def test_a_server_that_is_not_there_is_named() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))  # bound, but nobody listens
        url = f"http://127.0.0.1:{taken.getsockname()[1]}/v1"
        with pytest.raises(StageError, match="check NEWSGRAPH_LLM_URL"):
            _client(url).complete(_ASK, {})


@pytest.mark.parametrize("raw", ["<html>hello</html>", '{"choices": []}', '{"answer": 1}'])
def test_an_answer_of_another_protocol_names_the_url_setting(raw: str) -> None:
    with endpoint(Answer(raw=raw)) as served, pytest.raises(StageError, match="mostly ends in /v1"):
        _client(served.url).complete(_ASK, {})
