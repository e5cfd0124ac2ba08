"""Galleries: references by which people, flags, logos and landmarks are recognised. All are empty until someone adds one.

``/people`` is the gallery of people under an older name, in the same code.
"""

from typing import Annotated, Any

from fastapi import APIRouter, Depends, Query, Request, Response
from starlette.concurrency import run_in_threadpool

from gateway.auth import actor
from gateway.bodies import REFERENCE_FORM, read_reference
from gateway.dependencies import Dependencies, Deps
from gateway.enrolment import enrol, rebuild, shown
from gateway.problems import not_found, responses
from shared.blobs import BlobNotFound
from shared.gallery import Gallery, GalleryKind, Rebuilt
from shared.schemas.api import GalleryLog, GalleryPage, PeoplePage, PersonOut, ReferenceOut

router = APIRouter()
_BODY: dict[str, Any] = {
    "application/json": {"schema": {"$ref": "#/components/schemas/ReferenceIn"}},
    "multipart/form-data": {"schema": REFERENCE_FORM},
}
_ENROLS: dict[str, Any] = {
    "status_code": 201,
    "responses": responses(400, 401, 413, 415, 422, 503),
    "openapi_extra": {"requestBody": {"required": True, "content": _BODY}},
}
Actor = Annotated[str, Depends(actor)]


@router.get("/galleries/log", tags=["galleries"], responses=responses(401))
def show_log(deps: Deps, limit: Annotated[int, Query(ge=1, le=10_000)] = 1_000) -> GalleryLog:
    """Who added, removed or rebuilt what, newest first; without names, so that a removed person leaves none."""
    return GalleryLog(changes=tuple(Gallery(deps.blobs).log()[::-1][:limit]))


@router.post("/galleries/{kind}", tags=["galleries"], **_ENROLS)
async def add_reference(kind: GalleryKind, request: Request, response: Response, deps: Deps, who: Actor) -> ReferenceOut:
    """Add a reference with pictures; answers when a worker has read them. The same name and record again replaces it."""
    return await _add(kind, request, response, deps, who)


@router.get("/galleries/{kind}", tags=["galleries"], responses=responses(401, 422))
def list_references(kind: GalleryKind, deps: Deps) -> GalleryPage:
    """All references of a kind."""
    return GalleryPage(references=tuple(shown(reference) for reference in Gallery(deps.blobs).references(kind)))


@router.get("/galleries/{kind}/{reference_id}", tags=["galleries"], responses=responses(401, 404, 422))
def show_reference(kind: GalleryKind, reference_id: str, deps: Deps) -> ReferenceOut:
    """One reference."""
    return _show(kind, reference_id, deps)


@router.delete("/galleries/{kind}/{reference_id}", tags=["galleries"], status_code=204, responses=responses(401, 404, 422))
def remove_reference(kind: GalleryKind, reference_id: str, deps: Deps, who: Actor) -> None:
    """Forget a reference with pictures and vectors; articles name it no more when they are worked on again."""
    _remove(kind, reference_id, deps, who)


@router.post("/galleries/{kind}/rebuild", tags=["galleries"], responses=responses(401, 409, 422, 503))
def rebuild_gallery(kind: GalleryKind, deps: Deps, who: Actor) -> Rebuilt:
    """Compute all vectors of a kind anew from the kept pictures, as is needed when another model takes over."""
    return rebuild(deps, kind, who)


@router.post("/people", tags=["people"], **_ENROLS)
async def add_person(request: Request, response: Response, deps: Deps, who: Actor) -> PersonOut:
    """Add a person with pictures of one face each; answers when a worker has read the faces."""
    added = _as_person(await _add("person", request, response, deps, who))
    response.headers["Location"] = f"/people/{added.person_id}"
    return added


@router.get("/people", tags=["people"], responses=responses(401))
def list_people(deps: Deps) -> PeoplePage:
    """Everyone in the gallery of people."""
    return PeoplePage(people=tuple(_as_person(row) for row in list_references("person", deps).references))


@router.get("/people/{person_id}", tags=["people"], responses=responses(401, 404))
def show_person(person_id: str, deps: Deps) -> PersonOut:
    """One person."""
    return _as_person(_show("person", person_id, deps))


@router.delete("/people/{person_id}", tags=["people"], status_code=204, responses=responses(401, 404))
def remove_person(person_id: str, deps: Deps, who: Actor) -> None:
    """Forget a person with pictures and face vectors; articles name the face no more when they are worked on again."""
    _remove("person", person_id, deps, who)


async def _add(kind: GalleryKind, request: Request, response: Response, deps: Dependencies, who: str) -> ReferenceOut:
    sent, files = await read_reference(request, deps.settings)
    added = await run_in_threadpool(enrol, deps, kind, sent, files, who)
    response.headers["Location"] = f"/galleries/{kind}/{added.reference_id}"
    return added


def _show(kind: GalleryKind, reference_id: str, deps: Dependencies) -> ReferenceOut:
    try:
        return shown(Gallery(deps.blobs).get(kind, reference_id))
    except BlobNotFound as error:
        raise not_found(f"{kind} {reference_id}") from error


def _remove(kind: GalleryKind, reference_id: str, deps: Dependencies, who: str) -> None:
    try:
        Gallery(deps.blobs).remove(kind, reference_id, who)
    except BlobNotFound as error:
        raise not_found(f"{kind} {reference_id}") from error


def _as_person(row: ReferenceOut) -> PersonOut:
    return PersonOut(
        person_id=row.reference_id,
        name=row.name,
        kb_id=row.kb_id,
        image_ids=row.image_ids,
        pictures=row.pictures,
        faces=row.pictures,
    )
