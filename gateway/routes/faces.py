"""Faces across articles: who was seen where, why a face has a name, and the user's corrections."""

from collections.abc import Callable
from typing import Annotated

from fastapi import APIRouter, Query

from gateway.dependencies import Deps
from gateway.problems import Refusal, not_found, responses
from shared.blobs import BlobNotFound
from shared.errors import InputError
from shared.faces.records import KnownFace
from shared.faces.store import FaceStore
from shared.schemas.api import FacePage, FaceRow
from shared.schemas.api_requests import MergeIn, SplitIn

router = APIRouter(tags=["faces"])
_LIMIT = 1_000


@router.get("/faces", responses=responses(401, 422))
def list_faces(
    deps: Deps, limit: Annotated[int, Query(ge=1, le=_LIMIT)] = 100, offset: Annotated[int, Query(ge=0)] = 0
) -> FacePage:
    """Everyone whose face was seen, named or not."""
    known = FaceStore(deps.blobs).known()
    return FacePage(faces=tuple(_row(face) for face in known[offset : offset + limit]), total=len(known))


@router.get("/faces/{face_id}", responses=responses(401, 404))
def show_face(face_id: str, deps: Deps) -> KnownFace:
    """One person with all faces, and the captions that speak for and against the name."""
    return _decide(lambda store: face_id, deps, face_id)


@router.post("/faces/{face_id}/merge", responses=responses(401, 404, 422))
def merge_faces(face_id: str, body: MergeIn, deps: Deps) -> KnownFace:
    """Say that two clusters are one person; kept also when the articles are worked on again."""
    return _decide(lambda store: store.merge(face_id, body.other_id), deps, face_id)


@router.post("/faces/{face_id}/split", status_code=201, responses=responses(401, 404, 422))
def split_faces(face_id: str, body: SplitIn, deps: Deps) -> KnownFace:
    """Say that some faces are another person; answers with the new cluster."""
    return _decide(lambda store: store.split(face_id, body.face_ids), deps, face_id)


def _decide(decision: Callable[[FaceStore], str], deps: Deps, face_id: str) -> KnownFace:
    """Do it and show the cluster that the decision names."""
    store = FaceStore(deps.blobs)
    try:
        return store.get(decision(store))
    except BlobNotFound as error:
        raise not_found(f"face cluster {face_id}" if face_id in str(error) else str(error).removeprefix("no ")) from error
    except InputError as error:
        change = "name clusters and faces as GET /faces and GET /faces/{face_id} list them"
        raise Refusal(422, "faces-not-changed", str(error), change=change) from error


def _row(face: KnownFace) -> FaceRow:
    return FaceRow(
        id=face.id,
        name=face.name,
        confidence=face.confidence,
        person_id=face.person_id,
        faces=len(face.face_ids),
        articles=len(face.article_ids),
        image_id=face.image_ids[0],
        names=face.names,
    )
