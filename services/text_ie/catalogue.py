"""The engines of text_ie: who reads which languages in each profile. The order of ``READERS`` is that in which they are asked."""

from pathlib import Path

from services.text_ie.engine import TextEngine
from services.text_ie.engines.chinese import MODEL as LAC
from services.text_ie.engines.chinese import ChineseEngine
from services.text_ie.engines.gliner.engine import GlinerEngine
from services.text_ie.engines.llm.engine import LlmEngine
from services.text_ie.engines.other_languages import CountryNamesEngine
from services.text_ie.engines.russian.engine import DICTIONARY, VECTORS, RussianEngine
from services.text_ie.engines.russian.engine import MODEL as SLOVNET
from services.text_ie.english.engine import TOKENIZER, EnglishEngine
from services.text_ie.english.network.model import MODEL as NETWORK
from services.text_ie.english.parse.spacy_parser import MODEL as SPACY
from services.text_ie.language import MODEL as LANGUAGE_MODEL
from services.text_ie.settings import EngineSettings
from shared.engines import ALL, Engine, Order, Role
from shared.settings import Settings
from shared.weights import digest

LANGUAGE: Role[Path] = Role("language detector")
ENGLISH: Role[TextEngine] = Role("reader of English")
RUSSIAN: Role[TextEngine] = Role("reader of Russian")
CHINESE: Role[TextEngine] = Role("reader of Chinese")
COUNTRIES: Role[TextEngine] = Role("reader of countries' names")
ANY: Role[TextEngine] = Role("reader of any language")
READERS = (ENGLISH, RUSSIAN, CHINESE, COUNTRIES, ANY)


def _english(order: Order) -> TextEngine:
    return EnglishEngine(order.registry.weights, EngineSettings().text_model_folder)


def _own_network(_: Settings) -> tuple[str, ...]:
    """A network that the user trained stands in the manifest by its digest."""
    folder = EngineSettings().text_model_folder
    return (f"{NETWORK}@{digest(folder)[:12]}",) if folder else ()


def _is_own() -> bool:
    return EngineSettings().text_model_folder is not None


def _is_ours() -> bool:
    return not _is_own()


ENGINES = (
    Engine("fasttext", LANGUAGE, ALL, lambda o: o.path(), models=(LANGUAGE_MODEL,)),
    Engine(
        "english",
        ENGLISH,
        ("embedded", "gpu"),
        _english,
        models=(SPACY, TOKENIZER),
        wanted=_is_own,
        decides=_own_network,
    ),
    Engine(
        "english",
        ENGLISH,
        ("embedded",),
        _english,
        models=(SPACY, NETWORK, TOKENIZER),
        wanted=_is_ours,
        instead="rules and the parser read English alone",
    ),
    Engine(
        "english",
        ENGLISH,
        ("gpu",),
        _english,
        models=(SPACY, NETWORK, TOKENIZER),
        wanted=_is_ours,
        instead="GLiNER2 reads English",
    ),
    Engine("english by rules", ENGLISH, ("embedded",), _english, models=(SPACY,)),
    Engine("slovnet", RUSSIAN, ("embedded",), lambda o: RussianEngine(o.registry.weights), models=(SLOVNET, VECTORS, DICTIONARY)),
    Engine("lac", CHINESE, ("embedded",), lambda o: ChineseEngine(o.registry.weights), models=(LAC,)),
    Engine("country names", COUNTRIES, ("embedded",), lambda o: CountryNamesEngine(o.registry.weights)),
    Engine(
        "gliner",
        ANY,
        ("gpu",),
        lambda o: GlinerEngine(EngineSettings(), o.settings.device),
        decides=lambda s: GlinerEngine(EngineSettings(), s.device).manifest(),
    ),
    Engine("llm", ANY, ("llm",), lambda _: LlmEngine(EngineSettings()), decides=lambda _: LlmEngine(EngineSettings()).manifest()),
)
