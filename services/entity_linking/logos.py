"""Logos by the name that is written in them: signs that OCR read, against the names of a gallery or of well-known brands."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import yaml
from rapidfuzz.distance import Levenshtein

from services.entity_linking.knowledge.names import normalise
from services.entity_linking.thresholds import LIMITS

BRANDS = Path(__file__).parent / "rules" / "brands.yaml"
MODEL = "rules:logo-text"


@dataclass(frozen=True)
class Written:
    """A name found in a text, how sure that is, and which of the texts holds it."""

    name: str
    confidence: float
    row: int


@lru_cache(maxsize=1)
def brands() -> Mapping[str, str]:
    """Names of well-known brands by id."""
    found: dict[str, str] = yaml.safe_load(BRANDS.read_text(encoding="utf-8"))["brands"]
    return found


def written(texts: Sequence[str], names: Collection[str]) -> Written | None:
    """The name that is written most clearly; of two the longer one (``Pepsi Max`` before ``Pepsi``)."""
    found = [Written(name, sure, row) for row, text in enumerate(texts) for name in names if (sure := _holds(text, name))]
    return max(found, key=lambda hit: (hit.confidence, len(hit.name), -hit.row), default=None)


def brand_of(text: str) -> str | None:
    """The id of the brand whose name is all that a text says."""
    return _brands_by_name().get(_squeeze(text))


@lru_cache(maxsize=1)
def _brands_by_name() -> Mapping[str, str]:
    return {_squeeze(name): ident for ident, name in brands().items()}


def _holds(text: str, name: str) -> float:
    """Confidence that a text shows the name; 0 where it does not. Words may be run together or apart (``Cocacola``)."""
    wanted, whole = _squeeze(name), _squeeze(text)
    if len(wanted) < LIMITS.min_name_length:
        return 0.0
    if whole == wanted:
        return LIMITS.name_alone
    spans = set(_spans(text))
    if len(wanted) >= LIMITS.min_length_among_words and wanted in spans:
        return LIMITS.name_among_words
    if len(wanted) >= LIMITS.min_length_nearly and any(Levenshtein.distance(wanted, span, score_cutoff=1) <= 1 for span in spans):
        return LIMITS.name_nearly
    return 0.0


def _spans(text: str) -> list[str]:
    words = [word for part in text.split() if (word := _squeeze(part))]
    starts = range(len(words))
    return [
        "".join(words[start : start + length]) for start in starts for length in range(1, int(LIMITS.max_words_run_together) + 1)
    ]


@lru_cache(maxsize=1 << 14)
def _squeeze(text: str) -> str:
    return "".join(c for c in normalise(text) if c.isalnum())
