"""Two-second segments of a video with verb and roles; events that go on through several keyframes become one event."""

from collections import defaultdict
from collections.abc import Sequence
from math import ceil

from services.visual_events.thresholds import LIMITS
from shared.ids import make_id
from shared.schemas.situations import SituationFrame, VideoSegment, VisualEvent
from shared.schemas.video import Timeline

MODEL = "rules:video-segments"
LENGTH = 2.0  # seconds, as in VidSitu
Stretch = tuple[float, float]


def joined_events(timeline: Timeline, events: Sequence[VisualEvent]) -> tuple[list[VisualEvent], dict[str, str]]:
    """The events of the video, each once: those of one type without a longer gap become the surest of them.

    Second: for every event the id of that which it became. Events of other pictures are passed over.
    """
    stretches = {k.image.image_id: timeline.stretch(k) for k in timeline.keyframes}
    by_type: defaultdict[str, list[VisualEvent]] = defaultdict(list)
    for event in events:
        if event.image_id in stretches:
            by_type[event.type].append(event)
    kept: list[VisualEvent] = []
    became: dict[str, str] = {}
    for same in by_type.values():
        for run in _runs(same, stretches):
            best = max(run, key=lambda event: (event.confidence, event.id))
            start, end = stretches[run[0].image_id][0], max(stretches[event.image_id][1] for event in run)
            reason = f"seen from {start:.1f} to {end:.1f} s in {len({event.image_id for event in run})} keyframes"
            kept.append(best.model_copy(update={"reasons": (*best.reasons, reason)}))
            became |= {event.id: best.id for event in run}
    return kept, became


def segments_of(
    timeline: Timeline, frames: Sequence[SituationFrame], events: Sequence[VisualEvent], became: dict[str, str]
) -> list[VideoSegment]:
    """The segments in which something is seen, by time; ``events`` as found, before they were joined."""
    stretches = {k.image.image_id: timeline.stretch(k) for k in timeline.keyframes}
    segments = []
    for number in range(ceil(timeline.duration / LENGTH)):
        window = (number * LENGTH, min((number + 1) * LENGTH, timeline.duration))
        shown = tuple(image for image, stretch in stretches.items() if _shares(window, stretch))
        here = [frame for frame in frames if frame.image_id in shown]
        going_on = [event for event in events if event.image_id in shown]
        if here or going_on:
            segments.append(_segment(timeline.video_id, window, shown, here, [(e, became[e.id]) for e in going_on]))
    return segments


def _segment(
    video_id: str,
    window: Stretch,
    shown: tuple[str, ...],
    frames: Sequence[SituationFrame],
    events: Sequence[tuple[VisualEvent, str]],
) -> VideoSegment:
    frame = max(frames, key=lambda each: (each.confidence, each.id), default=None)
    event = max((event for event, _ in events), key=lambda each: (each.confidence, each.id), default=None)
    return VideoSegment(
        id=make_id("segment", video_id, f"{window[0]:.3f}", f"{window[1]:.3f}"),
        video_id=video_id,
        start=window[0],
        end=window[1],
        verb=frame.verb if frame else None,
        event_type=event.type if event else None,
        roles=frame.roles if frame else (),
        image_ids=shown,
        frame_ids=tuple(sorted(each.id for each in frames)),
        event_ids=tuple(sorted({became for _, became in events})),
        confidence=max((each.confidence for each in (frame, event) if each), default=0.0),
        model=MODEL,
    )


def _runs(events: Sequence[VisualEvent], stretches: dict[str, Stretch]) -> list[list[VisualEvent]]:
    """Events of one type by time, parted where nothing of the type is seen for a segment's length."""
    runs: list[list[VisualEvent]] = []
    end = 0.0
    for event in sorted(events, key=lambda each: (stretches[each.image_id], each.id)):
        start, until = stretches[event.image_id]
        if runs and start - end < LENGTH:
            runs[-1].append(event)
        else:
            runs.append([event])
        end = max(end, until)
    return runs


def _shares(window: Stretch, stretch: Stretch) -> bool:
    common = min(window[1], stretch[1]) - max(window[0], stretch[0])
    return common > 0 and common >= LIMITS.min_segment_share * (window[1] - window[0])
