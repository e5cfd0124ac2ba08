"""Order, and simple causal and enabling relations, between the segments of a video: rules over event types in video.yaml."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from itertools import pairwise, product
from pathlib import Path
from typing import Literal

import yaml
from pydantic import ValidationError

from services.visual_events.thresholds import LIMITS
from services.visual_events.video_segments import LENGTH
from shared.errors import ConfigurationError
from shared.ids import make_id
from shared.schemas.base import Confidence, Schema
from shared.schemas.situations import SegmentRelation, VideoSegment, VisualEvent

Relation = Literal["before", "enables", "causes", "reaction"]
_FILE = Path(__file__).parent / "rules" / "video.yaml"
_ORDER, _RELATIONS = "rules:video-order", "rules:video-relations"


class RelationRule(Schema):
    """An event of type ``first`` and, at most ``within`` seconds after its end, one of type ``then``."""

    first: str
    then: str
    relation: Literal["enables", "causes", "reaction"]
    base: Confidence
    within: float

    def fits(self, earlier: str, later: str) -> bool:
        """Tell whether two event types are the rule's, or narrower."""
        return f"{earlier}.".startswith(f"{self.first}.") and f"{later}.".startswith(f"{self.then}.")


class RelationRules(Schema):
    """The file video.yaml."""

    relations: tuple[RelationRule, ...]


@cache
def load_relation_rules() -> RelationRules:
    """The rules, read once; raises ConfigurationError where the file is no such rules."""
    try:
        return RelationRules.model_validate(yaml.safe_load(_FILE.read_text()))
    except ValidationError as error:
        raise ConfigurationError(f"{_FILE.name} is not a file of relation rules: {error}") from error


@dataclass(frozen=True)
class _Span:
    """An event with the segments that show it, by time."""

    event: VisualEvent
    segments: tuple[VideoSegment, ...]

    @property
    def start(self) -> float:
        return self.segments[0].start

    @property
    def end(self) -> float:
        return self.segments[-1].end


def relations_of(
    segments: Sequence[VideoSegment], events: Sequence[VisualEvent], track_of: dict[str, str]
) -> list[SegmentRelation]:
    """``before`` between neighbours in time (segments, and events that do not overlap), and what the rules say of two events.

    ``track_of``: the track of each region, which tells whether one person takes part in both.
    """
    order = [_related(a, b, "before", (1.0, _ORDER)) for a, b in pairwise(segments)]
    spans = [_Span(e, tuple(s for s in segments if e.id in s.event_ids)) for e in events]
    spans = sorted((span for span in spans if span.segments), key=lambda span: (span.start, span.event.id))
    pairs = [(first, then) for first, then in product(spans, spans) if first.start < then.start]
    follows = [_order(first, then) for first, then in pairs if _are_neighbours(first, then, spans)]
    causal = [found for first, then in pairs if (found := _rule(first, then, track_of))]
    return [*order, *follows, *causal]


def _are_neighbours(first: _Span, then: _Span, spans: Sequence[_Span]) -> bool:
    between = [s for s in spans if first.end <= s.start and s.end <= then.start]
    return first.end <= then.start and not between


def _order(first: _Span, then: _Span) -> SegmentRelation:
    confidence = round(min(first.event.confidence, then.event.confidence), 3)
    return _between(first, then, "before", (confidence, _ORDER), "the first ends before the second begins")


def _rule(first: _Span, then: _Span, track_of: dict[str, str]) -> SegmentRelation | None:
    """What the surest rule says of two events; the first begins earlier, and goes on for at most two segments of the other."""
    gap = then.start - first.end
    fitting = (r for r in load_relation_rules().relations if r.fits(first.event.type, then.event.type) and gap <= r.within)
    rule = max(fitting, key=lambda each: each.base, default=None)
    if rule is None or gap < -2 * LENGTH:
        return None
    shared = _participants(first.event, track_of) & _participants(then.event, track_of)
    certainty = rule.base * min(first.event.confidence, then.event.confidence) * (LIMITS.shared_participant if shared else 1.0)
    reason = f"{rule.first} then {rule.then}" + (", one thing or person takes part in both" if shared else "")
    return _between(first, then, rule.relation, (round(min(1.0, certainty), 3), _RELATIONS), reason)


def _participants(event: VisualEvent, track_of: dict[str, str]) -> set[str]:
    return {track_of[a.region_id] for a in event.arguments if a.region_id in track_of}


def _between(first: _Span, then: _Span, relation: Relation, claim: tuple[float, str], reason: str) -> SegmentRelation:
    """The relation of two events, between the last segment of the first before the second, and the first of the second."""
    source = [segment for segment in first.segments if segment.start < then.start][-1]
    found = _related(source, then.segments[0], relation, claim)
    ends = {"source_event_id": first.event.id, "target_event_id": then.event.id, "reason": reason}
    return found.model_copy(update={"id": make_id("segrel", found.id, first.event.id, then.event.id), **ends})


def _related(source: VideoSegment, target: VideoSegment, relation: Relation, claim: tuple[float, str]) -> SegmentRelation:
    return SegmentRelation(
        id=make_id("segrel", source.id, target.id, relation),
        source_id=source.id,
        target_id=target.id,
        relation=relation,
        confidence=claim[0],
        model=claim[1],
    )
