"""Videos in the graph: the Video, its segments (Video:Segment), and how the events that they show relate."""

from collections.abc import Iterator

from shared.graph.draft import Draft
from shared.graph.sources import shortened
from shared.schemas.graph import PropertyValue
from shared.schemas.situations import SegmentRelation, VideoSegment
from shared.stage import StageInput

_EDGES = {"before": "BEFORE", "enables": "ENABLES", "causes": "CAUSES", "reaction": "HAS_REACTION"}


def add_videos(draft: Draft, given: StageInput) -> None:
    """The Video nodes with their HAS_VIDEO edges, and a node for each segment in which something is seen."""
    timelines = {timeline.video_id: timeline for timeline in given.video_frames.videos} if given.video_frames else {}
    for video in given.article.videos:
        timeline = timelines.get(video.video_id)
        properties: dict[str, PropertyValue] = {
            "name": shortened(video.caption) or "video",
            "caption": video.caption or None,
            "credit": video.credit or None,
            "source_url": video.source_url,
            "media_type": video.media_type,
            "width": video.width,
            "height": video.height,
            "duration": video.duration,
            "shot_starts": [shot.start for shot in timeline.shots] if timeline else None,
            "error": timeline.error if timeline else None,
        }
        draft.source(video.video_id, ("Video",), properties)
        ends = (given.article.article_id, video.video_id)
        draft.edge("HAS_VIDEO", ends, [video.video_id], {"caption": video.caption or None})
    for segment in given.visual_events.segments if given.visual_events else ():
        _add_segment(draft, segment)


def add_segment_facts(draft: Draft, given: StageInput) -> None:
    """SHOWN_IN from events to segments, and BEFORE, ENABLES, CAUSES, HAS_REACTION between segments and between their events."""
    seen = given.visual_events
    segments = {segment.id: segment for segment in seen.segments} if seen else {}
    owners = {member: event.id for event in given.fusion.events for member in event.member_ids} if given.fusion else {}
    for segment in segments.values():
        for owner in _owners(segment, owners):
            claim: dict[str, PropertyValue] = {"confidence": segment.confidence, "model": segment.model}
            times: dict[str, PropertyValue] = {"start_seconds": segment.start, "end_seconds": segment.end}
            draft.edge("SHOWN_IN", (owner, segment.id), [segment.id], {**claim, **times})
    for relation in seen.relations if seen else ():
        _relate(draft, relation, segments, owners)


def _relate(draft: Draft, relation: SegmentRelation, segments: dict[str, VideoSegment], owners: dict[str, str]) -> None:
    """The edge between the two events where the relation is of events, and between the segments unless it is only their order."""
    source, target = segments[relation.source_id], segments[relation.target_id]
    properties: dict[str, PropertyValue] = {
        "statement_id": relation.id,
        "reason": relation.reason or None,
        "confidence": relation.confidence,
        "model": relation.model,
    }
    evidence = [source.id, target.id]
    first, then = (owners.get(event or "") for event in (relation.source_event_id, relation.target_event_id))
    if relation.source_event_id is None or relation.relation != "before":
        draft.edge(_EDGES[relation.relation], (source.id, target.id), evidence, properties)
    if first and then and first != then:
        draft.edge(_EDGES[relation.relation], (first, then), evidence, properties)


def _owners(segment: VideoSegment, owners: dict[str, str]) -> Iterator[str]:
    yield from sorted({owners[event] for event in segment.event_ids if event in owners})


def _add_segment(draft: Draft, segment: VideoSegment) -> None:
    roles = [f"{filler.role}: {filler.noun}" for filler in segment.roles]
    properties: dict[str, PropertyValue] = {
        "name": f"{segment.verb or segment.event_type or 'segment'} {segment.start:.0f}-{segment.end:.0f} s",
        "video_id": segment.video_id,
        "start_seconds": segment.start,
        "end_seconds": segment.end,
        "verb": segment.verb,
        "type": segment.event_type,
        "roles": roles or None,
        "confidence": segment.confidence,
        "model": segment.model,
    }
    draft.source(segment.id, ("Video", "Segment"), properties)
    draft.edge("IN", (segment.id, segment.video_id), [segment.id], {})
