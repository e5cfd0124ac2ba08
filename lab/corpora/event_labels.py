"""Event labels and roles of corpora as sets of our types: the tables are data, ``labels/*.yaml`` beside this file.

A target in a table is ``A.B`` (that type), ``A.B+`` (it and all below it) or ``ace:X:Y`` (all types with that ACE view).
Where a label is wide, ``words`` of a table says what it means at certain trigger words ("unsure": ignore those).
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import yaml

from shared.errors import ConfigurationError
from shared.ontology import load_ontology
from shared.schemas.base import Schema

FOLDER = Path(__file__).parent / "labels"
_MISSING_LEVELS = frozenset({"n/a", "unspecified"})


class LabelTable(Schema):
    """One ``labels/*.yaml``: targets per label, labels that are no event of ours, and those that only sometimes are.

    ``words``: label -> trigger words in one string -> targets; it goes before what the label says by itself.
    """

    source: str
    events: dict[str, tuple[str, ...]]
    none: tuple[str, ...]
    unsure: tuple[str, ...]
    words: dict[str, dict[str, tuple[str, ...]]] = {}
    roles: dict[str, tuple[str, ...]]
    roles_of: dict[str, dict[str, tuple[str, ...]]]


@dataclass(frozen=True)
class LabelMap:
    """Looks up one corpus's labels; labels are compared without case and without a third level "n/a" or "Unspecified"."""

    table: LabelTable
    events: Mapping[str, tuple[str, ...]]
    unsure: frozenset[str]
    words: Mapping[tuple[str, str], tuple[str, ...] | None]
    roles: Mapping[str, tuple[str, ...]]

    def types(self, label: str, trigger: str = "") -> tuple[str, ...]:
        """AIDA ids that the label may mean (at that trigger), general ones first; empty: no event of ours, or unsure."""
        key = _key(label)
        if (key, trigger.lower()) in self.words:
            return self.words[key, trigger.lower()] or ()
        if key in self.unsure:
            return ()
        return self.events[key] if key in self.events else _by_name(key)

    def knows(self, label: str) -> bool:
        """Whether the table (or the ontology itself) says anything about the label."""
        key = _key(label)
        return key in self.events or key in self.unsure or key in _by_lower_name()

    def is_unsure(self, label: str, trigger: str = "") -> bool:
        """Whether the label (at that trigger) only sometimes is an event of ours: its span is to be ignored."""
        key = _key(label)
        if (key, trigger.lower()) in self.words:
            return self.words[key, trigger.lower()] is None
        return key in self.unsure

    def role(self, role: str, label: str, types: Iterable[str]) -> str | None:
        """The ontology's name of a corpus role of an event with that label and those types; None where they have no such role."""
        wanted = role.lower()
        names = _role_names(tuple(types))
        candidates = self._candidates_of_label(wanted, label)
        if candidates is None and wanted in names:
            return names[wanted]
        for candidate in candidates if candidates is not None else self.roles.get(wanted, ()):
            if candidate.lower() in names:
                return names[candidate.lower()]
        return None

    def _candidates_of_label(self, role: str, label: str) -> tuple[str, ...] | None:
        key = _key(label)
        for prefix, roles in self.table.roles_of.items():
            if role in roles and (key == prefix.lower() or key.startswith(prefix.lower() + ".")):
                return roles[role]
        return None


@cache
def label_map(name: str) -> LabelMap:
    """The map of ``labels/<name>.yaml``; raises ConfigurationError where it names a type that the ontology lacks."""
    table = LabelTable.model_validate(_read(name))
    events = {_key(label): _resolve(targets, f"{name}.yaml: {label}") for label, targets in table.events.items()}
    events |= {_key(label): () for label in table.none}
    for label in table.events:
        _add_parent(events, label)
    roles = {**{key.lower(): tuple(value) for key, value in _read("roles").items()}, **table.roles}
    return LabelMap(table=table, events=events, unsure=frozenset(map(_key, table.unsure)), words=_words(table, name), roles=roles)


def ace_type(types: Iterable[str]) -> str | None:
    """The ACE view ("Conflict:Attack") of a set of AIDA ids: that of its most general members where they agree, else None."""
    known, allowed = load_ontology().event_types, frozenset(types)
    general = [name for name in allowed if name in known and not any(parent in allowed for parent in _parents(name))]
    views = {known[name].ace for name in general}
    return views.pop() if len(views) == 1 else None


def m2e2_type(types: Iterable[str]) -> str | None:
    """As :func:`ace_type`, for the 8 types of M2E2."""
    known = load_ontology().event_types
    ace = ace_type(types)
    return next((event.m2e2 for event in known.values() if ace and event.ace == ace), None)


def types_of_ace(ace: str) -> tuple[str, ...]:
    """All AIDA ids with that ACE view, general ones first."""
    return _ordered(event.id for event in load_ontology().event_types.values() if event.ace == ace)


def fillers(types: Iterable[str], role: str) -> tuple[str, ...]:
    """Entity types that may fill the role of any of the event types."""
    known = load_ontology().event_types
    found = {filler for name in types for one in known[name].roles if one.name == role for filler in one.fillers}
    return tuple(sorted(found))


def _read(name: str) -> dict[str, tuple[str, ...]]:
    path = FOLDER / f"{name}.yaml"
    if not path.is_file():
        raise ConfigurationError(f"no label map {name!r}: there are {', '.join(sorted(p.stem for p in FOLDER.glob('*.yaml')))}")
    with path.open(encoding="utf-8") as file:
        rows = yaml.load(file, Loader=getattr(yaml, "CSafeLoader", yaml.SafeLoader))
    if not isinstance(rows, dict):
        raise ConfigurationError(f"{path.name} must be a table")
    return rows


def _words(table: LabelTable, name: str) -> dict[tuple[str, str], tuple[str, ...] | None]:
    """(label, trigger word) -> types, None for unsure; an underscore in the table is a space of the trigger."""
    found: dict[tuple[str, str], tuple[str, ...] | None] = {}
    for label, rows in table.words.items():
        for words, targets in rows.items():
            types = None if targets == ("unsure",) else _resolve(targets, f"{name}.yaml: {label}: {words}")
            found |= {(_key(label), word.replace("_", " ").lower()): types for word in words.split()}
    return found


def _key(label: str) -> str:
    parts = label.lower().split(".")
    return ".".join(parts[:-1] if len(parts) == 3 and parts[-1] in _MISSING_LEVELS else parts)


def _parents(name: str) -> list[str]:
    parts = name.split(".")
    return [".".join(parts[:count]) for count in range(2, len(parts))]


def _ordered(names: Iterable[str]) -> tuple[str, ...]:
    return tuple(sorted(dict.fromkeys(names), key=lambda name: (name.count("."), name)))


def _resolve(targets: Iterable[str], where: str) -> tuple[str, ...]:
    known = load_ontology().event_types
    found: list[str] = []
    for target in targets:
        if target.startswith("ace:"):
            names = list(types_of_ace(target.removeprefix("ace:")))
        elif target.endswith("+"):
            names = [name for name in known if name == target[:-1] or name.startswith(target[:-1] + ".")]
        else:
            names = [name for name in known if name == target]
        if not names:
            raise ConfigurationError(f"{where}: the ontology has no event type {target!r}; correct the table")
        found += names
    return _ordered(found)


def _add_parent(events: dict[str, tuple[str, ...]], label: str) -> None:
    """Two-level form of a three-level label without "Unspecified": what any label below it may be."""
    parts = label.lower().split(".")
    parent = ".".join(parts[:2])
    if len(parts) == 3 and parent not in {_key(name) for name in events if name.count(".") == 1}:
        below = [types for name, types in events.items() if name.startswith(parent + ".")]
        events[parent] = _ordered(name for types in below for name in types)


@cache
def _by_lower_name() -> Mapping[str, str]:
    return {name.lower(): name for name in load_ontology().event_types}


@cache
def _by_name(key: str) -> tuple[str, ...]:
    """A label that is an AIDA id: two levels mean all below too; three levels mean also the general type of the same ACE view."""
    known, name = load_ontology().event_types, _by_lower_name().get(key)
    if name is None:
        return ()
    if name.count(".") == 1:
        return _resolve([f"{name}+"], name)
    view = known[name].ace
    parents = [parent for parent in _parents(name) if parent in known and known[parent].ace == view]
    if not parents and view:
        parents = [event.id for event in known.values() if event.ace == view and event.id.count(".") == 1]
    return _ordered([name, *parents])


@cache
def _role_names(types: tuple[str, ...]) -> Mapping[str, str]:
    """Lower-case role or AIDA role name -> role name, general types and plain names first."""
    known = load_ontology().event_types
    roles = [role for name in _ordered(types) for role in known[name].roles]
    names: dict[str, str] = {}
    for role in roles:
        names.setdefault(role.name.lower(), role.name)
    for role in roles:
        if role.aida:
            names.setdefault(role.aida.lower(), role.name)
    return names
