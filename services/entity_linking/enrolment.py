"""Taking references into galleries, and computing their vectors anew when another model takes over."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

import numpy as np
import numpy.typing as npt

from services.entity_linking.engine import DetectedFace, FaceEngine
from services.entity_linking.thresholds import LIMITS
from shared.blobs import BlobNotFound
from shared.errors import InputError, StageError
from shared.gallery import Enrolment, Gallery, GalleryKind, Rebuilt, Reference
from shared.ids import content_hash
from shared.pictures import RgbArray, decode_rgb

_DIGITS = 6
Vectors = npt.NDArray[np.floating]


@dataclass(frozen=True)
class Embedder:
    """How pictures of a kind become vectors [N, D]: ``model`` names what must be the same for them to be compared."""

    model: str
    embed: Callable[[Sequence[RgbArray]], Vectors]


def enrol(order: Enrolment, pictures: Sequence[bytes], *, embedder: Embedder, gallery: Gallery) -> Reference:
    """Compute the vectors and keep the reference; raises InputError saying which picture must change. Again replaces."""
    images = {content_hash(data): data for data in pictures}
    if not images:
        raise InputError(f"send at least one picture of the {order.kind}")
    order = order.model_copy(update={"image_ids": tuple(images)})
    reference = describe(order, list(images.values()), embedder)
    gallery.add(reference, images, order.who)
    return reference


def rebuild(kind: GalleryKind, who: str, *, embedder: Embedder, gallery: Gallery) -> Rebuilt:
    """Recompute every reference of a kind from its kept pictures; one that fails keeps its old vectors, and is named."""
    done, failed = [], {}
    for old in gallery.references(kind):
        try:
            images = gallery.pictures(old)
            if not images:
                raise InputError("no picture is kept; add it anew")
            order = Enrolment(kind=kind, name=old.name, kb_id=old.kb_id, image_ids=tuple(images), who=who)
            new = describe(order, list(images.values()), embedder)
            same = {"reference_id": old.reference_id, "created_at": old.created_at}
            gallery.add(new.model_copy(update=same), images, who, "rebuild")
            done.append(old.reference_id)
        except (InputError, BlobNotFound) as error:
            failed[old.reference_id] = str(error)
    return Rebuilt(kind=kind, reference_ids=tuple(done), failed=failed)


def describe(order: Enrolment, pictures: Sequence[bytes], embedder: Embedder) -> Reference:
    """The reference with a vector a picture, not stored."""
    return reference_of(order, [_decode(data, number) for number, data in enumerate(pictures, start=1)], embedder)


def reference_of(order: Enrolment, pictures: Sequence[RgbArray], embedder: Embedder) -> Reference:
    """The reference with a vector a picture, not stored."""
    vectors = embedder.embed(pictures)
    return Reference(
        reference_id=order.reference_id,
        kind=order.kind,
        name=order.name,
        kb_id=order.kb_id,
        image_ids=tuple(order.image_ids),
        vectors=tuple(tuple(round(float(value), _DIGITS) for value in row) for row in vectors),
        embedder=embedder.model,
        created_at=datetime.now(UTC),
    )


def face_embedder(engine: FaceEngine) -> Embedder:
    """Vectors of the one face of each picture; raises InputError where there is none or several."""

    def embed(pictures: Sequence[RgbArray]) -> Vectors:
        faces = [_one_face(engine.detect(picture), number) for number, picture in enumerate(pictures, start=1)]
        return engine.embed(list(zip(pictures, faces, strict=True)))

    return Embedder(engine.vector_id, embed)


def _decode(data: bytes, number: int) -> RgbArray:
    try:
        return decode_rgb(data)
    except StageError as error:
        raise InputError(f"picture {number}: {error}") from error


def _one_face(faces: Sequence[DetectedFace], number: int) -> DetectedFace:
    """The only face, or the one that is four times as large as any other (people in the background)."""
    if not faces:
        raise InputError(f"picture {number}: no face was found; send a picture where the face is at least 80 pixels wide")
    by_size = sorted(faces, key=lambda face: -face.box.area)
    if len(by_size) > 1 and by_size[0].box.area < LIMITS.background_face_ratio * by_size[1].box.area:
        raise InputError(f"picture {number}: {len(faces)} faces were found; crop it to one")
    return by_size[0]
