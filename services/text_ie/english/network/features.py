"""Features of word pairs for the role, relation and coreference heads: which of a fixed list of yes/no facts hold.

Training and runtime call the same functions, so a head never sees at runtime what it was not trained on. Each function gives
the *indices* of the features that hold; :func:`dense` turns them into float32 rows.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from services.text_ie.english.network.words import Word
from services.text_ie.lexicon import word_list
from services.text_ie.pronouns import pronouns

_DISTANCES = (0, 1, 2, 4, 7, 15, 31)
_COARSE_POS = ("NOUN", "PROPN", "PRON", "VERB", "ADJ", "NUM")
_DEFINITE, _INDEFINITE = word_list("definite_determiners"), word_list("indefinite_determiners")
_PRONOUNS = tuple(pronoun.forms for pronoun in pronouns())
MAX_PATH = 5


@dataclass(frozen=True)
class DescribedMention:
    """A mention as the coreference features see it. ``order`` counts mentions of the text; ``gender`` is m, f or empty."""

    head: int
    start: int
    end: int
    kind: str
    gender: str
    plural: bool
    order: int


def _bucket(value: int, bounds: Sequence[int]) -> int:
    """The number of the first bound that ``value`` does not exceed; ``len(bounds)`` above all."""
    return next((number for number, bound in enumerate(bounds) if value <= bound), len(bounds))


def dependency_path(words: Sequence[Word], start: int, end: int) -> str:
    """The labels from word ``start`` up to the common ancestor and down to ``end`` (``^conj>nsubj``); prepositions by their word.

    Empty when the words lie in different sentences; ``far`` beyond ``MAX_PATH`` steps.
    """
    if words[start].sentence != words[end].sentence:
        return ""
    up, down = _ancestors(words, start), _ancestors(words, end)
    common = next((w for w in up if w in set(down)), None)
    if common is None:
        return "far"
    rising = [f"^{_label(words[w])}" for w in up[: up.index(common)]]
    falling = [_label(words[w]) for w in reversed(down[: down.index(common)])]
    return ">".join(rising + falling) if len(rising) + len(falling) <= MAX_PATH else "far"


def _ancestors(words: Sequence[Word], at: int) -> list[int]:
    """The word itself and its heads, upwards."""
    chain = [at]
    while words[at].head != at and len(chain) < 40:
        at = words[at].head
        chain.append(at)
    return chain


def _label(word: Word) -> str:
    return f"prep:{word.lower}" if word.dep == "prep" else word.dep


class PairFeatures:
    """Features of a pair of words in the parse, for roles (trigger, filler) and relations (source, target)."""

    def __init__(self, paths: Sequence[str], groups: int) -> None:
        """``paths``: the dependency paths with a feature of their own; ``groups``: number of event groups (relations: 0)."""
        self._paths = {path: number for number, path in enumerate(paths)}
        self._sentence = 0
        self._distance = 8
        self._pos = self._distance + 2 * (len(_DISTANCES) + 1)
        self._path = self._pos + 2 * (len(_COARSE_POS) + 1)
        self._first_step = self._path + len(paths) + 3
        self._group = self._first_step
        self.size = self._group + groups

    def indices(self, words: Sequence[Word], left: int, right: int, group: int | None = None) -> list[int]:
        """Indices for the pair; ``group`` is the number of the event's group of types."""
        a, b = words[left], words[right]
        apart = b.sentence - a.sentence
        side = 0 if right < left else 1
        found = [
            self._sentence + max(-3, min(3, apart)) + 3,
            self._distance + side * (len(_DISTANCES) + 1) + _bucket(abs(right - left), _DISTANCES),
            self._pos + _pos(a),
            self._pos + len(_COARSE_POS) + 1 + _pos(b),
            self._path + self._path_number(dependency_path(words, left, right)),
        ]
        return found if group is None else [*found, self._group + group]

    def _path_number(self, path: str) -> int:
        if path == "":
            return len(self._paths)
        if path == "far":
            return len(self._paths) + 1
        return self._paths.get(path, len(self._paths) + 2)


def _pos(word: Word) -> int:
    return _COARSE_POS.index(word.pos) if word.pos in _COARSE_POS else len(_COARSE_POS)


_KINDS = ("name", "nominal", "pronoun")
_SENTENCES = (0, 1, 2, 3, 6, 12, 25)
_BETWEEN = (1, 2, 3, 7, 15, 30, 60)
_STRING_FACTS = 10
_GRAMMAR_FACTS = 12


class CoreferenceFeatures:
    """Features of (antecedent, anaphor); after the classical lists of Soon et al. 2001 and Clark & Manning 2016."""

    _string = 9
    _agree = _string + _STRING_FACTS
    _sentence = _agree + 6
    _between = _sentence + len(_SENTENCES) + 1
    _grammar = _between + len(_BETWEEN) + 1
    _left_pronoun = _grammar + _GRAMMAR_FACTS
    _right_pronoun = _left_pronoun + len(_PRONOUNS) + 1
    size = _right_pronoun + len(_PRONOUNS) + 1

    def indices(self, words: Sequence[Word], left: DescribedMention, right: DescribedMention) -> list[int]:
        """Indices for antecedent ``left`` and anaphor ``right``."""
        a, b = words[left.head], words[right.head]
        found = [
            3 * _KINDS.index(left.kind) + _KINDS.index(right.kind),
            self._agree + _agreement(left.gender, right.gender),
            self._agree + 3 + (0 if left.plural == right.plural else 1),
            self._sentence + _bucket(max(0, b.sentence - a.sentence), _SENTENCES),
            self._between + _bucket(max(0, right.order - left.order), _BETWEEN),
            self._left_pronoun + _pronoun(a),
            self._right_pronoun + _pronoun(b),
        ]
        found += [self._string + number for number, fact in enumerate(_string_facts(words, left, right)) if fact]
        found += [self._grammar + number for number, fact in enumerate(_grammar_facts(words, left, right)) if fact]
        return found


def _agreement(one: str, other: str) -> int:
    return 0 if not one or not other else 1 if one == other else 2


def _pronoun(word: Word) -> int:
    return next((number for number, forms in enumerate(_PRONOUNS) if word.lower in forms), len(_PRONOUNS))


_SMALL = word_list("trained_small_words")


def _string_facts(words: Sequence[Word], left: DescribedMention, right: DescribedMention) -> tuple[bool, ...]:
    a, b = words[left.head], words[right.head]
    one = [words[i].lower for i in range(left.start, left.end) if words[i].lower not in _SMALL]
    other = [words[i].lower for i in range(right.start, right.end) if words[i].lower not in _SMALL]
    first, second = set(one), set(other)
    both = bool(first) and bool(second)
    return (
        both and one == other,
        a.lower == b.lower,
        a.lemma == b.lemma,
        both and second <= first and len(second) < len(first),
        both and first <= second and len(first) < len(second),
        both and not (first & second),
        both and one[-1] == other[-1],
        both and one[0] == other[0],
        _is_acronym(words, left, right) or _is_acronym(words, right, left),
        bool(first & second) and bool(first - second) and bool(second - first),
    )


def _is_acronym(words: Sequence[Word], long: DescribedMention, short: DescribedMention) -> bool:
    name = words[short.head].text.replace(".", "")
    initials = "".join(words[i].text[0] for i in range(long.start, long.end) if words[i].text[0].isupper())
    return short.end - short.start == 1 and len(name) >= 2 and name.isupper() and initials == name


def _grammar_facts(words: Sequence[Word], left: DescribedMention, right: DescribedMention) -> tuple[bool, ...]:
    a, b = words[left.head], words[right.head]
    same_sentence = a.sentence == b.sentence
    subjects = {"nsubj", "nsubjpass"}
    return (
        same_sentence and b.dep == "appos" and b.head == left.head,
        same_sentence and a.head == b.head,
        same_sentence and a.head == b.head and a.dep in subjects and b.dep == "attr",
        same_sentence and right.start <= left.head < right.end,
        same_sentence and left.start <= right.head < left.end,
        a.dep in subjects,
        b.dep in subjects,
        a.dep == b.dep,
        b.dep == "poss",
        words[right.start].lower in _DEFINITE,
        words[right.start].lower in _INDEFINITE,
        same_sentence and a.head == b.head and a.dep in subjects and b.dep in {"dobj", "pobj", "dative"},
    )


_OVERLAPS = (0.0, 0.05, 0.1, 0.2, 0.35, 0.6)
_SIMILARITIES = (0.2, 0.35, 0.5, 0.65, 0.8, 0.95)


@dataclass(frozen=True)
class DescribedEvent:
    """A trigger as the event coreference features see it; sets hold lower-case words."""

    lemma: str
    pos: str
    document: int
    sentence_words: frozenset[str]
    names: frozenset[str]
    numbers: frozenset[str]
    document_words: frozenset[str]


class EventCoreferenceFeatures:
    """Features of two triggers of the same or of two documents (lemma and context overlap, after Cybulska & Vossen 2015)."""

    _sentence = 4
    _document = _sentence + len(_OVERLAPS) + 1
    _names = _document + len(_OVERLAPS) + 1
    _similarity = _names + 4
    size = _similarity + len(_SIMILARITIES) + 1

    def indices(self, left: DescribedEvent, right: DescribedEvent, similarity: float) -> list[int]:
        """Indices for two events; ``similarity`` is the cosine of the two lemmas' word vectors, in [-1, 1]."""
        names, numbers = left.names & right.names, left.numbers & right.numbers
        facts = (left.lemma == right.lemma, left.pos == right.pos, left.document == right.document, bool(numbers))
        return [number for number, fact in enumerate(facts) if fact] + [
            self._sentence + _share(left.sentence_words, right.sentence_words),
            self._document + _share(left.document_words, right.document_words),
            self._names + min(3, len(names)),
            self._similarity + _level(similarity, _SIMILARITIES),
        ]


def _share(one: frozenset[str], other: frozenset[str]) -> int:
    """The bucket of Jaccard's index."""
    return _level(len(one & other) / max(1, len(one | other)), _OVERLAPS)


def _level(value: float, bounds: Sequence[float]) -> int:
    return next((number for number, bound in enumerate(bounds) if value <= bound), len(bounds))


def dense(rows: Sequence[Sequence[int]], size: int) -> npt.NDArray[np.float32]:
    """Rows of indices as a float32 matrix [len(rows), size] of zeros and ones."""
    matrix = np.zeros((len(rows), size), dtype=np.float32)
    for number, row in enumerate(rows):
        matrix[number, list(row)] = 1.0
    return matrix
