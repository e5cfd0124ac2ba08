"""The command line's client over real HTTP: newer gateways, refusals, and what is no newsgraph API."""

import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, ClassVar

import pytest

from deploy.cli.api import Api
from shared.errors import InputError, ServiceUnavailable
from shared.schemas.api_requests import ArticleIn

LINKS = {"article": "/articles/a1", "graph": "/articles/a1/graph", "job": None, "events": None}
ACCEPTED = {"article_id": "a1", "job_id": "j1", "state": "queued", "created": True, "links": LINKS}
PROBLEM = {"type": "urn:newsgraph:problem:empty-text", "title": "Empty text", "status": 422, "instance": "/articles"}


class _Canned(BaseHTTPRequestHandler):
    """Answers every request with the same status and body, and keeps what was sent."""

    status: ClassVar[int] = 200
    body: ClassVar[bytes] = b""
    sent: ClassVar[list[tuple[str, bytes]]] = []

    def _answer(self) -> None:
        data = self.rfile.read(int(self.headers.get("Content-Length", "0")))
        self.sent.append((self.path, data))
        self.send_response(self.status)
        self.send_header("Content-Length", str(len(self.body)))
        self.end_headers()
        self.wfile.write(self.body)

    do_GET = do_POST = _answer

    def log_message(self, *_: object) -> None:
        pass


@pytest.fixture
def api() -> Iterator[Api]:
    _Canned.sent.clear()
    server = ThreadingHTTPServer(("127.0.0.1", 0), _Canned)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    with Api(f"http://127.0.0.1:{server.server_address[1]}") as client:
        yield client
    server.shutdown()
    thread.join()
    server.server_close()


def answers(status: int, body: Any) -> None:
    _Canned.status, _Canned.body = status, body if isinstance(body, bytes) else json.dumps(body).encode()


def test_fields_of_a_newer_gateway_are_ignored_at_any_depth(api: Api) -> None:
    answers(202, {**ACCEPTED, "new": 1, "links": {**LINKS, "newer": "x"}})
    accepted = api.submit(ArticleIn(text="Words."), force=True)
    assert (accepted.article_id, accepted.links.article) == ("a1", "/articles/a1")
    path, data = _Canned.sent[0]
    assert path == "/articles?force=true"
    assert ArticleIn.model_validate_json(data) == ArticleIn(text="Words.")


def test_a_refusal_says_what_to_change_and_whose_fault_it_is(api: Api) -> None:
    answers(422, {**PROBLEM, "detail": "the text is empty", "change": "send words"})
    with pytest.raises(InputError, match="the text is empty; send words"):
        api.submit(ArticleIn(text=""))
    answers(503, {**PROBLEM, "status": 503, "detail": "no broker", "change": "wait"})
    with pytest.raises(ServiceUnavailable, match="no broker; wait"):
        api.articles()
    answers(401, {**PROBLEM, "status": 401, "detail": "an API key is needed"})
    with pytest.raises(InputError, match="--api-key"):
        api.articles()


def test_another_server_is_told_by_its_address(api: Api) -> None:
    answers(200, b"<html>hello</html>")
    with pytest.raises(ServiceUnavailable, match="not a newsgraph API"):
        api.articles()
    answers(404, b"<html>nothing here</html>")
    with pytest.raises(InputError, match=f"{api.url}/jobs/j1 answers 404"):
        api.job("j1")
