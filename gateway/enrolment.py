"""Adds people to the gallery: pictures are checked and kept only until a worker has read the faces."""

from gateway.messages import PersonIn, PersonOut
from gateway.parts import Parts
from gateway.pictures import inspect
from gateway.problems import Refusal
from shared.blobs import BlobNotFound
from shared.errors import InputError, ServiceUnavailable
from shared.gallery import Person


def enrol(parts: Parts, person: PersonIn, files: list[bytes]) -> PersonOut:
    """Wait for a worker to find one face in each picture; raises Refusal (422: no face, several faces), ServiceUnavailable."""
    limit = parts.settings.max_images
    if not 0 < len(files) <= limit:
        change = "send pictures that show one face each"
        raise Refusal(422, "wrong-image-count", f"a person needs 1 to {limit} pictures, not {len(files)}", change=change)
    _require_worker(parts)
    images = [inspect(data, f"image {number}", parts.settings) for number, data in enumerate(files, start=1)]
    digests = list(dict.fromkeys(image.image_id for image in images))
    with parts.keeping:
        for data in files:
            parts.blobs.put(data)
    try:
        return shown(parts.dispatcher.enrol(person.name, person.kb_id, digests))
    except InputError as error:
        change = "send pictures that show the face of this one person, large and from the front"
        raise Refusal(422, "no-single-face", str(error), change=change) from error
    finally:
        with parts.keeping:
            for digest in digests:
                _forget(parts, digest)


def _require_worker(parts: Parts) -> None:
    state = parts.jobs.worker_states().get("entity_linking")
    if state is None or not state.ready:
        detail = state.error if state and state.error else "the worker that reads faces is not ready yet"
        raise ServiceUnavailable(detail)


def shown(person: Person) -> PersonOut:
    """What the API tells of a person."""
    return PersonOut(
        person_id=person.person_id,
        name=person.name,
        kb_id=person.kb_id,
        image_ids=person.image_ids,
        pictures=len(person.image_ids),
        faces=len(person.vectors),
    )


def _forget(parts: Parts, digest: str) -> None:
    """Delete the bytes unless an article shows the same picture; the gallery keeps its own copy."""
    try:
        parts.articles.image(digest)
    except BlobNotFound:
        parts.blobs.delete(digest)
