"""The galleries: keeping, forgetting, old records and the log."""

from datetime import UTC, datetime
from pathlib import Path

import pytest

from shared.blobs import BlobNotFound, FolderBlobs
from shared.gallery import Enrolment, Gallery, GalleryKind, Reference


def reference(kind: GalleryKind = "logo", name: str = "Ada", images: tuple[str, ...] = ("ab",)) -> Reference:
    ident = Enrolment(kind=kind, name=name, image_ids=images).reference_id
    vectors = ((0.5, 0.25),) * len(images)
    return Reference(
        reference_id=ident, kind=kind, name=name, image_ids=images, vectors=vectors, embedder="e@1", created_at=datetime.now(UTC)
    )


def kept(folder: Path) -> list[str]:
    """All files but the log."""
    return [str(p) for p in folder.rglob("*") if p.is_file() and "gallery-log" not in p.parts]


@pytest.mark.parametrize("kind", ["person", "flag", "logo", "landmark"])
def test_removing_a_reference_deletes_vectors_and_pictures_and_leaves_no_name(tmp_path: Path, kind: GalleryKind) -> None:
    gallery, row = Gallery(FolderBlobs(tmp_path)), reference(kind)
    before = gallery.revision(kind)
    gallery.add(row, {"ab": b"picture"}, "key:1")
    assert gallery.references(kind) == [row]
    assert gallery.pictures(row) == {"ab": b"picture"}
    assert gallery.revision(kind) != before
    gallery.remove(kind, row.reference_id, "key:2")
    assert gallery.revision(kind) == before
    assert kept(tmp_path) == []
    assert all("Ada" not in p.read_text() for p in tmp_path.rglob("*") if p.is_file())
    with pytest.raises(BlobNotFound):
        gallery.get(kind, row.reference_id)


def test_the_log_says_who_did_what_in_order(tmp_path: Path) -> None:
    gallery, row = Gallery(FolderBlobs(tmp_path)), reference()
    gallery.add(row, {"ab": b"picture"}, "key:1")
    gallery.add(row, {"ab": b"picture"}, "key:2", "rebuild")
    gallery.remove("logo", row.reference_id, "local")
    told = [(line.who, line.action, line.kind, line.reference_id, line.pictures) for line in gallery.log()]
    assert told == [
        (who, action, "logo", row.reference_id, 1)
        for who, action in (("key:1", "add"), ("key:2", "rebuild"), ("local", "remove"))
    ]


def test_replacing_a_reference_deletes_the_pictures_that_it_no_longer_has(tmp_path: Path) -> None:
    gallery = Gallery(FolderBlobs(tmp_path))
    gallery.add(reference(images=("ab", "cd")), {"ab": b"1", "cd": b"2"})
    gallery.add(reference(images=("cd",)), {"cd": b"2"})
    assert len([name for name in kept(tmp_path) if "pictures" in name]) == 1


def test_kinds_are_apart(tmp_path: Path) -> None:
    gallery = Gallery(FolderBlobs(tmp_path))
    gallery.add(reference("logo"), {"ab": b"1"})
    gallery.add(reference("landmark", "Eve"), {"ab": b"1"})
    assert [row.name for row in gallery.references("logo")] == ["Ada"]
    assert gallery.people() == []


def test_people_who_were_kept_before_there_were_other_kinds_are_still_there_and_can_be_removed(tmp_path: Path) -> None:
    blobs = FolderBlobs(tmp_path)
    old = b'{"person_id":"person-1","name":"Ada","kb_id":null,"image_ids":["ab"],"vectors":[[0.5]]}'
    blobs.write_record("people", "person-1", old)
    blobs.write_record("people-pictures", "person-1.ab", b"picture")
    gallery = Gallery(blobs)
    assert [(row.person_id, row.vectors) for row in gallery.people()] == [("person-1", ((0.5,),))]
    assert gallery.references("person")[0].embedder == "dlib-face-resnet"
    gallery.remove("person", "person-1")
    assert kept(tmp_path) == []
