"""Every bad input gets its own 4xx problem document, and leaves nothing behind."""

import base64
import io
import json
from pathlib import Path
from typing import Any

import pytest
from gateway_platform import Platform, assert_problem, make_platform, picture, png_header
from PIL import Image as Pillow


def article(**fields: Any) -> dict[str, Any]:
    return {"text": "Hello Ankara.", **fields}


def inline(data: bytes) -> dict[str, Any]:
    return article(images=[{"base64": base64.b64encode(data).decode()}])


def tiff() -> bytes:
    buffer = io.BytesIO()
    Pillow.new("RGB", (8, 8)).save(buffer, "TIFF")
    return buffer.getvalue()


PICTURES = [
    pytest.param(b"this is no picture at all", 415, "not-an-image", id="text"),
    pytest.param(b"%PDF-1.7\n%abc\n", 415, "not-an-image", id="pdf"),
    pytest.param(b"<svg xmlns='http://www.w3.org/2000/svg'/>", 415, "not-an-image", id="svg"),
    pytest.param(b"", 415, "not-an-image", id="nothing"),
    pytest.param(tiff(), 415, "unsupported-image", id="tiff"),
    pytest.param(picture(size=(300, 300))[:-4000], 422, "damaged-image", id="truncated-jpeg"),
    pytest.param(picture("PNG", (300, 300))[:-4000], 422, "damaged-image", id="truncated-png"),
    pytest.param(picture("WEBP", (300, 300))[:-4000], 422, "damaged-image", id="truncated-webp"),
    pytest.param(b"\xff\xd8\xff\xe0" + b"x" * 100, 422, "damaged-image", id="jpeg-magic-only"),
    pytest.param(png_header(20_000, 20_000), 413, "too-many-pixels", id="20000x20000-png"),
    pytest.param(png_header(8_000, 8_000), 413, "too-many-pixels", id="8000x8000-png"),
    pytest.param(png_header(200, 200), 422, "damaged-image", id="png-without-pixels"),
]


@pytest.mark.parametrize(("data", "status", "kind"), PICTURES)
def test_bad_pictures_are_refused_in_json_and_in_forms(platform: Platform, data: bytes, status: int, kind: str) -> None:
    assert_problem(platform.client.post("/articles", json=inline(data)), status, kind)
    files = [("images", ("good.jpg", picture())), ("images", ("a.jpg", data, "image/jpeg"))]
    problem = assert_problem(platform.client.post("/articles", data=article(), files=files), status, kind)
    assert "image 2" in problem["detail"]
    assert platform.files() == []
    assert platform.dispatcher.submitted == []


TEXTS = [
    pytest.param("", 422, "empty-text", id="empty"),
    pytest.param(" \n\t\u00a0", 422, "empty-text", id="white-space"),
    pytest.param("word " * 600_000, 413, "text-too-long", id="3-MB"),
    pytest.param("nul \x00 inside", 422, "invalid-fields", id="NUL"),
]


@pytest.mark.parametrize(("text", "status", "kind"), TEXTS)
def test_bad_texts_are_refused_in_json_and_in_forms(platform: Platform, text: str, status: int, kind: str) -> None:
    assert_problem(platform.client.post("/articles", json={"text": text}), status, kind)
    form = platform.client.post("/articles", files={"text": (None, text)})
    assert_problem(form, status, kind)
    assert platform.files() == []


URLS = [
    ("file:///etc/passwd", "bad-image-url"),
    ("ftp://example.org/a.jpg", "bad-image-url"),
    ("gopher://127.0.0.1/", "bad-image-url"),
    ("data:image/png;base64,AAAA", "bad-image-url"),
    ("//example.org/a.jpg", "bad-image-url"),
    ("http://", "bad-image-url"),
    ("http://[::1", "bad-image-url"),
    ("http://a:99999999/", "bad-image-url"),
    ("http://user:secret@example.org/a.jpg", "bad-image-url"),
    ("http://127.0.0.1/a.jpg", "private-address"),
    ("http://127.1:6380/", "private-address"),
    ("http://2130706433/", "private-address"),
    ("http://0x7f000001/", "private-address"),
    ("http://localhost:8000/health/live", "private-address"),
    ("http://10.0.0.1/a.jpg", "private-address"),
    ("http://172.16.3.4/a.jpg", "private-address"),
    ("http://192.168.0.1/a.jpg", "private-address"),
    ("http://169.254.169.254/latest/meta-data/", "private-address"),
    ("http://100.64.0.1/a.jpg", "private-address"),
    ("http://0.0.0.0/a.jpg", "private-address"),
    ("https://[::1]/a.jpg", "private-address"),
    ("http://[::ffff:127.0.0.1]/a.jpg", "private-address"),
    ("http://[::ffff:10.0.0.1]/a.jpg", "private-address"),
    ("http://[fe80::1]/a.jpg", "private-address"),
    ("http://[fd00::1]/a.jpg", "private-address"),
    ("http://[64:ff9b::7f00:1]/a.jpg", "private-address"),
    ("http://[2002:7f00:1::]/a.jpg", "private-address"),
    ("http://224.0.0.1/a.jpg", "private-address"),
]


@pytest.mark.parametrize(("url", "kind"), URLS)
def test_picture_urls_outside_the_public_web_are_refused(platform: Platform, url: str, kind: str) -> None:
    assert_problem(platform.client.post("/articles", json=article(images=[{"url": url}])), 422, kind)
    assert platform.files() == []


FIELDS = [
    ([], "invalid-fields"),
    ({}, "invalid-fields"),
    ({"text": 7}, "invalid-fields"),
    (article(language="English"), "invalid-fields"),
    (article(published_at="yesterday"), "invalid-fields"),
    (article(source_url="javascript:alert(1)"), "invalid-fields"),
    (article(colour="red"), "invalid-fields"),
    (article(images="x"), "invalid-fields"),
    (article(images=[{}]), "invalid-fields"),
    (article(images=[{"url": "http://a.b/", "base64": "AAAA"}]), "invalid-fields"),
    (article(images=[{"base64": "no base64!"}]), "bad-base64"),
    (article(images=[{"base64": base64.b64encode(picture()).decode()}] * 2), "image-twice"),
    (article(images=[{"base64": "AAAA"}] * 21), "too-many-images"),
]


@pytest.mark.parametrize(("body", "kind"), FIELDS)
def test_json_of_another_shape_is_refused(platform: Platform, body: Any, kind: str) -> None:
    problem = assert_problem(platform.client.post("/articles", json=body), 422, kind)
    assert kind != "invalid-fields" or problem["errors"]
    assert platform.files() == []


@pytest.mark.parametrize(
    "body", [b"", b"{", b"{'text': 1}", b'{"text": "\\ud800"}', b"\xff\xfe{}", b"[" * 100_000, b'{"text": NaN']
)
def test_what_is_not_json_is_a_400(platform: Platform, body: bytes) -> None:
    response = platform.client.post("/articles", content=body, headers={"content-type": "application/json"})
    assert_problem(response, 400, "not-json")


@pytest.mark.parametrize("kind", ["text/plain", "application/xml", "application/x-www-form-urlencoded", ""])
def test_other_media_types_are_a_415(platform: Platform, kind: str) -> None:
    assert_problem(
        platform.client.post("/articles", content=b"text=a", headers={"content-type": kind}), 415, "unsupported-media-type"
    )
    assert_problem(platform.client.post("/people", content=b"a", headers={"content-type": kind}), 415, "unsupported-media-type")
    assert_problem(
        platform.client.post("/articles:batch", content=b"a", headers={"content-type": kind}), 415, "unsupported-media-type"
    )


FORMS: list[dict[str, Any]] = [
    {"data": {"text": "a", "nonsense": "b"}},
    {"data": {"text": ["a", "b"]}},
    {"data": {"text": "a", "captions": ["one", "two"]}, "files": [("images", ("a.jpg", picture()))]},
    {"data": {"text": "a", "captions": ["c" * 5_001]}, "files": [("images", ("a.jpg", picture()))]},
    {"files": {"text": ("a.txt", b"a text as a file")}},
    {"files": {"text": (None, "a"), "images": (None, "text in place of a file")}},
]


@pytest.mark.parametrize("form", FORMS)
def test_forms_with_wrong_fields_are_refused(platform: Platform, form: dict[str, Any]) -> None:
    form = form if "files" in form else form | {"files": {"title": (None, "T")}}
    assert_problem(platform.client.post("/articles", **form), 422, "invalid-fields")
    assert platform.files() == []


def test_a_broken_form_is_a_400(platform: Platform) -> None:
    response = platform.client.post(
        "/articles", content=b"--x\r\nrubbish", headers={"content-type": "multipart/form-data; boundary=x"}
    )
    assert response.status_code in (400, 422), response.text
    assert response.headers["content-type"] == "application/problem+json"
    assert platform.files() == []


def test_an_announced_large_body_is_refused_before_it_is_read(tmp_path: Path) -> None:
    platform = make_platform(tmp_path, max_body_bytes=1_000)
    assert_problem(platform.client.post("/articles", json=article(title="x" * 1_000)), 413, "body-too-large")


@pytest.mark.parametrize("kind", ["application/json", "multipart/form-data; boundary=x"])
def test_an_unannounced_large_body_is_cut_off_while_it_streams(tmp_path: Path, kind: str) -> None:
    platform = make_platform(tmp_path, max_body_bytes=100_000)
    sent = 0

    def pieces() -> Any:
        nonlocal sent
        for _ in range(1_000):
            sent += 10_000
            yield b"--x\r\nContent-Disposition: form-data; name=text\r\n\r\n" if sent == 10_000 else b" " * 10_000

    assert_problem(platform.client.post("/articles", content=pieces(), headers={"content-type": kind}), 413, "body-too-large")
    assert platform.files() == []


def test_limits_come_from_settings(tmp_path: Path) -> None:
    platform = make_platform(tmp_path, max_text_chars=10, max_image_bytes=100, max_batch_lines=2)
    assert_problem(platform.client.post("/articles", json={"text": "x" * 11}), 413, "text-too-long")
    assert_problem(
        platform.client.post("/articles", json={"text": "x"} | {"images": inline(picture())["images"]}), 413, "image-too-large"
    )
    lines = "\n".join([json.dumps({"text": "x"})] * 3)
    batch = platform.client.post("/articles:batch", content=lines, headers={"content-type": "application/jsonl"})
    assert_problem(batch, 413, "batch-too-long")
    assert platform.files() == []


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP", "GIF", "BMP", "AVIF"])
def test_all_promised_picture_types_are_taken(platform: Platform, kind: str) -> None:
    answer = platform.client.post("/articles", json=inline(picture(kind)))
    assert answer.status_code == 202, answer.text
    image = platform.client.get(answer.json()["links"]["article"]).json()["article"]["images"][0]
    assert image["media_type"] == f"image/{kind.lower()}"


@pytest.mark.parametrize("moment", ["0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59-14:00"])
def test_moments_beyond_the_ends_of_time_are_refused(platform: Platform, moment: str) -> None:
    answer = platform.client.post("/articles", json={"text": "Ankara.", "published_at": moment})
    assert_problem(answer, 422, "invalid-fields")


@pytest.mark.parametrize("address", ["/articles/{}", "/articles/{}/graph", "/images/{}", "/videos/{}", "/jobs/{}", "/faces/{}"])
def test_ids_longer_than_the_name_of_a_file_are_not_found(platform: Platform, address: str) -> None:
    image = {"base64": base64.b64encode(picture()).decode()}
    platform.client.post("/articles", json={"text": "Ankara.", "images": [image]})
    assert platform.client.get(address.format("a" * 300)).status_code == 404


@pytest.mark.parametrize("charset", ["undefined", "punycode"])
def test_a_form_whose_charset_does_not_fit_is_refused(platform: Platform, charset: str) -> None:
    body = b'--B\r\nContent-Disposition: form-data; name="text"\r\n\r\nhallo \xff\xfe\r\n--B--\r\n'
    headers = {"content-type": f"multipart/form-data; boundary=B; charset={charset}"}
    assert_problem(platform.client.post("/articles", content=body, headers=headers), 400, "bad-charset")
