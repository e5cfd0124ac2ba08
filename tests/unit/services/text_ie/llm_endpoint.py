"""A real HTTP server on loopback that answers as told: the failing peer of the language model's client."""

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from time import sleep


@dataclass(frozen=True)
class Answer:
    """One response; ``text`` is sent as a chat completion if the status is 200 and ``raw`` is empty."""

    text: str = ""
    status: int = 200
    raw: str = ""
    headers: dict[str, str] = field(default_factory=dict)
    delay: float = 0
    finish: str = "stop"

    def body(self) -> str:
        if self.raw or self.status != 200:
            return self.raw
        choice = {"message": {"role": "assistant", "content": self.text}, "finish_reason": self.finish}
        return json.dumps({"choices": [choice], "usage": {"prompt_tokens": 100, "completion_tokens": 10}})


@dataclass
class Endpoint:
    """Where it listens, and what it was asked."""

    url: str
    requests: list[dict[str, object]]
    authorizations: list[str | None]


@contextmanager
def endpoint(*answers: Answer) -> Iterator[Endpoint]:
    """Give the answers in order, the last one for ever."""
    left, lock = list(answers), threading.Lock()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            with lock:
                served.requests.append({"path": self.path, **body})
                served.authorizations.append(self.headers["Authorization"])
                answer = left.pop(0) if len(left) > 1 else left[0]
            sleep(answer.delay)
            with suppress(ConnectionError):  # the client may have given up
                self._send(answer)

        def _send(self, answer: Answer) -> None:
            data = answer.body().encode()
            self.send_response(answer.status)
            for name, value in answer.headers.items():
                self.send_header(name, value)
            self.send_header("Content-Length", str(len(data)))
            self.end_headers()
            self.wfile.write(data)

        def log_message(self, *_: object) -> None:
            """Stay quiet."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    served = Endpoint(f"http://127.0.0.1:{server.server_address[1]}/v1", [], [])
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield served
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
