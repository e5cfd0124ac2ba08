"""The outermost layer: request ids, the limit on bodies, security headers, access log, metrics and the net under bugs."""

import logging
import re
import time
import uuid
from collections.abc import MutableMapping
from typing import Any
from urllib.parse import quote

from starlette.datastructures import Headers, MutableHeaders
from starlette.requests import Request
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from gateway.auth import check_headers
from gateway.metrics import Metrics
from gateway.problems import Refusal, internal_error, respond
from gateway.settings import GatewaySettings

log = logging.getLogger("newsgraph.gateway")

SECURITY_HEADERS = {
    "Content-Security-Policy": "; ".join(
        (
            "default-src 'self'",
            "script-src 'self'",
            "style-src 'self' 'unsafe-inline'",  # cytoscape and Swagger UI write style elements
            "img-src 'self' blob: data:",
            "media-src 'self' blob:",
            "connect-src 'self'",
            "object-src 'none'",
            "base-uri 'none'",
            "form-action 'self'",
            "frame-ancestors 'none'",
        )
    ),
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
}
_PLAIN_ID = re.compile(r"[A-Za-z0-9._-]{1,64}")


class RequestMiddleware:
    """ASGI middleware around the whole app."""

    def __init__(self, app: ASGIApp, metrics: Metrics, settings: GatewaySettings) -> None:
        self._app, self._metrics, self._settings = app, metrics, settings

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        await self._serve(scope, receive, send)

    async def _serve(self, scope: Scope, receive: Receive, send: Send) -> None:
        started, limited = time.perf_counter(), _LimitedBody(receive, self._settings.max_body_bytes)
        answer = _Answer(send, scope, limited)
        try:
            limited.check_announced(Headers(scope=scope))
            if limited.unread:  # nobody without access has a body read
                check_headers(Headers(scope=scope), self._settings)
            await self._app(scope, limited, answer)
        except Refusal as refusal:
            await respond(Request(scope), refusal)(scope, receive, answer)
        except Exception:  # the request boundary: the client gets a problem document, the log the traceback
            ident = scope["newsgraph.request_id"]
            log.exception("request %s failed unexpectedly: %s %s", ident, scope["method"], quote(scope["path"]))
            if answer.status:
                raise
            await internal_error(Request(scope))(scope, receive, answer)
        finally:
            self._finish(scope, answer.status, time.perf_counter() - started)

    def _finish(self, scope: Scope, status: int, seconds: float) -> None:
        route = getattr(scope.get("route"), "path", "") or "static"
        self._metrics.observe(scope["method"], route, status, seconds)
        ident = scope["newsgraph.request_id"]
        log.info("request %s: %s %s %d in %.3f s", ident, scope["method"], quote(scope["path"]), status, seconds)


class _Answer:
    """Adds request id and security headers to the response, and remembers its status (0: not begun)."""

    def __init__(self, send: Send, scope: Scope, body: "_LimitedBody") -> None:
        self._send, self._body, self.status = send, body, 0
        given = Headers(scope=scope).get("x-request-id", "")
        self._id = given if _PLAIN_ID.fullmatch(given) else uuid.uuid4().hex[:16]
        scope["newsgraph.request_id"] = self._id

    async def __call__(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            self.status = message["status"]
            headers = MutableHeaders(scope=message)
            headers["X-Request-ID"] = self._id
            if self._body.unread:
                headers["Connection"] = "close"  # else the server would go on reading what nobody wants
            for name, value in SECURITY_HEADERS.items():
                headers.setdefault(name, value)
        await self._send(message)


class _LimitedBody:
    """Counts the bytes of the body as they stream in, and refuses as soon as there are too many."""

    def __init__(self, receive: Receive, limit: int) -> None:
        self._receive, self._limit, self._seen = receive, limit, 0
        self._announced = self._ended = False

    @property
    def unread(self) -> bool:
        """Whether the client may still be sending."""
        return self._announced and not self._ended

    def check_announced(self, headers: Headers) -> None:
        announced = headers.get("content-length", "0")
        self._announced = announced != "0" or "transfer-encoding" in headers
        if "content-length" in headers and "transfer-encoding" in headers:
            detail = "the request gives the length of its body in two ways"
            raise Refusal(400, "two-lengths", detail, change="send Content-Length or Transfer-Encoding, not both")
        if announced.isdigit() and int(announced) > self._limit:
            raise self._refusal()

    async def __call__(self) -> MutableMapping[str, Any]:
        message = await self._receive()
        self._ended = self._ended or not message.get("more_body", False)
        self._seen += len(message.get("body", b""))
        if self._seen > self._limit:
            raise self._refusal()
        return message

    def _refusal(self) -> Refusal:
        change = "send fewer or smaller pictures, or raise NEWSGRAPH_MAX_BODY_BYTES"
        return Refusal(413, "body-too-large", f"the request body has more than {self._limit:,} bytes", change=change)
