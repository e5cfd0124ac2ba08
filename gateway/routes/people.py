"""The people gallery: whose faces are named. Empty until someone adds a person."""

from typing import Any

from fastapi import APIRouter, Request, Response
from starlette.concurrency import run_in_threadpool

from gateway.bodies import PERSON_FORM, read_person
from gateway.enrolment import enrol, shown
from gateway.messages import PeoplePage, PersonOut
from gateway.parts import PartsOf
from gateway.problems import not_found, responses
from shared.blobs import BlobNotFound
from shared.gallery import Gallery

router = APIRouter(tags=["people"])
_BODY: dict[str, Any] = {
    "application/json": {"schema": {"$ref": "#/components/schemas/PersonIn"}},
    "multipart/form-data": {"schema": PERSON_FORM},
}


@router.post(
    "/people",
    status_code=201,
    responses=responses(400, 401, 413, 415, 422, 503),
    openapi_extra={"requestBody": {"required": True, "content": _BODY}},
)
async def add_person(request: Request, response: Response, parts: PartsOf) -> PersonOut:
    """Add a person with pictures of one face each; answers when a worker has read the faces."""
    person, files = await read_person(request, parts.settings)
    added = await run_in_threadpool(enrol, parts, person, files)
    response.headers["Location"] = f"/people/{added.person_id}"
    return added


@router.get("/people", responses=responses(401))
def list_people(parts: PartsOf) -> PeoplePage:
    """Everyone in the gallery."""
    return PeoplePage(people=tuple(shown(person) for person in Gallery(parts.blobs).people()))


@router.get("/people/{person_id}", responses=responses(401, 404))
def show_person(person_id: str, parts: PartsOf) -> PersonOut:
    """One person."""
    try:
        return shown(Gallery(parts.blobs).get(person_id))
    except BlobNotFound as error:
        raise not_found(f"person {person_id}") from error


@router.delete("/people/{person_id}", status_code=204, responses=responses(401, 404))
def remove_person(person_id: str, parts: PartsOf) -> None:
    """Forget a person with pictures and face vectors; articles name the face no more when they are worked on again."""
    try:
        Gallery(parts.blobs).remove(person_id)
    except BlobNotFound as error:
        raise not_found(f"person {person_id}") from error
