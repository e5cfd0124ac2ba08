"""Adds references to galleries: pictures are checked and kept only until a worker has read them."""

from gateway.dependencies import Dependencies
from gateway.images import inspect_image
from gateway.problems import Refusal
from shared.blobs import BlobNotFound
from shared.errors import InputError, ServiceUnavailable
from shared.gallery import Enrolment, GalleryKind, Rebuilt, Reference
from shared.schemas.api import ReferenceOut
from shared.schemas.api_requests import ReferenceIn

_SHOWS: dict[GalleryKind, str] = {
    "person": "the face of this one person, large and from the front",
    "flag": "the flag and little else",
    "logo": "the logo and little else",
    "landmark": "the landmark as press photographs show it",
}


def enrol(deps: Dependencies, kind: GalleryKind, sent: ReferenceIn, files: list[bytes], who: str) -> ReferenceOut:
    """Wait for a worker to read the pictures; raises Refusal (422: too many, or they cannot serve), ServiceUnavailable."""
    limit, change = deps.settings.max_images, f"send pictures that show {_SHOWS[kind]}"
    if not 0 < len(files) <= limit:
        detail = f"a {kind} needs 1 to {limit} pictures, not {len(files)}"
        raise Refusal(422, "wrong-image-count", detail, change=change)
    _require_worker(deps)
    images = [inspect_image(data, f"image {number}", deps.settings) for number, data in enumerate(files, start=1)]
    digests = tuple(dict.fromkeys(image.image_id for image in images))
    with deps.keeping:
        for data in files:
            deps.blobs.put(data)
    order = Enrolment(kind=kind, name=sent.name, kb_id=sent.kb_id, image_ids=digests, who=who)
    try:
        return shown(deps.dispatcher.enrol(order))
    except InputError as error:
        problem = "no-single-face" if kind == "person" else "unusable-picture"
        raise Refusal(422, problem, str(error), change=change) from error
    finally:
        with deps.keeping:
            for digest in digests:
                _forget(deps, digest)


def rebuild(deps: Dependencies, kind: GalleryKind, who: str) -> Rebuilt:
    """Wait for a worker to compute the vectors anew; raises Refusal (409), ServiceUnavailable."""
    _require_worker(deps)
    try:
        return deps.dispatcher.rebuild(kind, who)
    except InputError as error:
        raise Refusal(409, "not-rebuilt", str(error), change="see the log of the entity_linking worker") from error


def _require_worker(deps: Dependencies) -> None:
    state = deps.jobs.worker_states().get("entity_linking")
    if state is None or not state.ready:
        detail = state.error if state and state.error else "the worker that reads reference pictures is not ready yet"
        raise ServiceUnavailable(detail)


def shown(reference: Reference) -> ReferenceOut:
    """What the API tells of a reference."""
    return ReferenceOut(
        reference_id=reference.reference_id,
        kind=reference.kind,
        name=reference.name,
        kb_id=reference.kb_id,
        image_ids=reference.image_ids,
        pictures=len(reference.image_ids),
        embedder=reference.embedder,
        created_at=reference.created_at,
    )


def _forget(deps: Dependencies, digest: str) -> None:
    """Delete the bytes unless an article shows the same picture; the gallery keeps its own copy."""
    try:
        deps.articles.image(digest)
    except BlobNotFound:
        deps.blobs.delete(digest)
