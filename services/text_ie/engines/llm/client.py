"""The client of the configured endpoint (``shared/chat.py``)."""

from services.text_ie.settings import EngineSettings
from shared.chat import Chat, ChatEndpoint, JsonSchema, Reply

__all__ = ["ChatClient", "JsonSchema", "Message", "Reply"]
Message = dict[str, str]


class ChatClient(Chat):
    """Asks the model of ``NEWSGRAPH_LLM_*``."""

    def __init__(self, settings: EngineSettings, backoff: float = 1.0) -> None:
        endpoint = ChatEndpoint(
            url=settings.llm_url,
            model=settings.llm_model,
            key=settings.llm_key.get_secret_value(),
            timeout=settings.llm_timeout,
            max_tokens=settings.llm_max_tokens,
            extra=settings.llm_extra,
        )
        super().__init__(endpoint, backoff)
