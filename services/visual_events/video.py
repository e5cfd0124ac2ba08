"""What happens in videos, from what was seen in their keyframes: tracks, segments with verb and roles, and how they relate."""

from collections import defaultdict

from services.visual_events.video_relations import relations_of
from services.visual_events.video_segments import joined_events, segments_of
from services.visual_events.video_tracks import by_region, tracks_of
from shared.schemas.situations import SegmentRelation, Track, VideoSegment, VisualEvent, VisualEvents
from shared.schemas.text import NotAttempted
from shared.schemas.vision import Region
from shared.stage import StageInput

_LIMITS = NotAttempted(
    part="movement in videos",
    reason="verbs come from single keyframes; what only motion or sound tells is not seen; causes come from rules on types",
)


def with_videos(given: StageInput, seen: VisualEvents) -> VisualEvents:
    """The output with tracks, segments and relations of each video; an article without keyframes keeps its output as it is."""
    timelines = [video for video in given.video_frames.videos if video.keyframes] if given.video_frames else []
    if not timelines:
        return seen
    regions = _regions(given)
    frames = {k.image.image_id for timeline in timelines for k in timeline.keyframes}
    tracks: list[Track] = []
    segments: list[VideoSegment] = []
    relations: list[SegmentRelation] = []
    events: list[VisualEvent] = [event for event in seen.events if event.image_id not in frames]
    for timeline in timelines:
        followed = tracks_of(timeline, regions, given.entity_linking)
        kept, became = joined_events(timeline, seen.events)
        parts = segments_of(timeline, seen.frames, [event for event in seen.events if event.id in became], became)
        tracks += followed
        segments += parts
        relations += relations_of(parts, kept, by_region(followed))
        events += kept
    return seen.model_copy(
        update={
            "events": tuple(events),
            "tracks": tuple(tracks),
            "segments": tuple(segments),
            "relations": tuple(relations),
            "not_attempted": (*seen.not_attempted, _LIMITS),
        }
    )


def _regions(given: StageInput) -> dict[str, list[Region]]:
    """The regions of each image, each once, in the order found."""
    linking = given.entity_linking
    found = [region for image in given.object_detection.images for region in image.regions] if given.object_detection else []
    found += [face.region for face in linking.faces] if linking else []
    found += [*linking.flags, *linking.logos, *linking.landmarks] if linking else []
    by_image: defaultdict[str, dict[str, Region]] = defaultdict(dict)
    for region in found:
        by_image[region.image_id].setdefault(region.id, region)
    return {image_id: list(regions.values()) for image_id, regions in by_image.items()}
