"""Search of pictures by words, and the view of one picture of an article."""

import base64
from pathlib import Path

import pytest
from gateway_platform import Platform, assert_problem, make_platform, picture

from gateway.dispatch import LocalDispatcher
from shared.errors import ConfigurationError, InputError, NewsgraphError, ServiceUnavailable, WeightsError
from shared.ids import content_hash
from shared.outputs import Outputs
from shared.picture_search import PictureHit, PictureHits
from shared.schemas.base import Box
from shared.schemas.situations import SceneTriple, VisualEvents
from shared.schemas.vision import ImageAnalysis, ObjectDetection, Region

DATA = picture()
IMAGE = content_hash(DATA)


def _article(platform: Platform) -> str:
    body = {"text": "Hello Ankara.", "images": [{"base64": base64.b64encode(DATA).decode()}]}
    answer = platform.client.post("/articles", json=body).json()
    platform.finish(answer["job_id"])
    return str(answer["article_id"])


def test_found_pictures_name_their_articles_and_those_of_deleted_articles_are_left_out(platform: Platform) -> None:
    article = _article(platform)
    hits = (PictureHit(image_id="0" * 64, score=0.9), PictureHit(image_id=IMAGE, score=0.4))
    platform.dispatcher.found = PictureHits(query="a dog", model="m", searched=2, hits=hits)
    found = platform.client.get("/images", params={"q": "a dog"}).json()
    assert [(hit["image_id"], hit["article_ids"]) for hit in found["hits"]] == [(IMAGE, [article])]
    assert platform.client.delete(f"/articles/{article}").status_code == 204
    assert platform.client.get("/images", params={"q": "a dog"}).json()["hits"] == []


def test_a_search_without_words_or_without_a_worker_says_so(platform: Platform) -> None:
    assert platform.client.get("/images", params={"q": "a"}).status_code == 422
    assert platform.client.get("/images", params={"q": "a dog"}).status_code == 503


class _FailingWorker(LocalDispatcher):
    """Answers every search with an error, as the way to a real worker does."""

    def __init__(self, error: NewsgraphError) -> None:
        super().__init__()
        self.error = error

    def search(self, query: str, limit: int) -> PictureHits:
        raise self.error


@pytest.mark.parametrize(
    ("error", "status", "kind"),
    [
        (InputError("the words are too many"), 422, "not-acceptable-input"),
        (ServiceUnavailable("search needs an image-text encoder"), 503, "service-unavailable"),
        (ConfigurationError("NEWSGRAPH_PROFILE names no encoder"), 503, "not-configured"),
        (WeightsError("encoder.onnx is missing"), 503, "not-configured"),
    ],
)
def test_an_error_of_the_worker_is_told_and_is_no_bug(tmp_path: Path, error: NewsgraphError, status: int, kind: str) -> None:
    platform = make_platform(tmp_path, _FailingWorker(error))
    response = platform.client.get("/images", params={"q": "a dog"})
    problem = assert_problem(response, status, kind)
    assert ("retry-after" in response.headers) == (kind == "service-unavailable")
    assert problem["detail"] == str(error)


def test_the_view_holds_what_the_stages_said_of_this_picture_only(platform: Platform) -> None:
    article = _article(platform)
    regions = [
        Region(
            id=f"r{n}", image_id=image, box=Box(x0=0, y0=0, x1=9, y1=9), kind="object", label="dog", confidence=0.9, model="ssd"
        )
        for n, image in enumerate((IMAGE, "other"))
    ]
    analyses = tuple(ImageAnalysis(image_id=r.image_id, width=64, height=48, regions=(r,)) for r in regions)
    triples = tuple(
        SceneTriple(id=image, image_id=image, subject_id="a", predicate="on", object_id="b", confidence=0.5, model="m")
        for image in (IMAGE, "other")
    )
    outputs = Outputs(platform.blobs)
    for stage, output in (
        ("object_detection", ObjectDetection(article_id=article, images=analyses)),
        ("visual_events", VisualEvents(article_id=article, triples=triples)),
    ):
        outputs.select(article, stage, outputs.put(output, f"key-{stage}"))  # type: ignore[arg-type]
    view = platform.client.get(f"/articles/{article}/images/{IMAGE}").json()
    assert [region["id"] for region in view["regions"]] == ["r0"]
    assert [triple["id"] for triple in view["triples"]] == [IMAGE]
    assert (view["analysis"]["width"], view["faces"], view["frames"]) == (64, [], [])


def test_the_view_of_an_unknown_picture_or_article_is_not_found(platform: Platform) -> None:
    article = _article(platform)
    assert_problem(platform.client.get(f"/articles/{article}/images/{'0' * 64}"), 404, "not-found")
    assert_problem(platform.client.get(f"/articles/none/images/{IMAGE}"), 404, "not-found")
