"""The stage video_frames: shots and keyframes of each video, so that all later stages see pictures only."""

from collections.abc import Sequence
from pathlib import Path
from typing import ClassVar

import av

from services.video_frames.decoding import frames, opened
from services.video_frames.keyframes import FoundFrame, KeyframePicker
from services.video_frames.settings import VideoSettings
from services.video_frames.thresholds import LIMITS
from shared.blobs import BlobNotFound, Blobs
from shared.errors import StageError
from shared.manifest import settings_id, source_id
from shared.schemas.article import Image, Video
from shared.schemas.job import StageName
from shared.schemas.text import NotAttempted
from shared.schemas.video import Keyframe, Timeline, VideoFrames
from shared.settings import Settings
from shared.shown_files import ShownFrames
from shared.stage import StageInput, StageOutput

FOLDER = Path(__file__).parent
_SOUND = NotAttempted(part="sound of videos", reason="speech is not transcribed; send a transcript as the text or the caption")


class VideoFramesStage:
    """Decodes each video once; one that cannot be read gets an ``error``, and its neighbours go on."""

    name: ClassVar[StageName] = "video_frames"

    def __init__(self, limits: VideoSettings, blobs: Blobs) -> None:
        self._limits = limits
        self._blobs = blobs
        self._frames = ShownFrames(blobs)

    def load(self) -> None:
        """Nothing to load: there is no model."""

    def manifest(self) -> tuple[str, ...]:
        """The rules, FFmpeg's version and the settings that choose the frames."""
        return (source_id(FOLDER), f"av@{av.__version__}", settings_id("video", self._limits))

    def run(self, batch: Sequence[StageInput]) -> list[StageOutput | StageError]:
        """One VideoFrames per article, empty for an article without videos."""
        return [self._read(inputs) for inputs in batch]

    def _read(self, inputs: StageInput) -> VideoFrames:
        article = inputs.article
        videos = {video.video_id: video for video in article.videos}
        timelines = tuple(self._timeline(video, article.article_id) for video in videos.values())
        broken = tuple(NotAttempted(part=_called(videos[t.video_id]), reason=t.error) for t in timelines if t.error)
        notes = (*broken, _SOUND) if timelines else ()
        return VideoFrames(article_id=article.article_id, videos=timelines, not_attempted=notes)

    def _timeline(self, video: Video, article_id: str) -> Timeline:
        """The video's shots and keyframes; where the file breaks off, those before, with the reason."""
        picker = KeyframePicker(self._limits, video.video_id)
        end, error = 0.0, None
        try:
            with opened(self._bytes(video)) as container:
                for seconds, frame in frames(container):
                    self._check_length(seconds)
                    picker.add(seconds, frame)
                    end = seconds + float(1 / (container.streams.video[0].average_rate or 25))
            _check_whole(end, video)
        except StageError as problem:
            error = f"{problem} (stopped after {end:.1f} s)" if end else str(problem)
        shots, found = picker.finish(end)
        keyframes = tuple(self._keep(frame, video, article_id) for frame in found)
        return Timeline(video_id=video.video_id, duration=end, shots=shots, keyframes=keyframes, error=error)

    def _bytes(self, video: Video) -> bytes:
        try:
            data = self._blobs.get(video.video_id)
        except BlobNotFound as error:
            raise StageError("the video's bytes are gone from the blob store; send the article again") from error
        if len(data) > self._limits.max_video_bytes:
            limit = self._limits.max_video_bytes
            raise StageError(f"the video has {len(data):,} bytes, more than {limit:,} (NEWSGRAPH_MAX_VIDEO_BYTES)")
        return data

    def _check_length(self, seconds: float) -> None:
        if seconds > self._limits.max_video_seconds:
            limit = self._limits.max_video_seconds
            raise StageError(f"the video is longer than {limit:g} s (NEWSGRAPH_MAX_VIDEO_SECONDS); send the part that matters")

    def _keep(self, frame: FoundFrame, video: Video, article_id: str) -> Keyframe:
        digest = self._blobs.put(frame.jpeg)
        self._frames.keep(digest, article_id)
        image = Image(
            image_id=digest,
            media_type="image/jpeg",
            width=frame.width,
            height=frame.height,
            caption=video.caption,
            credit=video.credit,
            source_url=video.source_url,
        )
        return Keyframe(image=image, video_id=video.video_id, seconds=round(frame.seconds, 3), shot=frame.shot)


def _check_whole(end: float, video: Video) -> None:
    if end == 0.0:
        raise StageError("the video holds no frames; send a whole file")
    if end < video.duration - max(LIMITS.max_missing_seconds, LIMITS.max_missing_share * video.duration):
        raise StageError(f"the video breaks off: its header promises {video.duration:.1f} s; send a whole file")


def _called(video: Video) -> str:
    return f"video {video.caption or video.video_id[:12]}"


def build(settings: Settings, blobs: Blobs) -> VideoFramesStage:
    """Make the stage; nothing is read yet but its settings."""
    return VideoFramesStage(VideoSettings(), blobs)
