"""Videos by form and JSON, their refusals, and ranges of their bytes."""

import base64
from pathlib import Path

import pytest
from gateway_platform import Platform, assert_problem, make_platform, picture

from shared.ids import content_hash
from shared.shown_files import ShownFrames
from tests.films import SIZE, film, scenes, sound

CLIP = film(scenes(("obama.jpg",), 1.5))


def inline(data: bytes, **more: str) -> dict[str, object]:
    return {"text": "Hello Ankara.", "videos": [{"base64": base64.b64encode(data).decode(), **more}]}


def test_a_video_in_json_and_in_a_form_is_the_same_article(platform: Platform) -> None:
    answer = platform.client.post("/articles", json=inline(CLIP, caption="A speech", credit="AP"))
    assert answer.status_code == 202, answer.text
    view = platform.client.get(answer.json()["links"]["article"]).json()
    (video,) = view["article"]["videos"]
    assert (video["width"], video["height"], video["media_type"], video["caption"], video["credit"]) == (
        *SIZE, "video/mp4", "A speech", "AP",
    )  # fmt: skip
    assert video["duration"] == pytest.approx(1.5, abs=0.1)
    form = {"text": "Hello Ankara.", "video_captions": "A speech", "video_credits": "AP"}
    files = [("videos", ("a.mp4", CLIP, "video/mp4"))]
    again = platform.client.post("/articles", data=form, files=files)
    assert (again.status_code, again.json()["article_id"]) == (200, answer.json()["article_id"])
    assert platform.client.get("/articles").json()["articles"][0]["videos"] == 1


def test_the_caption_of_a_video_is_part_of_what_the_article_is(platform: Platform) -> None:
    ids = {platform.client.post("/articles", json=inline(CLIP, caption=caption)).json()["article_id"] for caption in ("a", "b")}
    ids.add(platform.client.post("/articles", json={"text": "Hello Ankara."}).json()["article_id"])
    assert len(ids) == 3


def test_a_player_gets_the_ranges_it_asks_for(platform: Platform) -> None:
    platform.client.post("/articles", json=inline(CLIP))
    address, size = f"/videos/{content_hash(CLIP)}", len(CLIP)
    whole = platform.client.get(address)
    assert (whole.status_code, whole.content, whole.headers["accept-ranges"]) == (200, CLIP, "bytes")
    assert whole.headers["content-type"] == "video/mp4"
    for header, part in (("bytes=0-99", CLIP[:100]), ("bytes=100-", CLIP[100:]), ("bytes=-10", CLIP[-10:])):
        answer = platform.client.get(address, headers={"Range": header})
        assert (answer.status_code, answer.content) == (206, part), header
        assert answer.headers["content-range"].endswith(f"/{size}")
    beyond = platform.client.get(address, headers={"Range": f"bytes=0-{size * 2}"})
    assert (beyond.status_code, beyond.content) == (206, CLIP)
    other_unit = platform.client.get(address, headers={"Range": "frames=0-1"})
    assert (other_unit.status_code, other_unit.content) == (200, CLIP)
    several = platform.client.get(address, headers={"Range": "bytes=0-1,5-6"})
    assert several.status_code == 206
    assert several.headers["content-type"].startswith("multipart/byteranges")
    assert several.content.count(b"Content-Range: bytes ") == 2
    assert f"Content-Range: bytes 5-6/{size}\r\n\r\n".encode() + CLIP[5:7] in several.content
    assert_problem(platform.client.get(address, headers={"Range": f"bytes={size}-"}), 416, "bad-range")
    assert_problem(platform.client.get(address, headers={"Range": "bytes=9-1"}), 416, "bad-range")
    assert platform.client.get(address, headers={"If-None-Match": whole.headers["etag"]}).status_code == 304
    assert_problem(platform.client.get(f"/videos/{content_hash(b'none')}"), 404, "not-found")


BAD = [
    pytest.param(b"no video", 415, "not-a-video", id="text"),
    pytest.param(picture(), 415, "not-a-video", id="picture"),
    pytest.param(b"#EXTM3U\n#EXTINF:1,\nhttp://127.0.0.1/secret\n", 415, "not-a-video", id="playlist"),
    pytest.param(sound(), 415, "not-a-video", id="sound"),
    pytest.param(CLIP[:2000], 422, "damaged-video", id="truncated"),
]


@pytest.mark.parametrize(("data", "status", "kind"), BAD)
def test_bad_videos_are_refused_and_leave_nothing(platform: Platform, data: bytes, status: int, kind: str) -> None:
    problem = assert_problem(platform.client.post("/articles", json=inline(data)), status, kind)
    assert "video 1" in problem["detail"]
    assert platform.files() == []


def test_limits_on_videos_name_their_settings(tmp_path: Path) -> None:
    short = make_platform(tmp_path, max_video_seconds=1.0)
    problem = assert_problem(short.client.post("/articles", json=inline(CLIP)), 413, "video-too-long")
    assert "NEWSGRAPH_MAX_VIDEO_SECONDS" in problem["change"]
    small = make_platform(tmp_path, max_video_bytes=1000, max_videos=1)
    assert_problem(small.client.post("/articles", json=inline(CLIP)), 413, "video-too-large")
    two = {"text": "x", "videos": [{"base64": "AA=="}] * 2}
    assert_problem(small.client.post("/articles", json=two), 422, "too-many-videos")


def test_the_same_video_twice_and_a_video_without_source_are_refused(platform: Platform) -> None:
    row = inline(CLIP)
    row["videos"] = [*row["videos"], *row["videos"]]  # type: ignore[misc]
    assert_problem(platform.client.post("/articles", json=row), 422, "video-twice")
    assert_problem(platform.client.post("/articles", json={"text": "x", "videos": [{}]}), 422, "invalid-fields")
    private = {"text": "x", "videos": [{"url": "http://127.0.0.1/a.mp4"}]}
    assert_problem(platform.client.post("/articles", json=private), 422, "private-address")


def test_keyframes_are_served_as_pictures_and_all_go_with_the_article(platform: Platform) -> None:
    answer = platform.client.post("/articles", json=inline(CLIP)).json()
    frame = picture(seed=7)
    digest = platform.blobs.put(frame)
    assert_problem(platform.client.get(f"/images/{digest}"), 404, "not-found")
    ShownFrames(platform.blobs).keep(digest, answer["article_id"])
    shown = platform.client.get(f"/images/{digest}")
    assert (shown.status_code, shown.content, shown.headers["content-type"]) == (200, frame, "image/jpeg")
    platform.finish(answer["job_id"])
    assert platform.client.delete(answer["links"]["article"]).status_code == 204
    for address in (f"/images/{digest}", f"/videos/{content_hash(CLIP)}"):
        assert_problem(platform.client.get(address), 404, "not-found")
    assert [name for name in platform.files() if name.startswith("blobs/")] == []
