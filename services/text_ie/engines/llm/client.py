"""The client of an OpenAI-compatible endpoint: one chat completion with a JSON schema, waiting out what passes."""

import logging
import time
from dataclasses import dataclass

import httpx

from services.text_ie.settings import EngineSettings
from shared.errors import StageError
from shared.schemas.base import Schema

log = logging.getLogger(__name__)
_TRIES = 5
_LONGEST_WAIT = 60.0
Message = dict[str, str]
JsonSchema = dict[str, object]


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


class ChatClient:
    """Asks one model; safe to use from several threads. ``backoff`` is the first wait in seconds, doubled each time."""

    def __init__(self, settings: EngineSettings, backoff: float = 1.0) -> None:
        key = settings.llm_key.get_secret_value()
        headers = {"Authorization": f"Bearer {key}"} if key else {}
        self._http = httpx.Client(headers=headers, timeout=httpx.Timeout(settings.llm_timeout, connect=10))
        self._settings, self._backoff = settings, backoff
        self._url = f"{settings.llm_url}/chat/completions"

    def complete(self, messages: list[Message], schema: JsonSchema) -> Reply:
        """The model's answer; raises StageError that says what to change when the endpoint will not give one."""
        body = self._body(messages, schema)
        for attempt in range(_TRIES):
            wait = self._backoff * 2**attempt
            try:
                answer = self._http.post(self._url, json=body)
            except httpx.TimeoutException:
                seconds = f"{self._settings.llm_timeout:g} s"
                trouble = f"gave no answer in {seconds}: raise NEWSGRAPH_LLM_TIMEOUT or lower NEWSGRAPH_LLM_WINDOW"
            except httpx.TransportError as error:
                trouble = f"cannot be reached ({error}): check NEWSGRAPH_LLM_URL and that the server runs"
            else:
                if answer.status_code != 429 and answer.status_code < 500:
                    return self._read(answer, attempt)
                trouble = _passing(answer)
                wait = _asked_wait(answer, wait)
            log.warning("language model: %s %s (try %d of %d)", self._url, trouble, attempt + 1, _TRIES)
            if attempt + 1 < _TRIES:
                time.sleep(min(wait, _LONGEST_WAIT))
        raise StageError(f"text_ie: the language model at {self._url} {trouble} ({_TRIES} tries)")

    def _body(self, messages: list[Message], schema: JsonSchema) -> dict[str, object]:
        body: dict[str, object] = {
            "model": self._settings.llm_model,
            "messages": messages,
            "temperature": 0,
            "max_tokens": self._settings.llm_max_tokens,
            "response_format": {"type": "json_schema", "json_schema": {"name": "extraction", "strict": True, "schema": schema}},
        }
        body |= self._settings.llm_extra
        return {name: value for name, value in body.items() if value is not None}

    def _read(self, answer: httpx.Response, retries: int) -> Reply:
        if answer.is_error:
            raise StageError(f"text_ie: the language model at {self._url} {_refusal(answer)}")
        try:
            completion = _Completion.model_validate_json(answer.content)
            choice = completion.choices[0]
        except (ValueError, IndexError) as error:
            raise StageError(
                f"text_ie: {self._url} answered, but not in the form of OpenAI's chat completions; NEWSGRAPH_LLM_URL must be "
                f"the base of such an API and mostly ends in /v1 ({answer.text[:120]!r})"
            ) from error
        tokens = completion.usage or _Tokens()
        return Reply(
            text=choice.message.content or "",
            cut=choice.finish_reason == "length",
            prompt_tokens=tokens.prompt_tokens,
            completion_tokens=tokens.completion_tokens,
            retries=retries,
        )


def _passing(answer: httpx.Response) -> str:
    if answer.status_code == 429:
        return f"refuses more requests (429): lower NEWSGRAPH_LLM_PARALLEL or raise the limit there; it says {_detail(answer)}"
    return f"fails ({answer.status_code}): see its log; it says {_detail(answer)}"


def _refusal(answer: httpx.Response) -> str:
    advice = {
        401: "does not accept the key: set NEWSGRAPH_LLM_KEY",
        403: "does not accept the key: set NEWSGRAPH_LLM_KEY",
        404: "was not found: check NEWSGRAPH_LLM_URL (mostly ends in /v1) and NEWSGRAPH_LLM_MODEL",
        400: "does not take the request: lower NEWSGRAPH_LLM_WINDOW if it is too long, or change a field by NEWSGRAPH_LLM_EXTRA",
        413: "does not take the request: lower NEWSGRAPH_LLM_WINDOW",
    }
    return f"{advice.get(answer.status_code, 'refuses the request')} ({answer.status_code}); it says {_detail(answer)}"


def _detail(answer: httpx.Response) -> str:
    return repr(" ".join(answer.text.split())[:300])


def _asked_wait(answer: httpx.Response, wait: float) -> float:
    """Retry-After in seconds, where the server names it; dates are not worth reading."""
    asked = answer.headers.get("retry-after", "")
    return max(wait, float(asked)) if asked.replace(".", "", 1).isdigit() else wait
