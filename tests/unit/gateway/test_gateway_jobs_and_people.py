"""Progress as a stream, and the people gallery."""

import base64
import json
import threading
import time
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from gateway_platform import Platform, assert_problem, make_platform, picture

from gateway.dispatch import LocalDispatcher
from shared.blobs import FolderBlobs
from shared.errors import InputError
from shared.gallery import Enrolment, Gallery, GalleryKind, Rebuilt, Reference
from shared.ids import content_hash
from shared.schemas.job import STAGE_NAMES, StageReport, StageState


def events(text: str) -> list[dict[str, str]]:
    blocks = [block for block in text.replace("\r\n", "\n").split("\n\n") if block.strip() and not block.startswith(":")]
    return [dict(line.split(": ", 1) for line in block.splitlines()) for block in blocks]


def test_a_stream_tells_every_change_and_ends_with_the_job(platform: Platform) -> None:
    job_id = platform.client.post("/articles", json={"text": "a"}).json()["job_id"]
    worker = threading.Timer(0.2, platform.finish, [job_id])
    worker.start()
    response = platform.client.get(f"/jobs/{job_id}/events")
    worker.join()
    assert response.headers["content-type"].startswith("text/event-stream")
    told = events(response.text)
    assert [row["event"] for row in told] == ["job"] * (len(STAGE_NAMES) + 1)
    assert [json.loads(row["data"])["state"] for row in told] == ["queued"] + ["running"] * (len(STAGE_NAMES) - 1) + ["done"]
    assert json.loads(told[-1]["data"]) == platform.client.get(f"/jobs/{job_id}").json()


def test_a_stream_resumes_after_the_last_event(platform: Platform) -> None:
    job_id = platform.client.post("/articles", json={"text": "a"}).json()["job_id"]
    platform.finish(job_id)
    all_events = events(platform.client.get(f"/jobs/{job_id}/events").text)
    rest = events(platform.client.get(f"/jobs/{job_id}/events", headers={"Last-Event-ID": all_events[4]["id"]}).text)
    assert rest == all_events[5:]
    rubbish = events(platform.client.get(f"/jobs/{job_id}/events", headers={"Last-Event-ID": "x'; DROP"}).text)
    assert rubbish == all_events
    assert events(platform.client.get(f"/jobs/{job_id}/events", headers={"Last-Event-ID": all_events[-1]["id"]}).text) == []


def test_the_number_of_open_streams_is_limited(tmp_path: Path) -> None:
    platform = make_platform(tmp_path, max_streams=1)
    job_id = platform.client.post("/articles", json={"text": "a"}).json()["job_id"]
    first = threading.Thread(target=platform.client.get, args=(f"/jobs/{job_id}/events",))
    first.start()
    time.sleep(0.5)
    second = platform.client.get(f"/jobs/{job_id}/events")
    platform.finish(job_id)
    first.join()
    assert_problem(second, 503, "too-many-streams")
    assert platform.client.get(f"/jobs/{job_id}/events").status_code == 200


class _FaceReader:
    """Answers like the worker: reads the stored pictures, keeps its own copies in the gallery."""

    def __init__(self, blobs: FolderBlobs) -> None:
        self.blobs, self.error = blobs, ""

    def __call__(self, order: Enrolment) -> Reference:
        pictures = {digest: self.blobs.get(digest) for digest in order.image_ids}
        if self.error:
            raise InputError(self.error)
        reference = Reference(
            reference_id=order.reference_id,
            kind=order.kind,
            name=order.name,
            kb_id=order.kb_id,
            image_ids=order.image_ids,
            vectors=((0.0,) * 128,) * len(order.image_ids),
            embedder="faces@1",
            created_at=datetime.now(UTC),
        )
        Gallery(self.blobs).add(reference, pictures, order.who)
        return reference

    def rebuild(self, kind: GalleryKind, who: str) -> Rebuilt:
        return Rebuilt(kind=kind, reference_ids=(who,))


@pytest.fixture
def reader(tmp_path: Path) -> _FaceReader:
    return _FaceReader(FolderBlobs(tmp_path))


@pytest.fixture
def gallery(tmp_path: Path, reader: _FaceReader) -> Platform:
    platform = make_platform(tmp_path, LocalDispatcher(reader, reader.rebuild))
    platform.announce_workers()
    return platform


def test_a_person_is_added_shown_and_forgotten(gallery: Platform) -> None:
    response = gallery.client.post("/people", data={"name": " Eileen Collins "}, files=[("images", ("a.jpg", picture()))])
    assert response.status_code == 201, response.text
    person = response.json()
    assert person["name"] == "Eileen Collins"
    assert person["pictures"] == 1
    assert "vectors" not in person
    assert response.headers["location"] == f"/people/{person['person_id']}"
    assert gallery.client.get("/people").json() == {"people": [person]}
    assert gallery.client.get(f"/people/{person['person_id']}").json() == person
    assert gallery.client.delete(f"/people/{person['person_id']}").status_code == 204
    assert gallery.client.get("/people").json() == {"people": []}
    assert [name for name in gallery.files() if "gallery-log" not in name] == []


def test_a_person_may_be_sent_as_json(gallery: Platform) -> None:
    body: dict[str, Any] = {"name": "E. C.", "kb_id": "wikidata:Q233890", "images": [base64.b64encode(picture()).decode()]}
    assert gallery.client.post("/people", json=body).json()["kb_id"] == "wikidata:Q233890"


def test_a_picture_without_a_single_face_is_refused_and_leaves_nothing(gallery: Platform, reader: _FaceReader) -> None:
    reader.error = "image 1 shows 2 faces"
    problem = assert_problem(
        gallery.client.post("/people", data={"name": "N"}, files=[("images", ("a.jpg", picture()))]), 422, "no-single-face"
    )
    assert problem["detail"] == "image 1 shows 2 faces"
    assert gallery.files() == []


def test_enrolling_a_picture_of_an_article_leaves_the_article_whole(gallery: Platform) -> None:
    gallery.client.post("/articles", data={"text": "a"}, files={"images": ("a.jpg", picture())})
    gallery.client.post("/people", data={"name": "N"}, files=[("images", ("a.jpg", picture()))])
    assert gallery.client.get(f"/images/{content_hash(picture())}").content == picture()


@pytest.mark.parametrize(
    ("body", "status", "kind"),
    [
        ({"name": "N", "images": []}, 422, "wrong-image-count"),
        ({"name": "", "images": ["AAAA"]}, 422, "invalid-fields"),
        ({"name": "N", "kb_id": "Q1", "images": ["AAAA"]}, 422, "invalid-fields"),
        ({"name": "N", "images": ["?"]}, 422, "bad-base64"),
        ({"name": "N", "images": ["AAAA"]}, 415, "not-an-image"),
    ],
)
def test_bad_people_are_refused(gallery: Platform, body: dict[str, Any], status: int, kind: str) -> None:
    assert_problem(gallery.client.post("/people", json=body), status, kind)
    assert gallery.files() == []


def test_without_a_ready_face_worker_enrolling_is_a_503(platform: Platform) -> None:
    response = platform.client.post("/people", data={"name": "N"}, files=[("images", ("a.jpg", picture()))])
    assert_problem(response, 503, "service-unavailable")
    assert platform.files() == []


def test_failed_jobs_are_listed_with_their_reasons_and_tried_again(platform: Platform) -> None:
    job_id = platform.client.post("/articles", json={"text": "Ankara."}).json()["job_id"]
    for name in STAGE_NAMES:
        state: StageState = "failed" if name == "fusion" else "done"
        platform.jobs.update_stage(job_id, StageReport(stage=name, state=state, error="it broke" if state == "failed" else None))
    listed = platform.client.get("/jobs").json()["jobs"]
    assert [(job["job_id"], job["state"]) for job in listed] == [(job_id, "partial")]
    assert platform.client.get("/jobs?state=done").json()["jobs"] == []
    again = platform.client.post(f"/jobs/{job_id}/retry")
    assert (again.status_code, again.json()["state"]) == (202, "running")
    assert_problem(platform.client.post(f"/jobs/{job_id}/retry"), 409, "nothing-to-retry")
    assert platform.client.post("/jobs/unknown/retry").status_code == 404
