"""Decides whether bytes are a video that the platform takes: type sniffed, container opened, one frame decoded."""

import io
from dataclasses import dataclass

import av
from av.container import InputContainer

from gateway.problems import Refusal
from gateway.settings import GatewaySettings
from shared.ids import content_hash
from shared.schemas.article import Video
from shared.video_formats import DEMUXERS, NAMES, media_type_of

_CHANGE = f"send a whole video as {NAMES}"


@dataclass(frozen=True)
class CheckedVideo:
    """Verified bytes and what the article says about them."""

    data: bytes
    video: Video

    @property
    def file_id(self) -> str:
        """The hash of the bytes."""
        return self.video.video_id


def inspect_video(data: bytes, name: str, settings: GatewaySettings) -> Video:
    """Return id, media type, size and length; raises Refusal (413 too large or long, 415 no video, 422 damaged)."""
    if len(data) > settings.max_video_bytes:
        detail = f"{name} has {len(data):,} bytes; {settings.max_video_bytes:,} are allowed"
        raise Refusal(413, "video-too-large", detail, change="send a smaller file, or raise NEWSGRAPH_MAX_VIDEO_BYTES")
    kind = media_type_of(data)
    if kind not in DEMUXERS:
        raise Refusal(415, "not-a-video", f"{name} {f'looks like {kind}' if kind else 'is of no known type'}", change=_CHANGE)
    try:
        with av.open(io.BytesIO(data), "r", format=DEMUXERS[kind]) as container:
            width, height = _size(container, name, settings)
            seconds = _seconds(container)
    except (av.FFmpegError, EOFError) as error:
        reason = getattr(error, "strerror", None) or str(error)
        raise Refusal(422, "damaged-video", f"{name} cannot be decoded: {reason}", change=_CHANGE) from error
    if seconds > settings.max_video_seconds:
        detail = f"{name} is {seconds:.0f} seconds long; {settings.max_video_seconds:g} are allowed"
        raise Refusal(413, "video-too-long", detail, change="send the part that matters, or raise NEWSGRAPH_MAX_VIDEO_SECONDS")
    return Video(video_id=content_hash(data), media_type=kind, width=width, height=height, duration=round(seconds, 3))


def _size(container: InputContainer, name: str, settings: GatewaySettings) -> tuple[int, int]:
    """Width and height of the picture track, of which one frame was decoded."""
    if not container.streams.video:
        raise Refusal(415, "not-a-video", f"{name} has no picture track, only sound", change=_CHANGE)
    codec = container.streams.video[0].codec_context
    if codec.width * codec.height > settings.max_image_pixels:
        detail = f"{name} has {codec.width}x{codec.height} pixels; {settings.max_image_pixels:,} are allowed"
        raise Refusal(413, "too-many-pixels", detail, change="send the video scaled down")
    frame = next(container.decode(video=0), None)
    if frame is None:
        raise Refusal(422, "damaged-video", f"{name} holds no frames", change=_CHANGE)
    return frame.width, frame.height


def _seconds(container: InputContainer) -> float:
    """The length by the header or, where it states none (recorded streams), by the last packet."""
    if container.duration:
        return container.duration / 1_000_000
    stream = container.streams.video[0]
    times = [packet.pts for packet in container.demux(stream) if packet.pts is not None]
    return float((max(times) - min(times)) * stream.time_base) if times and stream.time_base else 0.0
