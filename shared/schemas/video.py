"""What video_frames gives: the shots of each video and the frames that stand for them."""

from bisect import bisect_right

from shared.schemas.article import Image
from shared.schemas.base import Schema
from shared.schemas.text import NotAttempted


class Shot(Schema):
    """A run of frames without a cut, in seconds; ``end`` is exclusive."""

    start: float
    end: float


class Keyframe(Schema):
    """A frame of a video as a picture (JPEG in the blob store); ``shot`` counts from 0."""

    image: Image
    video_id: str
    seconds: float
    shot: int


class Timeline(Schema):
    """One video: ``keyframes`` by time; ``error`` says why there are none, or where the video breaks off."""

    video_id: str
    duration: float = 0.0
    shots: tuple[Shot, ...] = ()
    keyframes: tuple[Keyframe, ...] = ()
    error: str | None = None

    def stretch(self, keyframe: Keyframe) -> tuple[float, float]:
        """The seconds that a keyframe stands for: from it (the first of a shot: from the cut) to the next keyframe or cut."""
        same = [each.seconds for each in self.keyframes if each.shot == keyframe.shot]
        shot, later = self.shots[keyframe.shot], bisect_right(same, keyframe.seconds)
        start = shot.start if keyframe.seconds == same[0] else keyframe.seconds
        return start, max(same[later] if later < len(same) else shot.end, keyframe.seconds)


class VideoFrames(Schema):
    """The output of video_frames; empty for an article without videos."""

    article_id: str
    videos: tuple[Timeline, ...] = ()
    not_attempted: tuple[NotAttempted, ...] = ()

    @property
    def keyframes(self) -> dict[str, Keyframe]:
        """All keyframes by image id."""
        return {keyframe.image.image_id: keyframe for video in self.videos for keyframe in video.keyframes}
