"""Word lists, read once from the YAML files in ``rules/``: a folder a language."""

from functools import cache
from pathlib import Path

import yaml

from services.text_ie.thresholds import LIMITS
from shared.errors import ConfigurationError
from shared.schemas.base import Schema

_MAX_CAPITALS = LIMITS.max_abbreviation_letters
_FOLDER = Path(__file__).parent / "rules"


class Lexicon(Schema):
    """All word lists; keys and members in lower case, except countries' names."""

    nouns: dict[str, tuple[str, str | None]]
    lists: dict[str, frozenset[str]]
    countries: dict[str, str]
    demonyms: frozenset[str]

    def noun(self, lemma: str) -> tuple[str, str | None] | None:
        """Entity type and subtype of a common noun."""
        return self.nouns.get(lemma)

    def country(self, form: str) -> str | None:
        """The country that a name, short name or demonym stands for."""
        return self.countries.get(_form(form))

    def is_demonym(self, form: str) -> bool:
        """Tell ``Turkish`` from ``Turkey``."""
        return _form(form) in self.demonyms


@cache
def load_lexicon() -> Lexicon:
    """Read and index the lists; raises ConfigurationError where a file is no mapping."""
    countries, demonyms = _countries(read_mapping("en/demonyms.yaml"))
    return Lexicon(nouns=_nouns(read_mapping("en/nouns.yaml")), lists=_lists("en"), countries=countries, demonyms=demonyms)


def word_list(name: str, language: str = "en") -> frozenset[str]:
    """One list of the language's ``lexicon.yaml``; of English also of ``first_names.yaml``."""
    return _lists(language)[name]


@cache
def _lists(language: str) -> dict[str, frozenset[str]]:
    rows = read_mapping(f"{language}/lexicon.yaml") | (read_mapping("en/first_names.yaml") if language == "en" else {})
    return {name: frozenset(words.split()) for name, words in rows.items() if isinstance(words, str)}


def read_mapping(name: str) -> dict[str, object]:
    """One YAML file of ``rules/``."""
    with (_FOLDER / name).open(encoding="utf-8") as file:
        rows = yaml.load(file, Loader=getattr(yaml, "CSafeLoader", yaml.SafeLoader))
    if not isinstance(rows, dict):
        raise ConfigurationError(f"{name} must be a mapping")
    return rows


def _nouns(rows: dict[str, object]) -> dict[str, tuple[str, str | None]]:
    index: dict[str, tuple[str, str | None]] = {}
    for kind, groups in rows.items():
        for subtype, lemmas in dict(groups).items():  # type: ignore[call-overload]
            for lemma in str(lemmas).split():
                index.setdefault(lemma, (kind, None if subtype == "-" else str(subtype)))
    return index


def _countries(rows: dict[str, object]) -> tuple[dict[str, str], frozenset[str]]:
    forms = {_form(name): name for name in rows}
    demonyms: set[str] = set()
    for name, words in rows.items():
        for word in str(words).split():
            forms[_form(word)] = name
            if not word.isupper() and word not in {"Burma", "America"}:
                demonyms.add(_form(word))
    return forms, frozenset(demonyms)


def _form(text: str) -> str:
    """``U.S.``, ``U.S`` and ``US`` are one; ``us`` is none of them."""
    bare = text.replace(".", "").strip()
    return bare if bare.isupper() and len(bare) <= _MAX_CAPITALS else bare.lower()
