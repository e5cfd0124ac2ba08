"""The engine: windows of sentences to the model, verified answers back, and a record of what was read, used and dropped."""

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field

from services.text_ie.assembly import assemble
from services.text_ie.engines.llm.client import ChatClient, Message, Reply
from services.text_ie.engines.llm.prompt import conversation, system_prompt, window_prompt
from services.text_ie.engines.llm.schema import Answer, answer_schema, asked_events, parse_answer
from services.text_ie.engines.llm.verify import Verifier
from services.text_ie.engines.merging import merge_windows
from services.text_ie.engines.windows import joined, pack, sentences, split_long
from services.text_ie.findings import Findings
from services.text_ie.settings import EngineSettings
from services.text_ie.thresholds import LIMITS
from shared.errors import ConfigurationError, StageError
from shared.ids import content_hash
from shared.manifest import settings_id
from shared.ontology import load_ontology
from shared.schemas.article import Article
from shared.schemas.base import TextSpan
from shared.schemas.text import Language, NotAttempted, TextExtraction, Usage

_MAX_ANSWERS = int(LIMITS.max_llm_answers)
_DECIDING = ("llm_url", "llm_model", "llm_window", "llm_max_tokens", "llm_items", "llm_types", "llm_extra")
_MAX_SENTENCE = int(LIMITS.max_llm_sentence)
Window = tuple[TextSpan, ...]


@dataclass
class _Outcome:
    """What came of one window; ``reason`` says why it was not read."""

    window: Window
    answer: Answer | None = None
    reason: str = ""
    replies: list[Reply] = field(default_factory=list)


class LlmEngine:
    """Text IE by a language model. It reads any language that the model reads."""

    name = "llm"
    languages: frozenset[str] | None = None

    def __init__(self, settings: EngineSettings, backoff: float = 1.0) -> None:
        self._settings, self._backoff = settings, backoff
        self._ontology = load_ontology()
        self._events = asked_events(self._ontology, settings.llm_types)
        self._schema = answer_schema(self._ontology, self._events, settings.llm_items)
        self._system = system_prompt(self._ontology, self._events)
        self._client: ChatClient | None = None

    @property
    def model(self) -> str:
        """What mentions and events name as their model."""
        return f"llm:{self._settings.llm_model}"

    def load(self) -> None:
        """Check the settings; the endpoint is asked with the first article. Raises ConfigurationError."""
        if not self._settings.llm_url or not self._settings.llm_model:
            raise ConfigurationError(
                "profile llm needs an OpenAI-compatible endpoint: set NEWSGRAPH_LLM_URL (such as http://127.0.0.1:8000/v1) "
                "and NEWSGRAPH_LLM_MODEL"
            )
        self._client = ChatClient(self._settings, self._backoff)

    def manifest(self) -> tuple[str, ...]:
        """The model's name, the settings that decide, and a digest of prompt, examples and schema."""
        asked = repr((conversation(self._system, self._events, ""), self._schema, self._settings.llm_window))
        prompt = f"llm-prompt@{content_hash(asked.encode())[:12]}"
        return (self.model, settings_id("llm", self._settings, _DECIDING), prompt)

    def extract(self, items: Sequence[tuple[Article, Language]]) -> list[TextExtraction | StageError]:
        """Read the articles one after the other, the windows of each in parallel."""
        return [self._attempt(article, language) for article, language in items]

    def _attempt(self, article: Article, language: Language) -> TextExtraction | StageError:
        try:
            return self._extract(article, language)
        except StageError as error:
            return error

    def _extract(self, article: Article, language: Language) -> TextExtraction:
        if self._client is None:
            raise StageError("text_ie: load() must be called before extract()")
        spans = list(split_long(article, sentences(article), _MAX_SENTENCE))
        windows = list(pack(spans, self._settings.llm_window, lambda s: s.end - s.start))
        with ThreadPoolExecutor(self._settings.llm_parallel) as pool:
            outcomes = [o for group in pool.map(lambda w: self._read(article, language, w), windows) for o in group]
        if outcomes and all(o.answer is None for o in outcomes):
            raise StageError(
                f"text_ie: the language model {self._settings.llm_model!r} gave no usable answer: {outcomes[0].reason}"
            )
        return self._result(article, language, spans, outcomes)

    def _read(self, article: Article, language: Language, window: Window) -> list[_Outcome]:
        """Ask until the answer has the right form; halve the window when the answer grows too long."""
        messages = conversation(self._system, self._events, window_prompt(article, language, window))
        outcome = _Outcome(window)
        for _ in range(_MAX_ANSWERS):
            reply = self._ask(messages)
            outcome.replies.append(reply)
            if reply.cut and len(window) > 1:
                outcome.reason = "the answer was cut off"
                middle = len(window) // 2
                halves = [h for part in (window[:middle], window[middle:]) for h in self._read(article, language, part)]
                return [_Outcome((), replies=outcome.replies), *halves]
            try:
                outcome.answer = parse_answer(reply.text)
            except ValueError as error:
                outcome.reason = _complaint(reply, error)
                messages = [*messages, {"role": "assistant", "content": reply.text[:4000]}, _correction(outcome.reason)]
            else:
                return [outcome]
        return [outcome]

    def _ask(self, messages: list[Message]) -> Reply:
        assert self._client is not None  # _extract has checked
        return self._client.complete(messages, self._schema)

    def _result(self, article: Article, language: Language, spans: list[TextSpan], outcomes: list[_Outcome]) -> TextExtraction:
        verifier, findings = Verifier(article, self._ontology, self.model), Findings(spans)
        dropped_quotes = dropped_labels = 0
        for number, outcome in enumerate(outcomes):
            if outcome.answer is not None:
                verified = verifier.verify(outcome.answer, outcome.window, f"{number}")
                findings.mentions += verified.findings.mentions
                findings.events += verified.findings.events
                findings.relations += verified.findings.relations
                dropped_quotes += verified.dropped_quotes
                dropped_labels += verified.dropped_labels
        usage = self._usage([r for o in outcomes for r in o.replies], [o for o in outcomes if o.window])
        return assemble(
            article,
            language,
            merge_windows(article, findings, self.model),
            coverage=joined(article, [span for o in outcomes if o.answer for span in o.window]),
            not_attempted=tuple(_unread(o) for o in outcomes if o.window and o.answer is None),
            usage=usage.model_copy(update={"dropped_quotes": dropped_quotes, "dropped_labels": dropped_labels}),
        )

    def _usage(self, replies: list[Reply], windows: list[_Outcome]) -> Usage:
        prompt, completion = sum(r.prompt_tokens for r in replies), sum(r.completion_tokens for r in replies)
        price_in, price_out = self._settings.llm_price_in, self._settings.llm_price_out
        cost = (
            None if price_in is None and price_out is None else (prompt * (price_in or 0) + completion * (price_out or 0)) / 1e6
        )
        transport = sum(r.retries for r in replies)
        return Usage(
            requests=len(replies) + transport,
            prompt_tokens=prompt,
            completion_tokens=completion,
            cost=cost,
            retries=transport + len(replies) - len(windows),
        )


def _complaint(reply: Reply, error: ValueError) -> str:
    if reply.cut:
        return "the answer was cut off: it is longer than NEWSGRAPH_LLM_MAX_TOKENS or the model's context"
    return f"the answer is not the JSON asked for: {' '.join(str(error).split())[:400]}"


def _correction(reason: str) -> Message:
    return {"role": "user", "content": f"That cannot be used: {reason}. Answer again, with the JSON object only."}


def _unread(outcome: _Outcome) -> NotAttempted:
    first, last = outcome.window[0], outcome.window[-1]
    return NotAttempted(part=f"{first.field} {first.start} to {last.field} {last.end}", reason=outcome.reason)
