"""Pictures of articles, by the hash of their bytes."""

from typing import Annotated

from fastapi import APIRouter, Header, Response

from gateway.parts import PartsOf
from gateway.problems import not_found, responses
from shared.blobs import BlobNotFound

router = APIRouter(tags=["images"])


@router.get(
    "/images/{image_id}",
    response_class=Response,
    responses={
        200: {"content": {"image/*": {"schema": {"type": "string", "format": "binary"}}}, "description": "The bytes as sent"},
        304: {"description": "Not modified"},
        **responses(401, 404),
    },
)
def show_image(image_id: str, parts: PartsOf, if_none_match: Annotated[str | None, Header()] = None) -> Response:
    """The picture exactly as it was sent; it never changes, so it may be kept for ever."""
    headers = {
        "ETag": f'"{image_id}"',
        "Cache-Control": "private, max-age=31536000, immutable",
        "Content-Security-Policy": "default-src 'none'; sandbox",
    }
    try:
        stored = parts.articles.image(image_id)
        if if_none_match and f'"{image_id}"' in if_none_match:
            return Response(status_code=304, headers=headers)
        return Response(parts.blobs.get(stored.image_id), media_type=stored.media_type, headers=headers)
    except BlobNotFound as error:
        raise not_found(f"image {image_id}") from error
