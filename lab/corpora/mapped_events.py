"""What the readers of event corpora share: arguments and events from a corpus's labels, and a count of what was left out."""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from lab.corpora.document import GoldArgument, GoldDocument, GoldEvent
from lab.corpora.event_labels import LabelMap
from shared.errors import InputError

Span = tuple[int, int]
DROPPED = "dropped_roles"
_MOVERS = frozenset({"transporter", "agent"})
_MOVED_WITH = frozenset({"origin", "destination", "place", "transporter", "agent"})


@dataclass(frozen=True)
class RawEvent:
    """An event as the corpus has it; ``arguments`` are (corpus role, mention id)."""

    id: str
    span: Span
    label: str
    arguments: Sequence[tuple[str, str]] = ()
    cluster: str | None = None
    trigger: str = ""


@dataclass
class MappedEvents:
    """Collects the events of one document; ``dropped`` lists ``label/role`` of the arguments that have no role of ours."""

    labels: LabelMap
    events: list[GoldEvent] = field(default_factory=list)
    masked: list[Span] = field(default_factory=list)
    dropped: list[str] = field(default_factory=list)

    def add(self, raw: RawEvent) -> None:
        """Map and keep the event; an unsure label only masks its trigger. No event of ours keeps its label and no arguments."""
        if self.labels.is_unsure(raw.label, raw.trigger):
            self.masked.append(raw.span)
            return
        types = self.labels.types(raw.label, raw.trigger)
        arguments = tuple(self._arguments(raw, types)) if types else ()
        self.events.append(GoldEvent(raw.id, *raw.span, types, raw.label, arguments, raw.cluster))

    def notes(self) -> dict[str, str]:
        """The dropped arguments for :attr:`GoldDocument.notes`."""
        return {DROPPED: " ".join(self.dropped)} if self.dropped else {}

    def _arguments(self, raw: RawEvent, types: tuple[str, ...]) -> Iterator[GoldArgument]:
        mover = _moves_alone(raw)
        seen: set[tuple[str, str]] = set()
        for label, mention_id in raw.arguments:
            wanted = "Artifact" if mover and label.lower() in _MOVERS else label
            role = self.labels.role(wanted, raw.label, types)
            if role is None:
                self.dropped.append(f"{raw.label}/{label}")
            elif (role, mention_id) not in seen:
                seen.add((role, mention_id))
                yield GoldArgument(role, mention_id, label)


def _moves_alone(raw: RawEvent) -> bool:
    """Whether who moves is the only one named: ACE calls that participant Artifact, KAIROS and AIDA Transporter or Agent."""
    if not raw.label.lower().startswith(("movement.transportation", "movement.transportperson")):
        return False
    return {label.lower() for label, _ in raw.arguments} <= _MOVED_WITH


def dropped_roles(documents: Iterable[GoldDocument]) -> Counter[str]:
    """How often each ``label/role`` was left out because our types have no such role."""
    return Counter(name for document in documents for name in document.notes.get(DROPPED, "").split())


def unmapped_labels(documents: Iterable[GoldDocument]) -> Counter[str]:
    """How often each label stands that is no event of ours."""
    return Counter(event.label for document in documents for event in document.events if not event.types)


def input_files(path: Path, *patterns: str) -> list[Path]:
    """The file itself, or a folder's files of the patterns in order of name; raises InputError where there are none."""
    if path.is_file():
        return [path]
    found = sorted({file for pattern in patterns for file in path.glob(pattern)}) if path.is_dir() else []
    if not found:
        raise InputError(f"{path}: give a file or a folder that holds {' or '.join(patterns)}")
    return found
