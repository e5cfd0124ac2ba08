"""English names of languages, from the Unicode CLDR data of Babel."""

from babel import Locale


def language_name(code: str) -> str:
    """``Russian`` for ``ru``; a code that CLDR lacks is named by itself."""
    return str(Locale("en").languages.get(code, f"language {code!r}"))
