"""Event graphs: an event node and its argument nodes, with shortest-path distances, from the text or from a picture."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from services.fusion.evidence import Evidence
from shared.schemas.situations import RoleFiller, VisualEvent
from shared.schemas.text import Event

Matrix = NDArray[np.float64]

_ONE_STEP, _TWO_STEPS = 1 / 2, 1.0


@dataclass(frozen=True)
class ArgumentNode:
    """A role filler. ``entity`` is the fused group that it is known to be, None where nobody knows."""

    id: str
    role: str
    words: str
    entity_type: str | None
    entity: str | None


@dataclass(frozen=True)
class EventGraph:
    """A star of roles around an event; ``joined`` are pairs of argument ids that a relation or scene triple connects."""

    id: str
    type: str
    words: str
    arguments: tuple[ArgumentNode, ...]
    joined: frozenset[frozenset[str]]

    def distances(self) -> Matrix:
        """Shortest paths between event (row 0) and arguments, halved, so that all lie in [0, 1]."""
        size = len(self.arguments) + 1
        steps = np.full((size, size), _TWO_STEPS)
        steps[0, :] = steps[:, 0] = _ONE_STEP
        for i, left in enumerate(self.arguments, 1):
            for j, right in enumerate(self.arguments, 1):
                if frozenset((left.id, right.id)) in self.joined:
                    steps[i, j] = _ONE_STEP
        np.fill_diagonal(steps, 0.0)
        return steps


def text_graph(evidence: Evidence, event: Event, group_of: Callable[[str], str]) -> EventGraph:
    """The graph of a text event; its words are its first trigger."""
    roles = sorted({(a.role, a.entity_id) for a in event.arguments if a.entity_id in evidence.entities})
    nodes = [
        ArgumentNode(entity_id, role, words_of(evidence, entity_id), evidence.entities[entity_id].type, group_of(entity_id))
        for role, entity_id in roles
    ]
    triggers = triggers_of(evidence, event)
    words = evidence.mentions[triggers[0]].text if triggers else event.type.split(".")[-1]
    joined = frozenset(frozenset((r.source_id, r.target_id)) for r in evidence.relations)
    return EventGraph(event.id, event.type, words, tuple(nodes), joined)


def visual_graph(evidence: Evidence, event: VisualEvent, label: str, known: Callable[[str], str | None]) -> EventGraph:
    """The graph of a visual event; its words are its imSitu verb, or the label of its type."""
    nodes = [
        ArgumentNode(filler_id(event, a), a.role, a.noun, _region_type(evidence, a.region_id), known(a.region_id or ""))
        for a in sorted(event.arguments, key=_filler_order)
    ]
    joined = frozenset(frozenset((t.subject_id, t.object_id)) for t in evidence.triples)
    return EventGraph(event.id, event.type, evidence.verbs.get(event.frame_id or "", label), tuple(nodes), joined)


def triggers_of(evidence: Evidence, event: Event) -> list[str]:
    """The trigger mentions of an event in reading order."""
    return [m for m in evidence.mentions if m in event.trigger_ids]


def sentence_of(evidence: Evidence, event: Event) -> str:
    """The sentence of the first trigger, empty where there is none."""
    spans = [evidence.mentions[m].span for m in triggers_of(evidence, event)[:1]]
    found = (s for s in evidence.sentences for span in spans if s.contains(span))
    return next((evidence.article.quote(s) for s in found), "")


def words_of(evidence: Evidence, entity_id: str) -> str:
    """How the text describes an entity: the head of its first nominal, else its name."""
    mentions: Iterable[str] = (evidence.article.quote(m.head) for m in evidence.mentions_of[entity_id] if m.kind == "nominal")
    return next(iter(mentions), evidence.entities[entity_id].name)


def filler_id(event: VisualEvent, filler: RoleFiller) -> str:
    """The id of a visual argument node: its region, or event and role where it has none."""
    return filler.region_id or f"{event.id}:{filler.role}"


def _region_type(evidence: Evidence, region_id: str | None) -> str | None:
    region = evidence.regions.get(region_id or "")
    if region is None:
        return None
    return "PER" if region.kind == "face" else region.entity_type


def _filler_order(filler: RoleFiller) -> tuple[str, str, str, float]:
    return filler.role, filler.region_id or "", filler.noun, filler.confidence
