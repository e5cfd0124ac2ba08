"""Galleries: named references with pictures, by which people, flags, logos and landmarks are recognised.

Opt-in: all four are empty until someone adds a reference. Who added, removed or rebuilt what is written down with the change.
"""

from datetime import UTC, datetime
from typing import Literal, get_args

from pydantic import Field, model_validator

from shared.blobs import BlobNotFound, Blobs, read_as, readable
from shared.faces.store import forget_person
from shared.ids import content_hash, make_id
from shared.schemas.base import Box, Confidence, Schema

GalleryKind = Literal["person", "flag", "logo", "landmark"]
GALLERY_KINDS: tuple[GalleryKind, ...] = get_args(GalleryKind)
Action = Literal["add", "remove", "rebuild"]
UNKNOWN_ACTOR = "unknown"
_LOG = "gallery-log"
_RECORDS: dict[GalleryKind, str] = {kind: "people" if kind == "person" else f"gallery-{kind}" for kind in GALLERY_KINDS}
_FIRST_EMBEDDER = "dlib-face-resnet"
_LONG_AGO = datetime(1970, 1, 1, tzinfo=UTC)


class Person(Schema):
    """A person of the gallery; ``vectors`` are face embeddings of one engine, one per reference picture."""

    person_id: str
    name: str
    kb_id: str | None = None
    image_ids: tuple[str, ...]
    vectors: tuple[tuple[float, ...], ...]


class Reference(Schema):
    """Something that can be recognised; ``vectors`` are of the model ``embedder``, and never compared with those of another."""

    reference_id: str
    kind: GalleryKind
    name: str
    kb_id: str | None = None
    image_ids: tuple[str, ...]
    vectors: tuple[tuple[float, ...], ...]
    embedder: str
    created_at: datetime

    @model_validator(mode="before")
    @classmethod
    def _from_person(cls, data: object) -> object:
        """Read records of people that were kept before there were other kinds."""
        if isinstance(data, dict) and "person_id" in data:
            rest = {key: value for key, value in data.items() if key != "person_id"}
            first = {"kind": "person", "embedder": _FIRST_EMBEDDER, "created_at": _LONG_AGO}
            return first | rest | {"reference_id": data["person_id"]}
        return data

    def person(self) -> Person:
        """The same as the naming of faces sees it."""
        return Person(
            person_id=self.reference_id, name=self.name, kb_id=self.kb_id, image_ids=self.image_ids, vectors=self.vectors
        )


class Recognised(Schema):
    """The reference that a picture shows. ``seen``: by its looks, or by its name in the picture's text."""

    reference_id: str
    name: str
    similarity: float
    confidence: Confidence
    box: Box
    seen: Literal["picture", "text"]


class Enrolment(Schema):
    """What a worker is asked to take into a gallery: digests of stored pictures, and who asks."""

    kind: GalleryKind
    name: str
    kb_id: str | None = None
    image_ids: tuple[str, ...]
    who: str = UNKNOWN_ACTOR

    @property
    def reference_id(self) -> str:
        """Enrolling a name with the same record again replaces it."""
        return make_id(self.kind, self.name, self.kb_id or "")


class Rebuilt(Schema):
    """What became of a gallery's references when their vectors were computed anew; ``failed`` says why, by reference id."""

    kind: GalleryKind
    reference_ids: tuple[str, ...] = ()
    failed: dict[str, str] = Field(default_factory=dict)


class LogLine(Schema):
    """A change of a gallery. It holds no name, so that a person who is removed leaves none behind."""

    at: datetime
    who: str
    action: Action
    kind: GalleryKind
    reference_id: str
    pictures: int


class Gallery:
    """References kept as records of the blob store, so that gateway and workers see the same."""

    def __init__(self, blobs: Blobs) -> None:
        self._blobs = blobs

    def add(self, reference: Reference, pictures: dict[str, bytes], who: str = UNKNOWN_ACTOR, action: Action = "add") -> None:
        """Add or replace a reference with the bytes of its pictures by image id; pictures that it no longer has are deleted."""
        known = _find(self, reference)
        for image_id, data in pictures.items():
            self._blobs.write_record(_pictures(reference.kind), f"{reference.reference_id}.{image_id}", data)
        self._blobs.write_record(_RECORDS[reference.kind], reference.reference_id, reference.model_dump_json().encode())
        for image_id in set(known.image_ids if known else ()) - set(reference.image_ids):
            self._blobs.delete_record(_pictures(reference.kind), f"{reference.reference_id}.{image_id}")
        self._write(reference, who, action)

    def get(self, kind: GalleryKind, reference_id: str) -> Reference:
        """The reference; raises BlobNotFound."""
        return read_as(self._blobs, _RECORDS[kind], reference_id, Reference)

    def references(self, kind: GalleryKind) -> list[Reference]:
        """All references of a kind, by id."""
        found = []
        for key in self._blobs.list_records(_RECORDS[kind]):
            try:
                found.append(self.get(kind, key))
            except BlobNotFound:  # removed meanwhile by another process
                continue
        return found

    def people(self) -> list[Person]:
        """Everyone in the gallery of people."""
        return [reference.person() for reference in self.references("person")]

    def pictures(self, reference: Reference) -> dict[str, bytes]:
        """The kept pictures by image id; raises BlobNotFound."""
        names = {image_id: f"{reference.reference_id}.{image_id}" for image_id in reference.image_ids}
        return {image_id: self._blobs.read_record(_pictures(reference.kind), name) for image_id, name in names.items()}

    def remove(self, kind: GalleryKind, reference_id: str, who: str = UNKNOWN_ACTOR) -> None:
        """Delete a reference with pictures and vectors; a person's also from the clusters of faces; raises BlobNotFound."""
        reference = self.get(kind, reference_id)
        self._blobs.delete_record(_RECORDS[kind], reference_id)
        for image_id in reference.image_ids:
            self._blobs.delete_record(_pictures(kind), f"{reference_id}.{image_id}")
        if kind == "person":
            forget_person(self._blobs, reference_id)
        self._write(reference, who, "remove")

    def revision(self, kind: GalleryKind = "person") -> str:
        """A hash of a kind's references: changes whenever recognition may change."""
        rows = (reference.model_dump_json(exclude={"created_at"}) for reference in self.references(kind))
        return content_hash("".join(rows).encode())[:12]

    def log(self) -> list[LogLine]:
        """All changes, oldest first."""
        return list(readable(self._blobs, _LOG, LogLine))

    def _write(self, reference: Reference, who: str, action: Action) -> None:
        ident, pictures = reference.reference_id, len(reference.image_ids)
        line = LogLine(at=datetime.now(UTC), who=who, action=action, kind=reference.kind, reference_id=ident, pictures=pictures)
        key = f"{int(line.at.timestamp() * 1_000_000):017d}.{ident}.{action}"
        self._blobs.write_record(_LOG, key, line.model_dump_json().encode())


def _pictures(kind: GalleryKind) -> str:
    return f"{_RECORDS[kind]}-pictures"


def _find(gallery: Gallery, reference: Reference) -> Reference | None:
    try:
        return gallery.get(reference.kind, reference.reference_id)
    except BlobNotFound:
        return None
