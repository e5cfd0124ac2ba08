"""Names of countries, continents and unions of states in their own languages, from the Unicode CLDR data of Babel."""

import re
from functools import cache

from babel import Locale, UnknownLocaleError

from services.text_ie.lexicon import read_mapping
from shared.schemas.base import Schema

MODEL = "rules:known-names"
_UNIONS = frozenset({"EU", "UN", "EZ"})
_NO_NAMES = frozenset({"ZZ", "XA", "XB", "QO", "001"})
_BRACKETS = re.compile(r"\s*[(（].*?[)）]")


class KnownPlace(Schema):
    """What a name stands for; ``english`` is CLDR's English name."""

    type: str
    subtype: str | None
    english: str


@cache
def known_places(language: str) -> dict[str, KnownPlace]:
    """By name as CLDR spells it, without brackets; empty for a language that CLDR lacks. Words with a second meaning are out."""
    try:
        names, english = Locale.parse(language).territories, Locale("en").territories
    except (UnknownLocaleError, ValueError):
        return {}
    short = dict(read_mapping("country_names.yaml"))
    known = {_BRACKETS.sub("", str(name)): str(code) for code, name in names.items() if code not in _NO_NAMES}
    known |= {str(name): str(code) for name, code in dict(short["names"]).get(language, {}).items()}  # type: ignore[call-overload]
    ambiguous = set(str(dict(short["ambiguous"]).get(language, "")).split())  # type: ignore[call-overload]
    return {name: _place(code, str(english[code])) for name, code in known.items() if code not in ambiguous}


def _place(code: str, english: str) -> KnownPlace:
    if code in _UNIONS:
        return KnownPlace(type="ORG", subtype=None, english=english)
    if code.isdigit():
        return KnownPlace(type="LOC", subtype=None, english=english)
    return KnownPlace(type="GPE", subtype="GPE.Country", english=_BRACKETS.sub("", english).removesuffix(" SAR China"))
