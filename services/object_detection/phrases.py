"""What an engine of open vocabulary is asked for: the things that the article's own words name."""

import re
from functools import cache

from shared.ontology import load_ontology
from shared.schemas.article import Article

_MOST = 40
_WORD = re.compile(r"[A-Za-z]+(?:-[A-Za-z]+)*")
_LONGEST = 4


def phrases_of(article: Article) -> tuple[str, ...]:
    """Things of the ontology (weapons, vehicles, buildings, goods) named in any field, in singular, in order of mention."""
    known, found = _things(), dict[str, None]()
    for text in article.fields().values():
        words = [word.lower() for word in _WORD.findall(text)]
        for start in range(len(words)):
            for length in range(min(_LONGEST, len(words) - start), 0, -1):
                thing = known.get(" ".join(words[start : start + length]))
                if thing is not None:
                    found[thing] = None
                    break
    return tuple(found)[:_MOST]


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
