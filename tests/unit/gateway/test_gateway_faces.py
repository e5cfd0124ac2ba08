"""Faces across articles over HTTP: list, show, merge, split, and what is refused."""

from gateway_platform import Platform, assert_problem

from shared.faces.records import FacePiece, NameEvidence, SeenFace
from shared.faces.store import FaceStore
from shared.schemas.base import TextSpan


def keep(platform: Platform, article_id: str, across_id: str, *names: str) -> str:
    """Store a face of an article, with captions that name it; returns the face's id."""
    face_id = f"region-{article_id}"
    evidence = tuple(
        NameEvidence(
            name=name,
            face_id=face_id,
            article_id=article_id,
            image_id=f"image-{article_id}-{name}",
            span=TextSpan(field="caption:x", start=0, end=len(name)),
            caption=f"{name} in Ankara",
            weight=1.0,
        )
        for name in names
    )
    face = SeenFace(face_id=face_id, image_id=f"image-{article_id}", quality=1.0, vector=(1.0, 0.0))
    piece = FacePiece(across_id=across_id, article_id=article_id, vector_id="test", faces=(face,), names=evidence)
    FaceStore(platform.blobs).replace(article_id, [piece])
    return face_id


def test_faces_are_listed_with_names_and_shown_with_evidence(platform: Platform) -> None:
    keep(platform, "a1", "k1", "Ada Lane")
    keep(platform, "a2", "k1")
    keep(platform, "a3", "k2")
    page = platform.client.get("/faces").json()
    assert [(row["id"], row["name"], row["articles"]) for row in page["faces"]] == [("k1", "Ada Lane", 2), ("k2", None, 1)]
    assert page["total"] == 2
    shown = platform.client.get("/faces/k1").json()
    assert [row["caption"] for row in shown["evidence"]] == ["Ada Lane in Ankara"]
    assert "vector" not in platform.client.get("/faces/k1").text


def test_a_page_of_faces_says_how_many_there_are(platform: Platform) -> None:
    for number in range(3):
        keep(platform, f"a{number}", f"k{number}")
    page = platform.client.get("/faces?limit=1&offset=1").json()
    assert (len(page["faces"]), page["total"]) == (1, 3)


def test_two_clusters_become_one_and_faces_are_taken_out_again(platform: Platform) -> None:
    keep(platform, "a1", "k1")
    taken = keep(platform, "a2", "k2")
    merged = platform.client.post("/faces/k1/merge", json={"other_id": "k2"}).json()
    assert (merged["id"], sorted(merged["article_ids"])) == ("k1", ["a1", "a2"])
    assert platform.client.get("/faces/k2").json()["id"] == "k1"
    split = platform.client.post("/faces/k1/split", json={"face_ids": [taken]})
    assert split.status_code == 201
    assert split.json()["article_ids"] == ["a2"]
    assert platform.client.get("/faces").json()["total"] == 2


def test_unknown_clusters_and_faces_are_refused(platform: Platform) -> None:
    keep(platform, "a1", "k1")
    assert_problem(platform.client.get("/faces/k9"), 404, "not-found")
    assert_problem(platform.client.post("/faces/k1/merge", json={"other_id": "k9"}), 404, "not-found")
    assert_problem(platform.client.post("/faces/k1/merge", json={"other_id": "k1"}), 422, "faces-not-changed")
    assert_problem(platform.client.post("/faces/k1/split", json={"face_ids": ["region-x"]}), 422, "faces-not-changed")
    assert_problem(platform.client.post("/faces/k1/split", json={"face_ids": []}), 422, "invalid-fields")
