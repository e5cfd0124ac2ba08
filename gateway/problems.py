"""Refusals as RFC 9457 problem documents: what is wrong, and what the sender has to change."""

import logging
from collections.abc import Sequence
from typing import Any

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from pydantic import ValidationError
from starlette.exceptions import HTTPException
from starlette.responses import JSONResponse

from gateway.metrics import count_refusal
from shared.blobs import BlobNotFound
from shared.errors import ConfigurationError, InputError, ServiceUnavailable, StorageFull, WeightsError
from shared.schemas.problem import Fault, Problem

MEDIA_TYPE = "application/problem+json"
log = logging.getLogger("newsgraph.gateway")


class Refusal(InputError):
    """Raised where a request cannot be served; ``kind`` is the last part of the problem's type."""

    def __init__(self, status: int, kind: str, detail: str, *, change: str = "", errors: Sequence[Fault] = ()) -> None:
        super().__init__(detail)
        self.status, self.kind, self.detail, self.change, self.errors = status, kind, detail, change, tuple(errors)

    def problem(self, instance: str, request_id: str) -> Problem:
        """The document for one request."""
        return Problem(
            type=f"urn:newsgraph:problem:{self.kind}",
            title=self.kind.replace("-", " ").capitalize(),
            status=self.status,
            detail=self.detail,
            instance=instance,
            change=self.change,
            request_id=request_id,
            errors=self.errors,
        )


def not_found(what: str) -> Refusal:
    """A 404 for a thing that is not stored."""
    return Refusal(404, "not-found", f"there is no {what}", change="check the id, or list what there is")


def unavailable(error: ServiceUnavailable) -> Refusal:
    """A 507 for a full disk, a 503 for a part of the platform that does not answer now."""
    if isinstance(error, StorageFull):
        change = "nothing was kept: make room on the disk, then send the request again"
        return Refusal(507, "storage-full", str(error), change=change)
    change = "nothing was kept: send the request again when GET /health/ready names no missing part"
    return Refusal(503, "service-unavailable", str(error), change=change)


def not_configured(error: ConfigurationError | WeightsError) -> Refusal:
    """A 503 for what this platform cannot do as it is set up; the message names the setting or the model."""
    return Refusal(503, "not-configured", str(error), change="ask the operator to change what `detail` names, and to restart")


def invalid(error: ValidationError, prefix: str = "") -> Refusal:
    """A pydantic error as 400 (not JSON at all) or 422 (JSON of another shape)."""
    faults = [Fault(pointer=prefix + "".join(f"/{part}" for part in row["loc"]), detail=row["msg"]) for row in error.errors()]
    if any(row["type"] == "json_invalid" for row in error.errors()):
        return Refusal(400, "not-json", faults[0].detail, change="send one JSON object, encoded in UTF-8", errors=faults)
    return Refusal(422, "invalid-fields", _summary(faults), change="correct the fields listed in `errors`", errors=faults)


def respond(request: Request, refusal: Refusal) -> JSONResponse:
    """The problem document as a response."""
    problem = refusal.problem(request.url.path, request_id(request))
    count_refusal(request.app, refusal.kind)
    headers = {401: {"WWW-Authenticate": "Bearer"}, 503: {"Retry-After": "5"}}.get(refusal.status)
    if refusal.kind == "not-configured":  # waiting does not help
        headers = None
    return JSONResponse(problem.model_dump(), refusal.status, headers, media_type=MEDIA_TYPE)


def request_id(request: Request) -> str:
    """The id that log lines, the response header and problem documents of this request share."""
    return str(request.scope.get("newsgraph.request_id", ""))


def responses(*statuses: int) -> dict[int | str, dict[str, Any]]:
    """What OpenAPI should say about the refusals of a route."""
    content = {MEDIA_TYPE: {"schema": {"$ref": "#/components/schemas/Problem"}}}
    titles = {
        400: "Not JSON",
        401: "API key missing or wrong",
        403: "Foreign host or page",
        404: "Not found",
        409: "Conflict",
        413: "Too large",
        415: "Unsupported media type",
        416: "Range outside the file",
        422: "Invalid",
        503: "A part of the platform does not answer",
    }
    return {status: {"description": titles[status], "content": content} for status in statuses}


def install(app: FastAPI) -> None:
    """Answer every failure of the app with a problem document."""

    @app.exception_handler(Refusal)
    async def _refusal(request: Request, error: Refusal) -> JSONResponse:
        return respond(request, error)

    @app.exception_handler(ServiceUnavailable)
    async def _unavailable(request: Request, error: ServiceUnavailable) -> JSONResponse:
        log.warning("a part of the platform does not answer: %s", error)
        return respond(request, unavailable(error))

    @app.exception_handler(InputError)
    async def _input(request: Request, error: InputError) -> JSONResponse:
        return respond(request, Refusal(422, "not-acceptable-input", str(error), change="change what `detail` names"))

    @app.exception_handler(ConfigurationError)
    @app.exception_handler(WeightsError)
    async def _misconfigured(request: Request, error: ConfigurationError | WeightsError) -> JSONResponse:
        log.error("the platform is not set up for this request: %s", error)
        return respond(request, not_configured(error))

    @app.exception_handler(BlobNotFound)
    async def _missing(request: Request, error: BlobNotFound) -> JSONResponse:
        return respond(request, not_found("such resource"))

    @app.exception_handler(RequestValidationError)
    async def _invalid(request: Request, error: RequestValidationError) -> JSONResponse:
        faults = [Fault(pointer="/".join(str(p) for p in row["loc"]), detail=row["msg"]) for row in error.errors()]
        change = "correct the fields listed in `errors`"
        return respond(request, Refusal(422, "invalid-fields", _summary(faults), change=change, errors=faults))

    @app.exception_handler(HTTPException)
    async def _http(request: Request, error: HTTPException) -> JSONResponse:
        response = respond(request, _http_refusal(request, error))
        response.headers.update(error.headers or {})
        return response


def internal_error(request: Request) -> JSONResponse:
    """What the sender sees of a bug: the request id, and nothing of the traceback."""
    detail = "the gateway failed on this request; its log says more under the request id"
    return respond(request, Refusal(500, "internal-error", detail, change="report the request id to the operator"))


def _http_refusal(request: Request, error: HTTPException) -> Refusal:
    path = request.url.path
    if error.status_code == 404:
        return Refusal(404, "not-found", f"nothing is at {path}", change="see /docs for the addresses of the API")
    if error.status_code == 405:
        change = "see /docs for the methods of this address"
        return Refusal(405, "method-not-allowed", f"{request.method} is not possible at {path}", change=change)
    return Refusal(error.status_code, "http-error", str(error.detail))


def _summary(faults: Sequence[Fault]) -> str:
    return "; ".join(f"{fault.pointer}: {fault.detail}" for fault in faults[:3])
