"""Names of the same thing: equal, an alias, a surname, an acronym, a demonym."""

from collections import defaultdict
from collections.abc import Iterable, Sequence

from services.text_ie.english.coreference.candidates import Candidate
from services.text_ie.english.coreference.clusters import Clusters
from services.text_ie.lexicon import word_list
from services.text_ie.thresholds import LIMITS

_MIN_ACRONYM, _MAX_ACRONYM = LIMITS.min_acronym_letters, LIMITS.max_acronym_letters
_SUFFIXES = word_list("name_suffixes")


def join_names(candidates: Sequence[Candidate], clusters: Clusters) -> None:
    """Join all name mentions of an article that denote one entity."""
    names = [c for c in candidates if c.kind == "name"]
    _join_equal(names, clusters)
    _join_people([c for c in names if c.type == "PER"], clusters)
    _join_acronyms([c for c in names if c.type in {"ORG", "GPE"}], clusters)
    _join_short_forms([c for c in names if c.type == "ORG"], clusters)
    _join_vehicles([c for c in names if c.type == "VEH"], clusters)


def key_of(name: Candidate) -> str:
    """What equal names share: the country for its forms and demonyms, else the words without articles and company forms."""
    if name.type == "GPE" and name.country is not None:
        return f"country {name.country}"
    return " ".join(_core(name.words)) or name.text.lower()


def _core(words: Iterable[str]) -> list[str]:
    lowered = [w.lower().strip(".") for w in words]
    return [w for w in lowered if w not in word_list("name_ignored") and w not in _SUFFIXES and any(map(str.isalnum, w))]


def _join_equal(names: list[Candidate], clusters: Clusters) -> None:
    first: dict[tuple[str, str], int] = {}
    for name in names:
        clusters.join(first.setdefault((name.type, key_of(name)), name.order), name.order)


def _join_people(people: list[Candidate], clusters: Clusters) -> None:
    """Full names by surname and common words first, then lone surnames to the person named last before them."""
    by_surname: defaultdict[str, list[Candidate]] = defaultdict(list)
    for person in people:
        words = _core(person.words)
        if len(words) > 1:
            for other in by_surname[words[-1]]:
                if _nested(words, _core(other.words)) and clusters.join(other.order, person.order):
                    break
            by_surname[words[-1]].append(person)
    by_first = {_core(p.words)[0]: p for ps in by_surname.values() for p in ps}
    for person in people:
        words = _core(person.words)
        if len(words) == 1:
            known = by_surname.get(words[0], []) or ([by_first[words[0]]] if words[0] in by_first else [])
            _join_nearest(person, known, clusters)


def _nested(one: list[str], other: list[str]) -> bool:
    """All words of the shorter name in the longer one; ``W.`` stands for ``Walker``."""
    short, long = sorted((one, other), key=len)
    return all(any(w == v or (len(w) == 1 and v.startswith(w)) or (len(v) == 1 and w.startswith(v)) for v in long) for w in short)


def _join_nearest(person: Candidate, known: list[Candidate], clusters: Clusters) -> None:
    before = [k for k in known if k.order < person.order and _titles_agree(k, person)]
    for other in (*reversed(before), *known):
        if clusters.join(other.order, person.order):
            return


def _titles_agree(one: Candidate, other: Candidate) -> bool:
    return not (one.gender and other.gender and one.gender != other.gender)


def _join_acronyms(names: list[Candidate], clusters: Clusters) -> None:
    long = {initials: n for n in names if len(n.words) > 1 for initials in initials_of(n.words)}
    for name in names:
        letters = name.text.replace(".", "")
        if len(name.words) == 1 and letters.isupper() and _MIN_ACRONYM <= len(letters) <= _MAX_ACRONYM and letters in long:
            clusters.join(long[letters].order, name.order)


def initials_of(words: Sequence[str]) -> set[str]:
    """``Syrian Democratic Forces`` as SDF, with and without its small words."""
    capitals = "".join(w[0] for w in words if w[:1].isupper())
    every = "".join(w[0].upper() for w in words if w[:1].isalpha())
    return {initials for initials in (capitals, every) if len(initials) >= _MIN_ACRONYM}


def _join_short_forms(names: list[Candidate], clusters: Clusters) -> None:
    """``Boeing`` and ``Boeing Commercial Airplanes``: only when one longer name begins so."""
    starts: defaultdict[str, set[int]] = defaultdict(set)
    for name in names:
        core = _core(name.words)
        if len(core) > 1:
            starts[core[0]].add(clusters.find(name.order))
    for name in names:
        core = _core(name.words)
        if len(core) == 1 and len(starts.get(core[0], ())) == 1 and not name.demonym:
            clusters.join(next(iter(starts[core[0]])), name.order)


def _join_vehicles(names: list[Candidate], clusters: Clusters) -> None:
    """``Columbia`` and ``Space Shuttle Columbia``."""
    ends = {_core(n.words)[-1]: n for n in reversed(names) if len(_core(n.words)) > 1}
    for name in names:
        core = _core(name.words)
        if core and core[-1] in ends:
            clusters.join(ends[core[-1]].order, name.order)
