"""Galleries over REST, and pictures with faces blurred."""

import io
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from gateway_platform import Platform, assert_problem, make_platform, picture
from PIL import Image as Pillow

from gateway.dispatch import LocalDispatcher
from shared.blobs import FolderBlobs
from shared.errors import InputError
from shared.gallery import Enrolment, Gallery, GalleryKind, Rebuilt, Reference
from shared.ids import content_hash
from shared.outputs import Outputs
from shared.schemas.base import Box
from shared.schemas.linking import EntityLinking, Face, FaceCluster
from shared.schemas.vision import Region

KEY = "a-key-that-is-long-enough"
Link = Callable[[Platform, str, str | None], None]


@pytest.fixture
def gallery(tmp_path: Path) -> Platform:
    """A platform whose worker keeps what it is sent, with a made-up vector."""
    blobs = FolderBlobs(tmp_path)

    def enrol(order: Enrolment) -> Reference:
        if order.name == "Blank":
            raise InputError("picture 1 shows nothing")
        row = Reference(
            reference_id=order.reference_id,
            kind=order.kind,
            name=order.name,
            kb_id=order.kb_id,
            image_ids=order.image_ids,
            vectors=((1.0,),),
            embedder="e@1",
            created_at=datetime.now(UTC),
        )
        Gallery(blobs).add(row, {ident: blobs.get(ident) for ident in order.image_ids}, order.who)
        return row

    def rebuild(kind: GalleryKind, who: str) -> Rebuilt:
        return Rebuilt(kind=kind, reference_ids=(who,))

    platform = make_platform(tmp_path, LocalDispatcher(enrol, rebuild), api_keys=(KEY,))
    platform.client.headers["X-API-Key"] = KEY
    platform.announce_workers()
    return platform


def add(platform: Platform, kind: str, name: str = "Hagia Sophia") -> Any:
    return platform.client.post(f"/galleries/{kind}", data={"name": name}, files=[("images", ("a.jpg", picture()))])


@pytest.mark.parametrize("kind", ["person", "flag", "logo", "landmark"])
def test_a_reference_is_added_shown_and_forgotten_and_the_log_names_the_key(gallery: Platform, kind: str) -> None:
    response = add(gallery, kind)
    assert response.status_code == 201, response.text
    row = response.json()
    address = f"/galleries/{kind}/{row['reference_id']}"
    assert response.headers["location"] == address
    assert "vectors" not in row
    assert gallery.client.get(address).json() == row
    assert gallery.client.get(f"/galleries/{kind}").json() == {"references": [row]}
    assert gallery.client.delete(address).status_code == 204
    assert_problem(gallery.client.get(address), 404, "not-found")
    changes = gallery.client.get("/galleries/log").json()["changes"]
    assert [change["action"] for change in changes] == ["remove", "add"]
    assert {change["who"] for change in changes} == {f"key:{content_hash(KEY.encode())[:12]}"}
    assert all("Hagia" not in str(change) for change in changes)


def test_people_are_the_gallery_of_persons_under_an_older_name(gallery: Platform) -> None:
    row = add(gallery, "person", "Ada").json()
    assert gallery.client.get("/people").json()["people"][0]["person_id"] == row["reference_id"]
    assert add(gallery, "logo", "Ada").status_code == 201
    assert len(gallery.client.get("/people").json()["people"]) == 1


def test_unknown_kinds_empty_requests_and_unusable_pictures_are_refused(gallery: Platform) -> None:
    assert_problem(add(gallery, "building"), 422, "invalid-fields")
    assert_problem(gallery.client.post("/galleries/logo", json={"name": "N"}), 422, "wrong-image-count")
    assert_problem(add(gallery, "logo", "Blank"), 422, "unusable-picture")
    assert_problem(gallery.client.delete("/galleries/logo/no-such"), 404, "not-found")


def test_a_gallery_is_rebuilt_by_the_worker(gallery: Platform) -> None:
    answer = gallery.client.post("/galleries/landmark/rebuild").json()
    assert answer == {"kind": "landmark", "reference_ids": [f"key:{content_hash(KEY.encode())[:12]}"], "failed": {}}


FACE = Box(x0=60, y0=40, x1=100, y1=80)


@pytest.fixture
def link() -> Link:
    """Store what entity_linking says of the one face of a picture."""

    def store(platform: Platform, article_id: str, person_id: str | None) -> None:
        image_id = content_hash(scene())
        region = Region(id="f", image_id=image_id, box=FACE, kind="face", label="face", confidence=1, model="m")
        cluster = FaceCluster(id="c", face_ids=("f",), person_id=person_id, confidence=1, model="m")
        output = EntityLinking(article_id=article_id, faces=(Face(region=region),), clusters=(cluster,))
        outputs = Outputs(platform.blobs)
        outputs.select(article_id, "entity_linking", outputs.put(output, "key"))

    return store


def scene() -> bytes:
    """A PNG of vertical stripes, in which a blur is easy to see."""
    pixels = np.zeros((120, 160, 3), np.uint8)
    pixels[:, ::2] = 255
    buffer = io.BytesIO()
    Pillow.fromarray(pixels).save(buffer, "PNG")
    return buffer.getvalue()


def contrast(data: bytes, box: Box) -> float:
    with Pillow.open(io.BytesIO(data)) as opened:
        pixels = np.asarray(opened.convert("L"), np.float64)
    return float(pixels[int(box.y0) : int(box.y1), int(box.x0) : int(box.x1)].std())


def served(platform: Platform) -> Any:
    return platform.client.get(f"/images/{content_hash(scene())}")


def send(platform: Platform) -> str:
    answer = platform.client.post("/articles", data={"text": "a"}, files={"images": ("a.png", scene())})
    return str(answer.json()["article_id"])


def test_a_face_is_blurred_unless_its_person_is_in_the_gallery(tmp_path: Path, link: Link) -> None:
    platform = make_platform(tmp_path, blur_unknown_faces=True)
    article_id = send(platform)
    person = Reference(
        reference_id="person-1",
        kind="person",
        name="Ada",
        image_ids=(),
        vectors=(),
        embedder="e",
        created_at=datetime.now(UTC),
    )
    Gallery(platform.blobs).add(person, {})
    link(platform, article_id, "person-1")
    named = served(platform)
    assert contrast(named.content, FACE) > 100
    Gallery(platform.blobs).remove("person", "person-1")
    unnamed = served(platform)
    assert contrast(unnamed.content, FACE) < 20
    assert contrast(unnamed.content, Box(x0=0, y0=0, x1=40, y1=120)) > 100
    assert unnamed.headers["etag"] != named.headers["etag"]
    assert "no-cache" in unnamed.headers["cache-control"]


def test_nobody_sees_a_picture_in_which_no_faces_were_looked_for_yet(tmp_path: Path) -> None:
    platform = make_platform(tmp_path, blur_unknown_faces=True)
    send(platform)
    assert contrast(served(platform).content, Box(x0=0, y0=0, x1=160, y1=120)) < 40


def test_without_the_setting_the_bytes_are_as_sent(tmp_path: Path, link: Link) -> None:
    platform = make_platform(tmp_path)
    link(platform, send(platform), None)
    assert served(platform).content == scene()
