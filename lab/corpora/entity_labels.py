"""What the labels of entity and relation corpora mean in our ontology; tables: ``labels/{entities,relations,nouns}.yaml``."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import yaml
from pydantic import BaseModel, ConfigDict, Field, TypeAdapter

from shared.ontology import load_ontology

_FOLDER = Path(__file__).parent / "labels"


class _ByNoun(BaseModel):
    """A label whose meaning lies in the head noun; ``otherwise`` holds for all other nouns."""

    model_config = ConfigDict(extra="forbid")
    nouns: tuple[str, ...]
    otherwise: str | tuple[str, ...] = Field(alias="else")


class _Relation(BaseModel):
    model_config = ConfigDict(extra="forbid")
    types: tuple[str, ...]
    flip: bool = False


_Entry = str | tuple[str, ...] | _ByNoun


@dataclass(frozen=True)
class EntityMeaning:
    """The entity types that a span may have (empty: none of ours); ``masked``: nobody can say, so the span must not count."""

    types: tuple[str, ...] = ()
    masked: bool = False


@dataclass(frozen=True)
class RelationMeaning:
    """The relation types that a label may be for the given ends; ``flip``: our source is the corpus's second argument."""

    types: tuple[str, ...] = ()
    flip: bool = False


@cache
def _entities() -> dict[str, dict[str, _Entry]]:
    return TypeAdapter(dict[str, dict[str, _Entry]]).validate_python(_rows("entities"))


@cache
def _relations() -> dict[str, dict[str, _Relation]]:
    return TypeAdapter(dict[str, dict[str, _Relation]]).validate_python(_rows("relations"))


@cache
def _nouns() -> dict[str, str]:
    lists = TypeAdapter(dict[str, tuple[str, ...]]).validate_python(_rows("nouns"))
    return {noun: type_id for type_id, nouns in lists.items() for noun in nouns}


def _rows(name: str) -> object:
    rows: object = yaml.safe_load((_FOLDER / f"{name}.yaml").read_text(encoding="utf-8"))
    return rows


def entity_labels(scheme: str) -> frozenset[str]:
    """All labels that the scheme knows, such as ``gum``; raises KeyError for an unknown scheme."""
    return frozenset(_entities()[scheme])


def relation_labels(scheme: str) -> frozenset[str]:
    """All relation labels that the scheme knows; raises KeyError for an unknown scheme."""
    return frozenset(_relations()[scheme])


def noun_type(noun: str) -> str | None:
    """VEH, WEA, FAC or GPE for a noun of the lists (singular or plural, any case), else None."""
    word = noun.lower()
    singulars = (word, word[:-1] if word.endswith("s") else word, word[:-2] if word.endswith("es") else word)
    irregular = {"knives": "knife", "cities": "city", "countries": "country", "lorries": "lorry", "ferries": "ferry"}
    return next((_nouns()[form] for form in (*singulars, irregular.get(word, "")) if form in _nouns()), None)


def entity_meaning(scheme: str, label: str, head: str = "") -> EntityMeaning:
    """The meaning of a label (several joined by ``|``: any of theirs); labels not in the table are masked."""
    meanings = [_single(_entities()[scheme], part, head) for part in label.split("|")]
    types = tuple(dict.fromkeys(type_id for meaning in meanings for type_id in meaning.types))
    return EntityMeaning(types, any(meaning.masked for meaning in meanings) and not types)


def _single(table: Mapping[str, _Entry], label: str, head: str) -> EntityMeaning:
    entry = table.get(label, table.get(label.lower(), "mask"))
    if isinstance(entry, _ByNoun):
        found = noun_type(head) if head else None
        if found in entry.nouns:
            return EntityMeaning((str(found),))
        entry = entry.otherwise
    return EntityMeaning(masked=True) if isinstance(entry, str) else EntityMeaning(entry)


def relation_meaning(scheme: str, label: str, first: Sequence[str], second: Sequence[str]) -> RelationMeaning:
    """The meaning for two mentions that may have the given entity types, in the corpus's order."""
    row = _relations()[scheme].get(label)
    if row is None:
        return RelationMeaning()
    source, target = (second, first) if row.flip else (first, second)
    known = load_ontology().relation_types
    fit = tuple(
        type_id for type_id in row.types if set(known[type_id].source) & set(source) and set(known[type_id].target) & set(target)
    )
    return RelationMeaning(fit, row.flip)
