"""The form in which names are compared."""

import unicodedata
from functools import lru_cache

_SAME = str.maketrans({".": None, "’": "'", "-": " "})


@lru_cache(maxsize=1 << 19)
def normalise(name: str) -> str:
    """Fold case, accents, dots, hyphens and a leading article: ``The U.S.`` and ``u s`` meet."""
    if not name.isascii():
        name = "".join(c for c in unicodedata.normalize("NFKD", name) if not unicodedata.combining(c))
    words = name.casefold().translate(_SAME).removesuffix("'s").split()
    return " ".join(words[1:] if len(words) > 1 and words[0] == "the" else words)
