"""Names: bring them to one form, compare them, and tell whether a name alone says who or what is meant."""

import re
import unicodedata

from services.fusion.thresholds import LIMITS

_TITLES = frozenset(
    """president vice prime minister deputy premier chancellor secretary state foreign defence defense interior finance general
    gen colonel col major maj captain capt lieutenant lt sergeant sgt corporal admiral commander cmdr commandant marshal officer
    mr mrs ms miss mx dr doctor prof professor sir dame lord lady king queen prince princess emperor sheikh sultan emir pope
    cardinal archbishop bishop father rev reverend rabbi imam ayatollah senator sen representative rep congressman congresswoman
    governor gov mayor judge justice attorney ambassador envoy chairman chairwoman chief director astronaut cosmonaut coach
    former acting then ex""".split()  # noqa: SIM905
)
_CONNECTORS = frozenset(("of", "the", "for", "and", "us", "uk", "u", "s"))
_SUFFIXES = frozenset(("jr", "sr", "ii", "iii", "iv"))


def normalise(name: str) -> str:
    """Lower case without accents, punctuation, possessive ``'s`` and a leading article; dotted acronyms become one word."""
    plain = "".join(c for c in unicodedata.normalize("NFKD", name) if not unicodedata.combining(c)).casefold()
    plain = re.sub(r"['’]s\b", "", plain).replace("'", "").replace("’", "")
    plain = re.sub(r"\b(\w)\s?\.\s?(?=\w\b)", r"\1", plain)
    words = re.findall(r"\w+", plain)
    return " ".join(words[1:] if len(words) > 1 and words[0] == "the" else words)


def person_tokens(name: str) -> tuple[str, ...]:
    """The words of a person's name without titles and suffixes; all words where nothing else is left."""
    words = normalise(name).split()
    kept = list(words)
    while kept and (kept[0] in _TITLES or kept[0] in _CONNECTORS):
        kept.pop(0)
    while len(kept) > 1 and kept[-1] in _SUFFIXES:
        kept.pop()
    return tuple(kept or words)


def person_match(left: str, right: str) -> float:
    """How well two names may be of one person: 1 the same, 0 not; a last name alone fits every fuller name that ends in it."""
    a, b = sorted((person_tokens(left), person_tokens(right)), key=lambda t: (len(t), t))
    if not a or a[-1] != b[-1]:
        return 0.0
    if a == b:
        return 1.0
    if len(a) == 1:
        return LIMITS.last_name_match
    if set(a) <= set(b):
        return LIMITS.fuller_name_match
    return LIMITS.initial_match if _initials_fit(a, b) else 0.0


def _initials_fit(a: tuple[str, ...], b: tuple[str, ...]) -> bool:
    first, second = a[0], b[0]
    return first[0] == second[0] and min(len(first), len(second)) == 1


def place_match(left: str, right: str) -> bool:
    """Tell whether two place names are the same, one possibly the initials of the other (``U.S.``, ``UAE``)."""
    a, b = sorted((normalise(left), normalise(right)), key=lambda t: (len(t), t))
    return a == b or (len(a) >= 2 and a == "".join(word[0] for word in b.split() if word not in ("of", "and", "the")))


def spelled_alike(name: str, record_name: str) -> bool:
    """Tell whether a name is the record's but for one final letter and small words (``Raqqa``, ``Ar Raqqah``)."""
    words, fuller = normalise(name).split(), normalise(record_name).split()
    return bool(words) and all(any(len(w) >= 4 and f != w and f[:-1] == w for f in fuller) for w in words)


def identity_name(entity_type: str, name: str) -> str | None:
    """The form of a name that means the same thing in any article, or None where the name alone is not specific enough."""
    if entity_type == "PER":
        words = person_tokens(name)
        return " ".join(words) if len(words) >= 2 and all(len(w) > 1 for w in (words[0], words[-1])) else None
    plain = normalise(name)
    several_words = len(plain.split()) >= 2
    if entity_type in ("GPE", "LOC", "FAC", "ORG", "COM", "LAW"):
        return plain if several_words or len(plain) >= 3 else None
    return plain if entity_type in ("VEH", "WEA") and several_words else None
