"""Access, headers, problem documents, health, metrics, pages and the API description."""

import asyncio
import json
import re
from pathlib import Path
from typing import Any

import pytest
from gateway_platform import Platform, assert_problem, make_platform, picture
from pydantic import SecretStr

from gateway.settings import GatewaySettings, check_access, is_loopback
from shared.errors import ConfigurationError, ServiceUnavailable
from shared.graph.memory import MemoryGraph
from shared.ids import content_hash
from shared.schemas.graph import GraphCounts, Node, Subgraph

KEY = "a-long-enough-secret"
OPEN = ["/health/live", "/health/ready", "/openapi.json", "/docs/", "/"]
CLOSED = ["/articles", "/articles/x", "/jobs/x", "/jobs/x/events", "/entities", "/events", "/images/x", "/people", "/metrics"]


@pytest.fixture
def guarded(tmp_path: Path) -> Platform:
    return make_platform(tmp_path, host="0.0.0.0", api_keys=("another-secret-key", KEY))


@pytest.mark.parametrize("path", CLOSED)
def test_without_a_key_the_api_is_closed(guarded: Platform, path: str) -> None:
    response = guarded.client.get(path)
    assert_problem(response, 401, "unauthorized")
    assert response.headers["www-authenticate"] == "Bearer"
    assert_problem(guarded.client.get(path, headers={"X-API-Key": KEY[:-1]}), 401, "unauthorized")
    assert_problem(guarded.client.get(path, headers={"Authorization": "Basic " + KEY}), 401, "unauthorized")


def test_nobody_writes_without_a_key(guarded: Platform) -> None:
    assert_problem(guarded.client.post("/articles", json={"text": "a"}), 401, "unauthorized")
    assert_problem(
        guarded.client.post("/articles", json={"text": "a"}, headers={"X-API-Key": "ключ".encode()}), 401, "unauthorized"
    )
    assert guarded.files() == []


@pytest.mark.parametrize("headers", [{"X-API-Key": KEY}, {"Authorization": f"Bearer {KEY}"}, {"authorization": f"bearer {KEY}"}])
def test_a_key_opens_the_api_in_either_header(guarded: Platform, headers: dict[str, str]) -> None:
    assert guarded.client.post("/articles", json={"text": "a"}, headers=headers).status_code == 202
    assert guarded.client.get("/metrics", headers=headers).status_code == 200


@pytest.mark.parametrize("path", OPEN)
def test_health_documentation_and_page_need_no_key(guarded: Platform, path: str) -> None:
    assert guarded.client.get(path).status_code in (200, 503)


def test_the_gateway_refuses_to_stand_open_on_a_network() -> None:
    for host in ("0.0.0.0", "::", "192.168.1.2", "gateway"):
        with pytest.raises(ConfigurationError, match="NEWSGRAPH_API_KEYS"):
            check_access(GatewaySettings(host=host))
    with pytest.raises(ConfigurationError, match="16"):
        check_access(GatewaySettings(api_keys=(SecretStr("short"),)))
    check_access(GatewaySettings(host="127.0.0.1"))
    assert [is_loopback(h) for h in ("localhost", "127.9.9.9", "::1", "[::1]", "127.0.0.1.evil.org", "")] == [True] * 4 + [
        False
    ] * 2


@pytest.mark.parametrize("headers", [{"Host": "evil.example"}, {"Host": "127.0.0.1.evil.example:8000"}, {"Host": "[::1"}])
def test_without_keys_a_rebound_name_is_refused(platform: Platform, headers: dict[str, str]) -> None:
    assert_problem(platform.client.get("/articles", headers=headers), 403, "foreign-host")


@pytest.mark.parametrize("origin", ["https://evil.example", "null", "http://localhost.evil.example"])
def test_without_keys_a_foreign_page_is_refused(platform: Platform, origin: str) -> None:
    assert_problem(platform.client.post("/articles", json={"text": "a"}, headers={"Origin": origin}), 403, "foreign-origin")
    assert platform.files() == []


def test_the_own_page_may_write(platform: Platform) -> None:
    assert platform.client.post("/articles", json={"text": "a"}, headers={"Origin": "http://127.0.0.1:8000"}).status_code == 202


@pytest.mark.parametrize(
    ("method", "path", "status", "kind"),
    [
        ("GET", "/nowhere", 404, "not-found"),
        ("GET", "/articles/article-0", 404, "not-found"),
        ("GET", "/articles/..%2f..%2fetc", 404, "not-found"),
        ("GET", "/articles/article-0/graph", 404, "not-found"),
        ("DELETE", "/articles/article-0", 404, "not-found"),
        ("GET", "/jobs/job-0", 404, "not-found"),
        ("GET", "/jobs/job-0/events", 404, "not-found"),
        ("GET", "/entities/entity-0", 404, "not-found"),
        ("GET", "/images/0", 404, "not-found"),
        ("GET", "/people/p", 404, "not-found"),
        ("DELETE", "/people/p", 404, "not-found"),
        ("PUT", "/articles", 405, "method-not-allowed"),
        ("GET", "/articles?limit=0", 422, "invalid-fields"),
        ("GET", "/entities?limit=9999", 422, "invalid-fields"),
        ("GET", "/events?from=soon", 422, "invalid-fields"),
    ],
)
def test_every_refusal_is_a_problem_document(platform: Platform, method: str, path: str, status: int, kind: str) -> None:
    assert_problem(platform.client.request(method, path), status, kind)


class _BuggyGraph(MemoryGraph):
    def search_entities(self, *_: Any, **__: Any) -> list[Node]:
        raise RuntimeError("secret detail")


def test_a_bug_gives_the_request_id_and_no_traceback(tmp_path: Path) -> None:
    platform = make_platform(tmp_path, graph=_BuggyGraph())
    response = platform.client.get("/entities", headers={"X-Request-ID": "my-id-1"})
    problem = assert_problem(response, 500, "internal-error")
    assert problem["request_id"] == "my-id-1"
    assert "secret" not in response.text
    assert response.headers["x-content-type-options"] == "nosniff"


def test_a_request_id_that_could_break_the_log_is_replaced(platform: Platform) -> None:
    given = 'a b;c"d'
    assert re.fullmatch(
        r"[0-9a-f]{16}", platform.client.get("/health/live", headers={"X-Request-ID": given}).headers["x-request-id"]
    )


@pytest.mark.parametrize("path", ["/", "/docs/", "/articles", "/nowhere"])
def test_security_headers_are_everywhere_and_allow_this_site_only(platform: Platform, path: str) -> None:
    headers = platform.client.get(path).headers
    assert "default-src 'self'" in headers["content-security-policy"]
    assert "http" not in headers["content-security-policy"]
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["x-frame-options"] == "DENY"


def test_the_documentation_loads_nothing_from_other_sites(platform: Platform) -> None:
    page = platform.client.get("/docs")
    assert page.status_code == 200
    sources = re.findall(r'(?:src|href)="([^"]+)"', page.text)
    assert len(sources) == 4
    assert [platform.client.get(source).status_code for source in sources] == [200] * 4


def test_the_api_description_is_closed_and_has_examples(platform: Platform) -> None:
    schema = platform.client.get("/openapi.json").json()
    names = set(re.findall(r'"#/components/schemas/([^"]+)"', json.dumps(schema)))
    assert names - set(schema["components"]["schemas"]) == set()
    assert "example" in schema["components"]["schemas"]["ArticleIn"]
    assert "HTTPValidationError" not in schema["components"]["schemas"]
    assert set(schema["paths"]["/articles"]["post"]["requestBody"]["content"]) == {"application/json", "multipart/form-data"}
    for path, methods in schema["paths"].items():
        for operation in methods.values():
            assert operation["tags"], path
            assert operation["description"], path


def test_ready_names_the_missing_workers(platform: Platform) -> None:
    response = platform.client.get("/health/ready")
    assert response.status_code == 503
    assert "text_ie: no worker" in response.json()["detail"]
    platform.announce_workers()
    response = platform.client.get("/health/ready")
    assert response.status_code == 200
    assert response.json()["workers"]["fusion"] == {"ready": True, "detail": "m@1"}


class _LostGraph(MemoryGraph):
    def ping(self) -> None:
        raise ServiceUnavailable("no graph at bolt://127.0.0.1:1")

    def counts(self) -> GraphCounts:
        raise ServiceUnavailable("no graph at bolt://127.0.0.1:1")


def test_ready_names_a_graph_that_is_down(tmp_path: Path) -> None:
    platform = make_platform(tmp_path, graph=_LostGraph())
    platform.announce_workers()
    response = platform.client.get("/health/ready")
    assert response.status_code == 503
    assert response.json()["detail"] == "graph: no graph at bolt://127.0.0.1:1"
    assert 'newsgraph_part_up{part="graph"} 0.0' in platform.client.get("/metrics").text
    assert platform.client.get("/health/live").json() == {"alive": True}


def test_metrics_count_by_template_and_never_by_id(platform: Platform) -> None:
    platform.client.post("/articles", json={"text": "a"})
    platform.client.get("/jobs/job-12345")
    text = platform.client.get("/metrics").text
    assert 'newsgraph_http_requests_total{method="POST",route="/articles",status="202"} 1.0' in text
    assert 'route="/jobs/{job_id}",status="404"' in text
    assert "job-12345" not in text
    assert 'newsgraph_jobs{state="queued"} 1.0' in text
    assert 'newsgraph_worker_ready{stage="fusion"} 0.0' in text


def test_images_carry_type_and_caching_and_may_not_be_sniffed(platform: Platform) -> None:
    data = picture("PNG")
    platform.client.post("/articles", data={"text": "a"}, files={"images": ("x.exe", data)})
    response = platform.client.get(f"/images/{content_hash(data)}")
    assert response.content == data
    assert response.headers["content-type"] == "image/png"
    assert "immutable" in response.headers["cache-control"]
    assert response.headers["x-content-type-options"] == "nosniff"
    again = platform.client.get(f"/images/{content_hash(data)}", headers={"If-None-Match": response.headers["etag"]})
    assert (again.status_code, again.content) == (304, b"")


def test_blobs_that_are_no_pictures_are_not_served(platform: Platform) -> None:
    assert_problem(platform.client.get(f"/images/{platform.blobs.put(b'a stage output')}"), 404, "not-found")


def test_the_graph_is_searched_over_http(platform: Platform) -> None:
    article_id = platform.client.post("/articles", json={"text": "Ankara"}).json()["article_id"]
    assert platform.client.get(f"/articles/{article_id}/graph").json() == {"nodes": [], "edges": []}
    entity = Node(
        id="e1", labels=("Entity", "Person"), properties={"name": "Rex Tillerson", "type": "PER", "article_id": article_id}
    )
    platform.graph.replace_article(article_id, Subgraph(nodes=(Node(id=article_id, labels=("Article",)), entity)))
    found = platform.client.get("/entities?q=tiller&type=PER").json()
    assert [node["id"] for node in found["entities"]] == ["e1"]
    assert not found["more"]
    assert platform.client.get("/entities?q=nobody").json()["entities"] == []
    assert [node["id"] for node in platform.client.get("/entities/e1").json()["nodes"]] == ["e1"]
    assert {node["id"] for node in platform.client.get(f"/articles/{article_id}/graph").json()["nodes"]} == {article_id, "e1"}
    assert platform.client.get("/events?from=2017-01-01&to=2017-12-31").json()["events"] == []


@pytest.mark.parametrize("path", ["/articles", "/articles:batch", "/faces/x/merge", "/galleries/person"])
def test_nothing_of_a_body_is_read_without_a_key(tmp_path: Path, path: str) -> None:
    app = make_platform(tmp_path, api_keys=(KEY,)).client.app
    asked: list[str] = []
    sent: list[dict[str, Any]] = []

    async def receive() -> dict[str, Any]:
        asked.append("more")
        return {"type": "http.request", "body": b"{" * 1000, "more_body": True}

    async def send(message: dict[str, Any]) -> None:
        sent.append(message)

    headers = [(b"host", b"127.0.0.1"), (b"content-type", b"application/json"), (b"content-length", b"30000000")]
    scope = {
        "type": "http", "method": "POST", "path": path, "raw_path": path.encode(), "query_string": b"", "headers": headers,
        "scheme": "http", "server": ("127.0.0.1", 80), "client": ("127.0.0.1", 1), "http_version": "1.1", "root_path": "",
    }  # fmt: skip
    asyncio.run(app(scope, receive, send))
    assert (sent[0]["status"], asked) == (401, [])


def test_a_body_with_two_lengths_is_refused(platform: Platform) -> None:
    headers = {"content-length": "2", "transfer-encoding": "chunked", "content-type": "application/json"}
    assert_problem(platform.client.post("/articles", content=b"{}", headers=headers), 400, "two-lengths")


def test_videos_may_play_in_the_page(platform: Platform) -> None:
    assert "media-src 'self' blob:" in platform.client.get("/health/live").headers["content-security-policy"]
