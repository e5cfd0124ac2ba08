"""Which engines a profile has, in the order in which they are asked whether they read a language."""

from services.text_ie.engine import TextEngine
from services.text_ie.engines.chinese import ChineseEngine
from services.text_ie.engines.english import EnglishEngine, load_network
from services.text_ie.engines.other_languages import CountryNamesEngine
from services.text_ie.engines.profiles import profile_engines
from services.text_ie.engines.russian import RussianEngine
from services.text_ie.engines.spacy_parser import MODEL, SpacyParser
from services.text_ie.event_clusters import EventClusters
from services.text_ie.settings import EngineSettings
from shared.settings import Settings
from shared.weights import Weights


def engines(settings: Settings, weights: Weights) -> list[TextEngine]:
    """``embedded``: one for each group of languages. ``gpu``: our own for English, GLiNER2 for the rest. ``llm``: the LLM."""
    own: list[TextEngine] = [EnglishEngine(weights, EngineSettings().text_model_folder)]
    if settings.profile == "embedded":
        return [*own, RussianEngine(weights), ChineseEngine(weights), CountryNamesEngine(weights)]
    return [*(own if settings.profile == "gpu" else []), *profile_engines(settings)]


def event_coreference(weights: Weights) -> EventClusters:
    """Event coreference with the English network; raises WeightsError."""
    folder = EngineSettings().text_model_folder
    manifest = EnglishEngine(weights, folder).manifest()
    return EventClusters(SpacyParser(weights.path(MODEL), names=False), load_network(weights, folder), manifest)
