"""Pictures of articles, by the hash of their bytes."""

from typing import Annotated

from fastapi import APIRouter, Header, Query, Response

from gateway.blurring import blurred, unknown_faces
from gateway.dependencies import Dependencies, Deps
from gateway.image_view import ImageView, image_view
from gateway.problems import not_found, responses
from shared.blobs import BlobNotFound
from shared.schemas.api import FoundImage, FoundImages

router = APIRouter(tags=["images"])
_LASTING, _CHANGING = "private, max-age=31536000, immutable", "private, no-cache"
_HEADERS = {"Content-Security-Policy": "default-src 'none'; sandbox"}


@router.get("/images", responses=responses(401, 422, 503))
def search_images(
    deps: Deps,
    q: Annotated[str, Query(min_length=2, max_length=300, description="what the picture shows, in English")],
    limit: Annotated[int, Query(ge=1, le=100)] = 20,
) -> FoundImages:
    """Pictures of all articles that fit the words, best first; a score is a cosine, not a probability."""
    found = deps.dispatcher.search(q, limit)
    hits = (FoundImage(image_id=h.image_id, score=h.score, article_ids=_articles(deps, h.image_id)) for h in found.hits)
    kept = tuple(hit for hit in hits if hit.article_ids)
    return FoundImages(query=q, model=found.model, searched=found.searched, hits=kept)


def _articles(deps: Dependencies, image_id: str) -> tuple[str, ...]:
    """The articles that still show the picture."""
    try:
        return deps.articles.image(image_id).article_ids
    except BlobNotFound:
        return ()


@router.get(
    "/images/{image_id}",
    response_class=Response,
    responses={
        200: {
            "content": {"image/*": {"schema": {"type": "string", "format": "binary"}}},
            "description": "The bytes as sent, unless faces are blurred",
        },
        304: {"description": "Not modified"},
        **responses(401, 404),
    },
)
def show_image(image_id: str, deps: Deps, if_none_match: Annotated[str | None, Header()] = None) -> Response:
    """The picture exactly as it was sent, to be kept for ever; or with unknown faces blurred, where the platform is set so."""
    try:
        stored = deps.articles.image(image_id)
        unknown = unknown_faces(stored, deps.blobs) if deps.settings.blur_unknown_faces else None
        tag = f'"{image_id}.{unknown.revision}"' if unknown else f'"{image_id}"'
        headers = _HEADERS | {"ETag": tag, "Cache-Control": _CHANGING if unknown else _LASTING}
        if if_none_match and tag in if_none_match:
            return Response(status_code=304, headers=headers)
        data, media_type = deps.blobs.get(stored.file_id), stored.media_type
        if unknown and (unknown.everything or unknown.faces):
            data, media_type = blurred(data, media_type, unknown)
        return Response(data, media_type=media_type, headers=headers)
    except BlobNotFound as error:
        raise not_found(f"image {image_id}") from error


@router.get("/articles/{article_id}/images/{image_id}", responses=responses(401, 404))
def picture_of_article(article_id: str, image_id: str, deps: Deps) -> ImageView:
    """Everything the stages say of one picture or keyframe of an article, and which engine said so."""
    try:
        deps.articles.get(article_id)
        deps.articles.image(image_id)
    except BlobNotFound as error:
        raise not_found(f"image {image_id} of article {article_id}") from error
    return image_view(deps.blobs, article_id, image_id)
