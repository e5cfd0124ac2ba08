"""What an engine of open vocabulary is asked for: the things that the article's own words name."""

import re
from collections.abc import Iterator
from functools import cache

from services.object_detection.thresholds import LIMITS
from shared.ontology import load_ontology
from shared.schemas.article import Article

_WORD = re.compile(r"[A-Za-z]+(?:-[A-Za-z]+)*")


def phrases_of(article: Article) -> tuple[str, ...]:
    """Things of the ontology (weapons, vehicles, buildings, goods) named in any field, in singular, in order of mention."""
    found = (thing for text in article.fields().values() for thing in _named([word.lower() for word in _WORD.findall(text)]))
    return tuple(dict.fromkeys(found))[: int(LIMITS.max_phrases)]


def _named(words: list[str]) -> Iterator[str]:
    """The longest names that stand in the words, without those inside them."""
    known, longest, start = _things(), int(LIMITS.max_phrase_words), 0
    while start < len(words):
        names = ((length, known.get(" ".join(words[start : start + length]))) for length in range(longest, 0, -1))
        length, thing = next(((length, thing) for length, thing in names if thing is not None), (1, None))
        if thing is not None:
            yield thing
        start += length


@cache
def _things() -> dict[str, str]:
    """Singular and plural -> singular."""
    names = [label for kind in load_ontology().entity_types.values() for label in kind.object_labels]
    return {form: name for name in names for form in (name, _plural(name))}


def _plural(name: str) -> str:
    if name.endswith(("s", "x", "ch", "sh")):
        return f"{name}es"
    if name.endswith("fe"):
        return f"{name[:-2]}ves"
    if name.endswith("y") and name[-2:-1] not in "aeou":
        return f"{name[:-1]}ies"
    return f"{name.removesuffix('man')}men" if name.endswith("man") else f"{name}s"
