"""The client of an OpenAI-compatible endpoint: one chat completion with a JSON schema, waiting out what passes."""

import logging
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import httpx

from shared.errors import StageError
from shared.schemas.base import Schema

log = logging.getLogger(__name__)
_TRIES = 5
_LONGEST_WAIT = 60.0
Message = Mapping[str, object]
JsonSchema = dict[str, object]


@dataclass(frozen=True)
class ChatEndpoint:
    """Where to ask which model, and how errors are told: ``stage`` begins them, ``settings`` are named by what they begin with.

    ``input_setting`` makes requests smaller, ``fewer`` is what to do about too many of them; ``extra`` is merged into each
    request, None leaves a field out.
    """

    url: str
    model: str
    key: str = ""
    timeout: float = 180.0
    max_tokens: int = 8000
    extra: Mapping[str, object] = field(default_factory=dict)
    stage: str = "text_ie"
    settings: str = "NEWSGRAPH_LLM"
    input_setting: str = "NEWSGRAPH_LLM_WINDOW"
    fewer: str = "lower NEWSGRAPH_LLM_PARALLEL or raise the limit there"


@dataclass(frozen=True)
class Reply:
    """What the model wrote; ``cut`` when it ran into its limit of tokens, ``retries`` before it came."""

    text: str
    cut: bool
    prompt_tokens: int
    completion_tokens: int
    retries: int


class _Content(Schema, extra="ignore"):
    content: str | None = None


class _Choice(Schema, extra="ignore"):
    message: _Content
    finish_reason: str | None = None


class _Tokens(Schema, extra="ignore"):
    prompt_tokens: int = 0
    completion_tokens: int = 0


class _Completion(Schema, extra="ignore"):
    choices: tuple[_Choice, ...]
    usage: _Tokens | None = None


class Chat:
    """Asks one model; safe to use from several threads. ``backoff`` is the first wait in seconds, doubled each time."""

    def __init__(self, endpoint: ChatEndpoint, backoff: float = 1.0) -> None:
        headers = {"Authorization": f"Bearer {endpoint.key}"} if endpoint.key else {}
        self._http = httpx.Client(headers=headers, timeout=httpx.Timeout(endpoint.timeout, connect=10))
        self._endpoint, self._backoff = endpoint, backoff
        self._url = f"{endpoint.url}/chat/completions"

    def complete(self, messages: Sequence[Message], schema: JsonSchema) -> Reply:
        """The model's answer; raises StageError that says what to change when the endpoint will not give one."""
        body, names = self._body(messages, schema), self._endpoint.settings
        for attempt in range(_TRIES):
            wait = self._backoff * 2**attempt
            try:
                answer = self._http.post(self._url, json=body)
            except httpx.TimeoutException:
                seconds = f"{self._endpoint.timeout:g} s"
                trouble = f"gave no answer in {seconds}: raise {names}_TIMEOUT or lower {self._endpoint.input_setting}"
            except httpx.TransportError as error:
                trouble = f"cannot be reached ({error}): check {names}_URL and that the server runs"
            else:
                if answer.status_code != 429 and answer.status_code < 500:
                    return self._read(answer, attempt)
                trouble = self._passing(answer)
                wait = _asked_wait(answer, wait)
            log.warning("language model: %s %s (try %d of %d)", self._url, trouble, attempt + 1, _TRIES)
            if attempt + 1 < _TRIES:
                time.sleep(min(wait, _LONGEST_WAIT))
        raise StageError(f"{self._endpoint.stage}: the language model at {self._url} {trouble} ({_TRIES} tries)")

    def _body(self, messages: Sequence[Message], schema: JsonSchema) -> dict[str, object]:
        body: dict[str, object] = {
            "model": self._endpoint.model,
            "messages": list(messages),
            "temperature": 0,
            "max_tokens": self._endpoint.max_tokens,
            "response_format": {"type": "json_schema", "json_schema": {"name": "extraction", "strict": True, "schema": schema}},
        }
        body |= self._endpoint.extra
        return {name: value for name, value in body.items() if value is not None}

    def _read(self, answer: httpx.Response, retries: int) -> Reply:
        stage = self._endpoint.stage
        if answer.is_error:
            raise StageError(f"{stage}: the language model at {self._url} {self._refusal(answer)}")
        try:
            completion = _Completion.model_validate_json(answer.content)
            choice = completion.choices[0]
        except (ValueError, IndexError) as error:
            raise StageError(
                f"{stage}: {self._url} answered, but not in the form of OpenAI's chat completions; {self._endpoint.settings}_URL "
                f"must be the base of such an API and mostly ends in /v1 ({answer.text[:120]!r})"
            ) from error
        tokens = completion.usage or _Tokens()
        return Reply(
            text=choice.message.content or "",
            cut=choice.finish_reason == "length",
            prompt_tokens=tokens.prompt_tokens,
            completion_tokens=tokens.completion_tokens,
            retries=retries,
        )

    def _passing(self, answer: httpx.Response) -> str:
        if answer.status_code == 429:
            return f"refuses more requests (429): {self._endpoint.fewer}; it says {_detail(answer)}"
        return f"fails ({answer.status_code}): see its log; it says {_detail(answer)}"

    def _refusal(self, answer: httpx.Response) -> str:
        names, smaller = self._endpoint.settings, self._endpoint.input_setting
        advice = {
            401: f"does not accept the key: set {names}_KEY",
            403: f"does not accept the key: set {names}_KEY",
            404: f"was not found: check {names}_URL (mostly ends in /v1) and {names}_MODEL",
            400: f"does not take the request: lower {smaller} if it is too long, or change a field by {names}_EXTRA",
            413: f"does not take the request: lower {smaller}",
        }
        return f"{advice.get(answer.status_code, 'refuses the request')} ({answer.status_code}); it says {_detail(answer)}"


def _detail(answer: httpx.Response) -> str:
    return repr(" ".join(answer.text.split())[:300])


def _asked_wait(answer: httpx.Response, wait: float) -> float:
    """Retry-After in seconds, where the server names it; dates are not worth reading."""
    asked = answer.headers.get("retry-after", "")
    return max(wait, float(asked)) if asked.replace(".", "", 1).isdigit() else wait


def json_of(text: str) -> str:
    """The answer without a Markdown fence around it."""
    body = text.strip()
    return body.strip("`").removeprefix("json").strip() if body.startswith("```") else body
