"""POST, GET and DELETE of articles."""

import base64
import json
from datetime import UTC, datetime
from pathlib import Path

import pytest
from gateway_platform import Platform, assert_problem, make_platform, picture

from gateway.dispatch import LocalDispatcher
from shared.articles import ArticleStore
from shared.errors import ServiceUnavailable
from shared.ids import content_hash
from shared.jobs import MemoryJobStore
from shared.outputs import Outputs
from shared.schemas.graph import Node, Subgraph
from shared.schemas.job import STAGE_NAMES, Job
from shared.schemas.text import Language, TextExtraction
from shared.stage import Step

ARTICLE = {"title": "T", "text": "  Héllo\r\n\tAnkara. ", "language": "en", "published_at": "2017-04-05T08:00:00Z"}


def with_picture(data: bytes, caption: str = "a caption") -> dict[str, object]:
    return ARTICLE | {"images": [{"base64": base64.b64encode(data).decode(), "caption": caption, "credit": "me"}]}


def test_an_article_is_kept_exactly_as_given_and_handed_to_the_workers(platform: Platform) -> None:
    data = picture()
    response = platform.client.post("/articles", json=with_picture(data))
    assert response.status_code == 202
    answer = response.json()
    assert answer["created"]
    assert answer["state"] == "queued"
    assert answer["links"]["events"] == f"/jobs/{answer['job_id']}/events"
    assert response.headers["location"] == answer["links"]["article"]
    view = platform.client.get(answer["links"]["article"]).json()
    assert view["article"]["text"] == ARTICLE["text"]
    image = view["article"]["images"][0]
    assert (image["width"], image["height"], image["media_type"], image["caption"]) == (64, 48, "image/jpeg", "a caption")
    assert image["image_id"] == content_hash(data)
    assert [stage["state"] for stage in view["job"]["stages"]] == ["waiting"] * len(STAGE_NAMES)
    assert [job.job_id for job in platform.dispatcher.submitted] == [answer["job_id"]]


def test_a_multipart_form_gives_the_same_article_as_json(platform: Platform) -> None:
    one, two = picture(seed=1), picture("PNG", seed=2)
    images = [{"base64": base64.b64encode(data).decode(), "caption": c} for data, c in ((one, "first"), (two, ""))]
    first = platform.client.post("/articles", json=ARTICLE | {"images": images}).json()
    files = [("images", ("1.jpg", one, "image/jpeg")), ("images", ("2.png", two, "text/plain"))]
    again = platform.client.post("/articles", data=ARTICLE | {"captions": ["first", ""], "source_url": ""}, files=files)
    assert again.status_code == 200, again.text
    assert again.json()["article_id"] == first["article_id"]


def test_the_same_article_again_is_no_new_work_unless_forced(platform: Platform) -> None:
    first = platform.client.post("/articles", json=ARTICLE).json()
    again = platform.client.post("/articles", json=ARTICLE)
    assert again.status_code == 200
    assert not again.json()["created"]
    assert again.json()["job_id"] == first["job_id"]
    platform.finish(first["job_id"])
    assert platform.client.post("/articles", json=ARTICLE).json()["state"] == "done"
    assert len(platform.dispatcher.submitted) == 1
    forced = platform.client.post("/articles?force=true", json=ARTICLE)
    assert forced.status_code == 202
    assert forced.json()["article_id"] == first["article_id"]
    assert forced.json()["job_id"] != first["job_id"]
    assert [job.forced for job in platform.dispatcher.submitted] == [False, True]


def test_a_failed_or_lost_job_is_followed_by_a_new_one(platform: Platform, tmp_path: Path) -> None:
    first = platform.client.post("/articles", json=ARTICLE).json()
    platform.finish(first["job_id"], failed=("graph_writer",))
    second = platform.client.post("/articles", json=ARTICLE)
    assert second.status_code == 202
    assert second.json()["job_id"] != first["job_id"]
    without_its_broker_data = make_platform(tmp_path)
    assert without_its_broker_data.client.post("/articles", json=ARTICLE).status_code == 202


@pytest.mark.parametrize(
    "change",
    [
        {"title": "U"},
        {"text": "Other"},
        {"language": "tr"},
        {"published_at": "2018-01-01T00:00:00Z"},
        {"source_url": "http://a.b/"},
    ],
)
def test_every_field_that_decides_the_result_decides_the_id(platform: Platform, change: dict[str, str]) -> None:
    first = platform.client.post("/articles", json=ARTICLE).json()
    assert platform.client.post("/articles", json=ARTICLE | change).json()["article_id"] != first["article_id"]


def test_the_same_moment_in_another_time_zone_is_the_same_article(platform: Platform) -> None:
    first = platform.client.post("/articles", json=ARTICLE).json()
    moved = platform.client.post("/articles", json=ARTICLE | {"published_at": "2017-04-05T10:00:00+02:00"})
    assert moved.json()["article_id"] == first["article_id"]


def test_articles_are_listed_newest_first_with_their_state(platform: Platform) -> None:
    ids = [platform.client.post("/articles", json={"text": f"Story {i}"}).json() for i in range(3)]
    platform.finish(ids[0]["job_id"])
    page = platform.client.get("/articles?limit=2").json()
    assert page["total"] == 3
    assert len(page["articles"]) == 2
    rest = platform.client.get("/articles?limit=2&offset=2").json()["articles"]
    assert {row["article_id"] for row in page["articles"] + rest} == {row["article_id"] for row in ids}
    states = {row["article_id"]: row["state"] for row in page["articles"] + rest}
    assert states[ids[0]["article_id"]] == "done"
    assert states[ids[2]["article_id"]] == "queued"


def test_deleting_an_article_leaves_no_byte_of_it(platform: Platform) -> None:
    answer = platform.client.post("/articles", json=with_picture(picture())).json()
    article_id = answer["article_id"]
    outputs = Outputs(platform.blobs)
    found = TextExtraction(article_id=article_id, language=Language(code="en", confidence=1, model="m"))
    outputs.select(article_id, "text_ie", outputs.put(found, "key"))
    platform.graph.replace_article(article_id, Subgraph(nodes=(Node(id=article_id, labels=("Article",)),)))
    platform.finish(answer["job_id"])
    assert platform.client.delete(f"/articles/{article_id}").status_code == 204
    assert platform.graph.article_graph(article_id) is None
    assert_problem(platform.client.get(f"/articles/{article_id}"), 404, "not-found")
    assert [name for name in platform.files() if not name.startswith("records/outputs-by-input")] == []
    assert platform.client.get("/articles").json()["total"] == 0
    assert platform.client.post("/articles", json=with_picture(picture())).status_code == 202


def test_a_picture_that_another_article_shows_survives(platform: Platform) -> None:
    first = platform.client.post("/articles", json=with_picture(picture())).json()
    second = platform.client.post("/articles", json=with_picture(picture()) | {"title": "Other"}).json()
    platform.finish(first["job_id"])
    platform.finish(second["job_id"])
    platform.client.delete(f"/articles/{first['article_id']}")
    assert platform.client.get(f"/images/{content_hash(picture())}").content == picture()
    platform.client.delete(f"/articles/{second['article_id']}")
    assert_problem(platform.client.get(f"/images/{content_hash(picture())}"), 404, "not-found")


def test_an_article_under_work_is_not_deleted_unless_forced(platform: Platform) -> None:
    answer = platform.client.post("/articles", json=ARTICLE).json()
    assert_problem(platform.client.delete(f"/articles/{answer['article_id']}"), 409, "job-running")
    assert platform.client.delete(f"/articles/{answer['article_id']}?force=true").status_code == 204


def test_a_batch_answers_each_line_and_a_bad_one_stops_no_other(platform: Platform) -> None:
    lines = [
        json.dumps(ARTICLE),
        "{not json",
        json.dumps({"text": " "}),
        "",
        json.dumps(ARTICLE),
        json.dumps({"text": "B", "x": 1}),
    ]
    response = platform.client.post("/articles:batch", content="\n".join(lines), headers={"content-type": "application/x-ndjson"})
    assert response.status_code == 200
    answers = [json.loads(line) for line in response.text.splitlines()]
    assert [(a["line"], a["status"]) for a in answers] == [(1, 202), (2, 400), (3, 422), (5, 200), (6, 422)]
    assert answers[1]["problem"]["type"].endswith("not-json")
    assert answers[0]["accepted"]["article_id"] == answers[3]["accepted"]["article_id"]
    assert platform.client.get("/articles").json()["total"] == 1


class _BrokenBroker(LocalDispatcher):
    def send(self, row: Step, job: Job) -> None:
        raise ServiceUnavailable("the broker is away")


class _SilentJobs(MemoryJobStore):
    def latest(self, article_id: str) -> Job | None:
        raise ServiceUnavailable("the broker is away")


class _BrokenJobs(MemoryJobStore):
    def create(self, job: Job) -> None:
        raise ServiceUnavailable("the broker is away")


def test_nothing_remains_when_the_broker_takes_no_job(tmp_path: Path) -> None:
    platform = make_platform(tmp_path, jobs=_BrokenJobs())
    response = platform.client.post("/articles", json=with_picture(picture()))
    assert_problem(response, 503, "service-unavailable")
    assert response.headers["retry-after"]
    assert platform.files() == []
    assert platform.jobs.list_unfinished() == []


def test_a_job_that_cannot_be_sent_now_is_kept_and_sent_later(tmp_path: Path) -> None:
    platform = make_platform(tmp_path, _BrokenBroker())
    answer = platform.client.post("/articles", json=with_picture(picture()))
    assert answer.status_code == 202
    assert [job.job_id for job in platform.jobs.list_unfinished()] == [answer.json()["job_id"]]
    again = platform.client.post("/articles", json=with_picture(picture()))
    assert (again.status_code, again.json()["job_id"]) == (200, answer.json()["job_id"])


def test_articles_are_listed_while_the_broker_is_away(tmp_path: Path) -> None:
    sent = make_platform(tmp_path).client.post("/articles", json=ARTICLE).json()
    platform = make_platform(tmp_path, jobs=_SilentJobs())
    listed = platform.client.get("/articles").json()
    assert [(row["article_id"], row["state"]) for row in listed["articles"]] == [(sent["article_id"], None)]
    assert platform.client.get(f"/articles/{sent['article_id']}").json()["job"] is None


def test_an_earlier_article_survives_when_the_broker_goes_down(tmp_path: Path) -> None:
    first = make_platform(tmp_path).client.post("/articles", json=with_picture(picture())).json()
    before = sorted(tmp_path.rglob("*"))
    assert make_platform(tmp_path, jobs=_BrokenJobs()).client.post("/articles", json=with_picture(picture())).status_code == 503
    assert sorted(tmp_path.rglob("*")) == before
    assert ArticleStore(make_platform(tmp_path).blobs).exists(first["article_id"])


def test_published_dates_without_a_zone_are_utc(platform: Platform) -> None:
    answer = platform.client.post("/articles", json=ARTICLE | {"published_at": "2017-04-05T08:00:00"}).json()
    published = ArticleStore(platform.blobs).get(answer["article_id"]).published_at
    assert published == datetime(2017, 4, 5, 8, tzinfo=UTC)
