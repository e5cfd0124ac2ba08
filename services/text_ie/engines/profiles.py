"""Which text engine a profile adds. The embedded profile's own engines are the stage's."""

from services.text_ie.engine import TextEngine
from services.text_ie.engines.gliner.engine import GlinerEngine
from services.text_ie.engines.llm.engine import LlmEngine
from services.text_ie.settings import EngineSettings
from shared.settings import Settings


def profile_engines(settings: Settings) -> list[TextEngine]:
    """The engines of profiles ``gpu`` and ``llm``, not yet loaded; none for ``embedded``. Reads ``NEWSGRAPH_*``."""
    if settings.profile == "gpu":
        return [GlinerEngine(EngineSettings(), settings.device)]
    if settings.profile == "llm":
        return [LlmEngine(EngineSettings())]
    return []
