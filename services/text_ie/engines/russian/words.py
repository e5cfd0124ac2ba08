"""Base forms of Russian names by pymorphy3 (dictionary of OpenCorpora): ``Ангелой Меркель`` is Ангела Меркель."""

import re
from functools import lru_cache
from itertools import product
from typing import Any

from services.text_ie.thresholds import LIMITS

_NO_NAME_WEIGHT = LIMITS.weight_russian_no_name
_WORD = re.compile(r"[\w-]+\.?")
_PERSON = ("Surn", "Name", "Patr")
_CASES = ("nomn", "gent", "datv", "accs", "ablt", "loct")
_NAMES = ("Geox", "Orgn", "Abbr", *_PERSON)


class Words:
    """A dictionary of about 15 MB; it guesses at words that it lacks."""

    def __init__(self) -> None:
        import pymorphy3

        self._dictionary = pymorphy3.MorphAnalyzer(lang="ru")
        self._read = lru_cache(maxsize=20_000)(lambda word: tuple(self._dictionary.parse(word)))

    def lemma(self, word: str) -> str:
        """The base form of a common word, ``ё`` as ``е``."""
        return str(self._read(word)[0].normal_form).replace("ё", "е")

    def person(self, name: str) -> str:
        """A person's name in the nominative: the case and gender that fit all its words best; words that fit none stay."""
        words = [word for word in _WORD.findall(name) if not _stays(word)]
        readings = {word: [r for r in self._read(word) if _is_person(r)] for word in words}
        case, gender = max(product(_CASES, ("masc", "femn")), key=lambda pair: sum(_fit(readings[w], *pair) for w in words))
        return _WORD.sub(lambda found: _nominative(found[0], readings.get(found[0], []), case, gender), name)

    def thing(self, name: str) -> str:
        """A name in the nominative: its first noun and the adjectives before it (``Республики Крым`` is Республика Крым)."""
        found = list(_WORD.finditer(name))
        words = [one[0] for one in found]
        head = next((i for i in range(len(words)) if self._is_head(words, i)), None)
        if head is None:
            return name
        noun = self._noun(words[head])
        forms = [self._agreeing(word, noun) for word in words[:head]] + [_form(noun, {"nomn"}, words[head])]
        end, parts = 0, []
        for one, form in zip(found, forms, strict=False):
            parts += [name[end : one.start()], form]
            end = one.end()
        return "".join(parts) + name[end:]

    def _is_head(self, words: list[str], at: int) -> bool:
        """A noun; not one that is an adjective just as well, before another noun (``Красноярском крае``)."""
        readings = self._read(words[at])
        if not any("NOUN" in r.tag for r in readings):
            return False
        follows = at + 1 < len(words) and any("NOUN" in r.tag or "ADJF" in r.tag for r in self._read(words[at + 1]))
        return not (follows and any("ADJF" in r.tag for r in readings))

    def _noun(self, word: str) -> Any:
        """The likeliest reading as a noun; a name first where the word has a capital letter."""
        nouns = [r for r in self._read(word) if "NOUN" in r.tag]
        named = [r for r in nouns if any(g in r.tag for g in _NAMES)] if word[:1].isupper() else []
        return (named or nouns)[0]

    def _agreeing(self, word: str, noun: Any) -> str:
        adjectives = [r for r in self._read(word) if "ADJF" in r.tag or "PRTF" in r.tag]
        same = [r for r in adjectives if r.tag.case == noun.tag.case and r.tag.number == noun.tag.number]
        if not same:
            return word
        wanted = {"nomn", str(noun.tag.number)}
        return _form(same[0], wanted | ({str(noun.tag.gender)} if noun.tag.number == "sing" and noun.tag.gender else set()), word)


def _is_person(reading: Any) -> bool:
    """A foreign surname is often no name for the dictionary, but a noun that it guesses at."""
    return "sing" in reading.tag and ("NOUN" in reading.tag or any(grammeme in reading.tag for grammeme in _PERSON))


def _fit(readings: list[Any], case: str, gender: str) -> float:
    """The likelihood of the best reading; half of it where the dictionary does not take the word for a name."""
    fitting = [r for r in readings if _agrees(r, case, gender)]
    return max((float(r.score) * (1.0 if any(g in r.tag for g in _PERSON) else _NO_NAME_WEIGHT) for r in fitting), default=0.0)


def _agrees(reading: Any, case: str, gender: str) -> bool:
    return reading.tag.case == case and reading.tag.gender in {None, gender}


def _nominative(word: str, readings: list[Any], case: str, gender: str) -> str:
    reading = next((r for r in readings if _agrees(r, case, gender)), None)
    return word if reading is None or "Fixd" in reading.tag else _form(reading, {"nomn", "sing"}, word)


def _stays(word: str) -> bool:
    """Initials, abbreviations and words in other letters."""
    return word.endswith(".") or (word.isupper() and len(word) > 1) or not re.search("[а-яё]", word)


def _form(reading: Any, grammemes: set[str], like: str) -> str:
    """The inflected word in the case of the letters of ``like``; ``like`` itself where there is no such form."""
    inflected = None if _stays(like) or ("nomn" in reading.tag and reading.word == like.lower()) else reading.inflect(grammemes)
    if inflected is None:
        return like
    form = str(inflected.word)
    if not like[:1].isupper():
        return form
    return "-".join(part[:1].upper() + part[1:] for part in form.split("-"))
