"""Taking a person into the gallery: every picture must show one face."""

from collections.abc import Sequence

from services.entity_linking.engines.centerface import CenterFace, DetectedFace
from services.entity_linking.engines.dlib_faces import FaceEmbedder
from shared.errors import InputError, StageError
from shared.gallery import Gallery, Person
from shared.ids import content_hash, make_id
from shared.pictures import RgbArray, decode_rgb

_CLEARLY_LARGER = 4.0


def enrol(
    name: str, kb_id: str | None, pictures: Sequence[bytes], *, detector: CenterFace, embedder: FaceEmbedder, gallery: Gallery
) -> Person:
    """Compute the vectors and keep the person; raises InputError saying which picture must change. Enrolling again replaces."""
    if not pictures:
        raise InputError("send at least one picture of the person")
    vectors = []
    for number, data in enumerate(pictures, start=1):
        picture = _decode(data, number)
        face = _one_face(detector.detect(picture), number)
        vectors.append(tuple(round(float(value), 6) for value in embedder.embed(picture, [face.box])[0]))
    images = {content_hash(data): data for data in pictures}
    person = Person(
        person_id=make_id("person", name, kb_id or ""),
        name=name,
        kb_id=kb_id,
        image_ids=tuple(sorted(images)),
        vectors=tuple(vectors),
    )
    gallery.add(person, images)
    return person


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
    if len(by_size) > 1 and by_size[0].box.area < _CLEARLY_LARGER * by_size[1].box.area:
        raise InputError(f"picture {number}: {len(faces)} faces were found; crop it to one")
    return by_size[0]
