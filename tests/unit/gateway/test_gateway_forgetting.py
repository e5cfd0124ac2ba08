"""What a deleted article leaves behind: no vector of a picture or keyframe that no other article shows."""

import base64

import numpy as np
from gateway_platform import Platform, picture

from shared.ids import content_hash
from shared.picture_search import PictureIndex
from shared.shown_files import ShownFrames
from tests.films import film, scenes

VECTOR = np.asarray((1, 0), np.float32)
CLIP = film(scenes(("obama.jpg",), 1.0))


def encoded(data: bytes) -> dict[str, str]:
    return {"base64": base64.b64encode(data).decode()}


def submit(platform: Platform, text: str, pictures: tuple[bytes, ...] = (), videos: tuple[bytes, ...] = ()) -> str:
    row = {"text": text, "images": [encoded(data) for data in pictures], "videos": [encoded(data) for data in videos]}
    answer = platform.client.post("/articles", json=row)
    assert answer.status_code == 202, answer.text
    platform.finish(answer.json()["job_id"])
    return str(answer.json()["article_id"])


def remembered(platform: Platform) -> set[str]:
    found = PictureIndex(platform.blobs).search("anything", VECTOR, "m", 10)
    return {hit.image_id for hit in found.hits}


def test_vectors_go_with_the_last_article_that_shows_the_picture(platform: Platform) -> None:
    shared, own = picture(seed=1), picture(seed=2)
    first = submit(platform, "Hello Ankara.", (shared, own))
    second = submit(platform, "Hello Berlin.", (shared,))
    for data in (shared, own):
        PictureIndex(platform.blobs).remember(content_hash(data), VECTOR, "m")
    assert platform.client.delete(f"/articles/{first}").status_code == 204
    assert remembered(platform) == {content_hash(shared)}
    assert platform.client.delete(f"/articles/{second}").status_code == 204
    assert remembered(platform) == set()


def test_vectors_of_keyframes_go_with_the_video(platform: Platform) -> None:
    article = submit(platform, "Hello Ankara.", videos=(CLIP,))
    frame = platform.blobs.put(picture(seed=3))
    ShownFrames(platform.blobs).keep(frame, article)
    PictureIndex(platform.blobs).remember(frame, VECTOR, "m")
    assert platform.client.delete(f"/articles/{article}").status_code == 204
    assert remembered(platform) == set()


def test_a_keyframe_that_another_article_shows_as_a_picture_stays(platform: Platform) -> None:
    frame = picture(seed=4)
    filmed = submit(platform, "Hello Ankara.", videos=(CLIP,))
    printed = submit(platform, "Hello Berlin.", (frame,))
    digest = content_hash(frame)
    ShownFrames(platform.blobs).keep(digest, filmed)
    PictureIndex(platform.blobs).remember(digest, VECTOR, "m")
    assert platform.client.delete(f"/articles/{filmed}").status_code == 204
    assert remembered(platform) == {digest}
    assert platform.client.get(f"/images/{digest}").content == frame
    assert platform.client.delete(f"/articles/{printed}").status_code == 204
    assert remembered(platform) == set()
