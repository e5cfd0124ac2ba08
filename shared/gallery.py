"""The people gallery: names with reference pictures, so that faces can be named. Opt-in: empty until someone adds a person."""

from shared.blobs import Blobs
from shared.ids import content_hash
from shared.schemas.base import Schema

_KIND = "people"
_PICTURES = "people-pictures"


class Person(Schema):
    """A person of the gallery; ``vectors`` are 128-d face embeddings (dlib ResNet), one per reference image with a face."""

    person_id: str
    name: str
    kb_id: str | None = None
    image_ids: tuple[str, ...]
    vectors: tuple[tuple[float, ...], ...]


class Gallery:
    """People kept as records of the blob store, so that gateway and workers see the same."""

    def __init__(self, blobs: Blobs) -> None:
        self._blobs = blobs

    def add(self, person: Person, pictures: dict[str, bytes]) -> None:
        """Add or replace a person with the bytes of the reference pictures by image id."""
        for image_id, data in pictures.items():
            self._blobs.write_record(_PICTURES, f"{person.person_id}.{image_id}", data)
        self._blobs.write_record(_KIND, person.person_id, person.model_dump_json().encode())

    def get(self, person_id: str) -> Person:
        """The person; raises BlobNotFound."""
        return Person.model_validate_json(self._blobs.read_record(_KIND, person_id))

    def people(self) -> list[Person]:
        """All people, by id."""
        return [self.get(key) for key in self._blobs.list_records(_KIND)]

    def remove(self, person_id: str) -> None:
        """Delete a person with vectors and reference pictures; raises BlobNotFound."""
        person = self.get(person_id)
        self._blobs.delete_record(_KIND, person_id)
        for image_id in person.image_ids:
            self._blobs.delete_record(_PICTURES, f"{person_id}.{image_id}")

    def revision(self) -> str:
        """A hash of the whole gallery: changes whenever naming may change."""
        return content_hash("".join(p.model_dump_json() for p in self.people()).encode())[:12]
