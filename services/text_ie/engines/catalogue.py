"""Which engines a profile has, in the order in which they are asked whether they read a language."""

from services.text_ie.engine import TextEngine
from services.text_ie.engines.chinese import ChineseEngine
from services.text_ie.engines.other_languages import CountryNamesEngine
from services.text_ie.engines.profiles import profile_engines
from services.text_ie.engines.russian.engine import RussianEngine
from services.text_ie.english.engine import EnglishEngine, load_network
from services.text_ie.english.events.event_clusters import EventClusters
from services.text_ie.english.network.model import MODEL as NETWORK
from services.text_ie.english.parse.spacy_parser import MODEL, SpacyParser
from services.text_ie.settings import EngineSettings
from shared.schemas.text import NotAttempted
from shared.settings import Settings
from shared.weights import Weights

_INSTEAD = {"embedded": "rules and the parser read English alone", "gpu": "GLiNER2 reads English"}


def engines(settings: Settings, weights: Weights) -> list[TextEngine]:
    """``embedded``: one for each group of languages. ``gpu``: our own for English, GLiNER2 for the rest. ``llm``: the LLM.

    Where the network is refused for commercial use, ``embedded`` reads English by rules alone, and ``gpu`` by GLiNER2.
    """
    if settings.profile == "embedded":
        own = EnglishEngine(weights, EngineSettings().text_model_folder)
        return [own, RussianEngine(weights), ChineseEngine(weights), CountryNamesEngine(weights)]
    english: list[TextEngine] = []
    if settings.profile == "gpu" and network_allowed(weights):
        english = [EnglishEngine(weights, EngineSettings().text_model_folder)]
    return [*english, *profile_engines(settings)]


def network_allowed(weights: Weights) -> bool:
    """False where commercial use is asked for and the committed network would be read; one of your own is your own affair."""
    return EngineSettings().text_model_folder is not None or weights.allowed(NETWORK)


def refusals(settings: Settings, weights: Weights) -> tuple[NotAttempted, ...]:
    """What an English article's output says of the network that is refused; nothing where it is read or not wanted."""
    if settings.profile == "llm" or network_allowed(weights):
        return ()
    return (weights.refusal(NETWORK, _INSTEAD[settings.profile]),)


def event_coreference(weights: Weights) -> EventClusters:
    """Event coreference with the English network; raises WeightsError."""
    folder = EngineSettings().text_model_folder
    manifest = EnglishEngine(weights, folder).manifest()
    return EventClusters(SpacyParser(weights.path(MODEL), names=False), load_network(weights, folder), manifest)
