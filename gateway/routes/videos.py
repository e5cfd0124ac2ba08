"""Videos of articles, by the hash of their bytes; players ask for ranges of bytes."""

from typing import Annotated

from fastapi import APIRouter, Header, Response

from gateway.parts import PartsOf
from gateway.problems import Refusal, not_found, responses
from gateway.videos import byte_range
from shared.blobs import BlobNotFound

router = APIRouter(tags=["videos"])


@router.get(
    "/videos/{video_id}",
    response_class=Response,
    responses={
        200: {"content": {"video/*": {"schema": {"type": "string", "format": "binary"}}}, "description": "The bytes as sent"},
        206: {"description": "The range of bytes that was asked for"},
        304: {"description": "Not modified"},
        **responses(401, 403, 404, 416),
    },
)
def show_video(
    video_id: str,
    parts: PartsOf,
    if_none_match: Annotated[str | None, Header()] = None,
    range_: Annotated[str | None, Header(alias="range")] = None,
) -> Response:
    """The video exactly as it was sent, or one range of its bytes (``Range: bytes=0-1023``); refused while faces are blurred."""
    headers = {
        "ETag": f'"{video_id}"',
        "Cache-Control": "private, max-age=31536000, immutable",
        "Content-Security-Policy": "default-src 'none'; media-src 'self'; sandbox",
        "Accept-Ranges": "bytes",
    }
    if parts.settings.blur_unknown_faces:
        detail = "videos cannot be shown while unknown faces are blurred: only pictures and keyframes can be blurred"
        raise Refusal(403, "video-not-blurred", detail, change="look at the keyframes, or unset NEWSGRAPH_BLUR_UNKNOWN_FACES")
    try:
        stored = parts.articles.video(video_id)
        if if_none_match and f'"{video_id}"' in if_none_match:
            return Response(status_code=304, headers=headers)
        data = parts.blobs.get(stored.file_id)
    except BlobNotFound as error:
        raise not_found(f"video {video_id}") from error
    part = byte_range(range_, len(data))
    if part is None:
        return Response(data, media_type=stored.media_type, headers=headers)
    headers["Content-Range"] = f"bytes {part[0]}-{part[1]}/{len(data)}"
    return Response(data[part[0] : part[1] + 1], status_code=206, media_type=stored.media_type, headers=headers)
