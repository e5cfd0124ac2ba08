"""Faces across articles: stable ids, the user's merges and splits for ever, votes of captions, and forgetting."""

from datetime import UTC, datetime
from pathlib import Path

import numpy as np
import pytest

from services.entity_linking.engine import DetectedFace
from services.entity_linking.face_memory import FaceMemory
from services.entity_linking.faces import EmbeddedFace, face_region
from shared.blobs import BlobNotFound, FolderBlobs
from shared.errors import InputError
from shared.faces.caption_votes import count, vote
from shared.faces.records import NameEvidence
from shared.faces.store import FaceStore, forget_article, forget_person
from shared.gallery import Gallery, Reference
from shared.schemas.base import Box, TextSpan
from shared.schemas.linking import Face

SAME = 0.4


@pytest.fixture
def blobs(tmp_path: Path) -> FolderBlobs:
    return FolderBlobs(tmp_path)


def face(article_id: str, image_id: str, angle: float, left: float = 10) -> EmbeddedFace:
    """A face on the unit circle."""
    detected = DetectedFace(Box(x0=left, y0=10, x1=left + 50, y1=60), (), 0.9)
    region = face_region(article_id, image_id, detected, "test")
    return EmbeddedFace(Face(region=region, quality=1.0), np.array([np.cos(angle), np.sin(angle)]))


def process(blobs: FolderBlobs, article_id: str, *angles: float, says: str = "", person: str | None = None) -> list[str]:
    """One article with a picture per angle; its caption says a name of the first; gives the clusters."""
    memory = FaceMemory(FaceStore(blobs), "test", SAME)
    groups = memory.divide([[face(article_id, f"{article_id}-{number}", angle)] for number, angle in enumerate(angles)])
    across = memory.assign(article_id, groups)
    pieces = [memory.piece(article_id, ident, group) for ident, group in zip(across, groups, strict=True)]
    named = {"person_id": person, "person_name": person, "person_confidence": 0.9} if person else {}
    names = (evidence(says, pieces[0].faces[0].face_id, article_id, f"{article_id}-0"),) if says else ()
    pieces[0] = pieces[0].model_copy(update=named | {"names": names})
    memory.keep(article_id, pieces)
    return across


def evidence(name: str, face_id: str = "f", article_id: str = "a", image_id: str = "i", weight: float = 1) -> NameEvidence:
    span = TextSpan(field=f"caption:{image_id}", start=0, end=len(name))
    return NameEvidence(
        name=name, face_id=face_id, article_id=article_id, image_id=image_id, span=span, caption=name, weight=weight
    )


def test_a_person_has_one_id_in_all_articles_and_another_person_another(blobs: FolderBlobs) -> None:
    first, second, other = process(blobs, "a1", 0.0), process(blobs, "a2", 0.1), process(blobs, "a3", 2.0)
    assert first == second != other
    known = FaceStore(blobs).known()
    assert [(row.id, row.article_ids) for row in known] == [(first[0], ("a1", "a2")), (other[0], ("a3",))]


def test_processing_an_article_again_changes_nothing_and_keeps_its_id(blobs: FolderBlobs) -> None:
    process(blobs, "a1", 0.0, 2.0)
    process(blobs, "a2", 0.1)
    before = {name: blobs.read_record("face-clusters", name) for name in blobs.list_records("face-clusters")}
    process(blobs, "a1", 0.0, 2.0)
    after = {name: blobs.read_record("face-clusters", name) for name in blobs.list_records("face-clusters")}
    assert after == before


def test_an_article_that_lost_a_picture_loses_only_that_face(blobs: FolderBlobs) -> None:
    process(blobs, "a1", 0.0, 2.0)
    process(blobs, "a2", 2.1)
    process(blobs, "a1", 0.0)
    assert sorted(row.article_ids for row in FaceStore(blobs).known()) == [("a1",), ("a2",)]


def test_two_faces_of_one_picture_go_to_two_clusters_although_one_is_near_enough(blobs: FolderBlobs) -> None:
    process(blobs, "a1", 0.0)
    memory = FaceMemory(FaceStore(blobs), "test", SAME)
    across = memory.assign("a2", [[face("a2", "i", 0.05)], [face("a2", "i", 0.1, left=100)]])
    assert len(set(across)) == 2


def test_vectors_of_another_model_are_never_compared(blobs: FolderBlobs) -> None:
    first = process(blobs, "a1", 0.0)
    assert FaceMemory(FaceStore(blobs), "other", SAME).assign("a2", [[face("a2", "i", 0.0)]]) != first


def test_a_merge_is_kept_when_articles_are_processed_again_and_new_ones_come(blobs: FolderBlobs) -> None:
    (one,), (two,) = process(blobs, "a1", 0.0), process(blobs, "a2", 2.0)
    store = FaceStore(blobs)
    assert store.merge(one, two) == one
    process(blobs, "a1", 0.0)
    process(blobs, "a2", 2.0)
    known = store.known()
    assert [(row.id, sorted(row.article_ids)) for row in known] == [(one, ["a1", "a2"])]
    assert store.get(two).id == one


def test_a_split_is_kept_when_articles_are_processed_again(blobs: FolderBlobs) -> None:
    (one,) = process(blobs, "a1", 0.0)
    process(blobs, "a2", 0.1)
    store = FaceStore(blobs)
    taken = [face_id for face_id in store.get(one).face_ids if face_id == face("a2", "a2-0", 0.1).face.region.id]
    new = store.split(one, taken)
    assert process(blobs, "a2", 0.1) == [new]
    assert process(blobs, "a1", 0.0) == [one]
    assert {row.id: row.article_ids for row in store.known()} == {one: ("a1",), new: ("a2",)}


def test_faces_that_were_split_stay_apart_within_an_article_too(blobs: FolderBlobs) -> None:
    both = [face("a1", "a1-0", 0.0), face("a1", "a1-1", 0.1)]
    memory = FaceMemory(FaceStore(blobs), "test", SAME)
    (one,) = memory.assign("a1", [both])
    memory.keep("a1", [memory.piece("a1", one, both)])
    new = FaceStore(blobs).split(one, [both[1].face.region.id])
    assert sorted(memory.assign("a1", memory.divide([both]))) == sorted([one, new])


def test_the_last_decision_wins(blobs: FolderBlobs) -> None:
    (one,) = process(blobs, "a1", 0.0)
    process(blobs, "a2", 0.1)
    store = FaceStore(blobs)
    new = store.split(one, [face("a2", "a2-0", 0.1).face.region.id])
    store.merge(one, new)
    assert [row.id for row in store.known()] == [one]


def test_decisions_about_clusters_and_faces_that_are_not_there_are_refused(blobs: FolderBlobs) -> None:
    (one,) = process(blobs, "a1", 0.0)
    store = FaceStore(blobs)
    with pytest.raises(BlobNotFound):
        store.merge(one, "known-face-none")
    with pytest.raises(InputError, match="one cluster already"):
        store.merge(one, one)
    with pytest.raises(InputError, match="not in"):
        store.split(one, ["region-none"])
    with pytest.raises(InputError, match="not all"):
        store.split(one, store.get(one).face_ids)


def test_captions_of_other_articles_name_a_face_and_are_listed(blobs: FolderBlobs) -> None:
    for number in range(3):
        process(blobs, f"a{number}", 0.0 + number / 50, says="Ada Lane")
    (cluster,) = process(blobs, "a9", 0.05)
    known = FaceStore(blobs).get(cluster)
    assert (known.name, len(known.evidence)) == ("Ada Lane", 3)
    assert {row.article_id for row in known.evidence} == {"a0", "a1", "a2"}


def named(*weights: tuple[str, float]) -> tuple[str | None, float]:
    rows = [evidence(name, image_id=f"i{number}", weight=weight) for number, (name, weight) in enumerate(weights)]
    naming = vote(count(rows))
    return naming.name, naming.confidence


def test_confidence_rises_with_agreement_and_falls_with_contradiction() -> None:
    one, three = named(("Ada", 1)), named(*[("Ada", 1.0)] * 3)
    contradicted = named(("Ada", 1), ("Ada", 1), ("Ada", 1), ("Bea", 1))
    assert one[0] == three[0] == contradicted[0] == "Ada"
    assert max(one[1], contradicted[1]) < three[1]


def test_a_tie_and_a_weak_majority_are_unknown() -> None:
    assert named(("Ada", 1), ("Bea", 1))[0] is None
    assert named(("Ada", 0.5), ("Bea", 0.5))[0] is None
    assert named(("Ada", 2), ("Bea", 1), ("Cleo", 1), ("Dora", 1))[0] is None


def test_a_name_that_mostly_names_somebody_else_is_not_believed_once() -> None:
    counts = count([evidence("Ada")])
    assert vote(counts, {"ada": 0.0}).name == "Ada"
    assert vote(counts, {"ada": 9.0}).name is None


def test_a_picture_that_many_articles_print_counts_once_and_a_last_name_counts_for_the_full_one() -> None:
    rows = [evidence("Ada Lane", article_id=f"a{number}", image_id="same") for number in range(5)]
    assert [row.weight for row in count(rows)] == [1.0]
    both = count([evidence("Ada Lane", image_id="i1"), evidence("Lane", image_id="i2")])
    assert [(row.name, row.weight) for row in both] == [("Ada Lane", 2.0)]


def test_deleting_a_person_of_the_gallery_deletes_the_vectors_of_the_whole_cluster_and_no_others(blobs: FolderBlobs) -> None:
    process(blobs, "a1", 0.0, person="person-ada")
    process(blobs, "a2", 0.1)
    (other,) = process(blobs, "a3", 2.0)
    assert forget_person(blobs, "person-ada") == 2
    assert [row.id for row in FaceStore(blobs).known()] == [other]
    assert len(blobs.list_records("face-clusters")) == 1


def test_the_gallery_forgets_a_removed_person_in_all_articles(blobs: FolderBlobs) -> None:
    gallery = Gallery(blobs)
    at = datetime.now(UTC)
    gallery.add(
        Reference(reference_id="person-ada", kind="person", name="Ada", image_ids=(), vectors=(), embedder="test", created_at=at),
        {},
    )
    process(blobs, "a1", 0.0, person="person-ada")
    process(blobs, "a2", 0.1)
    gallery.remove("person", "person-ada")
    assert FaceStore(blobs).known() == []


def test_a_deleted_article_takes_its_faces_along(blobs: FolderBlobs) -> None:
    process(blobs, "a1", 0.0)
    process(blobs, "a2", 0.1)
    forget_article(blobs, "a1")
    assert [row.article_ids for row in FaceStore(blobs).known()] == [("a2",)]
