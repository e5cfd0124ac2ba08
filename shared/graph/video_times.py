"""When a region or an event is seen in a video, in seconds."""

from shared.schemas.fusion import FusedEvent
from shared.schemas.graph import PropertyValue
from shared.schemas.vision import Region
from shared.stage import StageInput


class VideoTimes:
    """When things are seen: seconds by image, region and visual event, for those that a video shows."""

    def __init__(self, given: StageInput) -> None:
        timelines = given.video_frames.videos if given.video_frames else ()
        self._images = {k.image.image_id: (t.video_id, *t.stretch(k)) for t in timelines for k in t.keyframes}
        seen = given.visual_events
        self._tracks = {region: track.id for track in (seen.tracks if seen else ()) for region in track.region_ids}
        self._events: dict[str, tuple[str, float, float]] = {}
        for segment in seen.segments if seen else ():
            for event_id in segment.event_ids:
                start = min(segment.start, self._events.get(event_id, ("", segment.start, 0.0))[1])
                self._events[event_id] = (segment.video_id, start, segment.end)

    def of_region(self, region: Region) -> dict[str, PropertyValue]:
        """``video_id``, ``start_seconds``, ``end_seconds`` of the keyframe's stretch, and the track; nothing in a photograph."""
        track = self._tracks.get(region.id)
        return {**_times(self._images.get(region.image_id)), **({"track_id": track} if track else {})}

    def of_event(self, event: FusedEvent) -> dict[str, PropertyValue]:
        """When the event is seen, over all its visual members that one video shows."""
        found = [self._events[member] for member in event.member_ids if member in self._events]
        same = [times for times in found if times[0] == found[0][0]]
        return _times((same[0][0], min(t[1] for t in same), max(t[2] for t in same)) if same else None)


def _times(found: tuple[str, float, float] | None) -> dict[str, PropertyValue]:
    return {"video_id": found[0], "start_seconds": found[1], "end_seconds": found[2]} if found else {}
