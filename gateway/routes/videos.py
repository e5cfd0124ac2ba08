"""Videos of articles, by the hash of their bytes; players ask for ranges of bytes."""

from typing import Annotated

from fastapi import APIRouter, Header, Response
from fastapi.responses import FileResponse
from starlette.datastructures import Headers
from starlette.types import Message, Receive, Scope, Send

from gateway.dependencies import Deps
from gateway.problems import Refusal, not_found, responses
from shared.blobs import BlobNotFound

router = APIRouter(tags=["videos"])


class VideoResponse(FileResponse):
    """A file or the ranges of it that the request asks for; a range that cannot be given is refused with a problem document.

    A range in another unit than bytes is ignored (RFC 9110, 14.2).
    """

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        async def send_or_refuse(message: Message) -> None:
            if message["type"] == "http.response.start" and message["status"] in (400, 416):
                detail = "the Range header asks for nothing that lies within the video"
                raise Refusal(416, "bad-range", detail, change="ask for bytes within the file, as in `Range: bytes=0-1023`")
            await send(message)

        other_unit = not Headers(scope=scope).get("range", "bytes=").startswith("bytes=")
        headers = [(name, value) for name, value in scope["headers"] if not (other_unit and name == b"range")]
        await super().__call__({**scope, "headers": headers}, receive, send_or_refuse)


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
def show_video(video_id: str, deps: Deps, if_none_match: Annotated[str | None, Header()] = None) -> Response:
    """The video exactly as it was sent, or ranges of its bytes (``Range: bytes=0-1023``); refused while faces are blurred."""
    headers = {
        "ETag": f'"{video_id}"',
        "Cache-Control": "private, max-age=31536000, immutable",
        "Content-Security-Policy": "default-src 'none'; media-src 'self'; sandbox",
        "Accept-Ranges": "bytes",
    }
    if deps.settings.blur_unknown_faces:
        detail = "videos cannot be shown while unknown faces are blurred: only pictures and keyframes can be blurred"
        raise Refusal(403, "video-not-blurred", detail, change="look at the keyframes, or unset NEWSGRAPH_BLUR_UNKNOWN_FACES")
    try:
        stored = deps.articles.video(video_id)
        if if_none_match and f'"{video_id}"' in if_none_match:
            return Response(status_code=304, headers=headers)
        return VideoResponse(deps.blobs.path(stored.file_id), headers=headers, media_type=stored.media_type)
    except BlobNotFound as error:
        raise not_found(f"video {video_id}") from error
