"""Who may use the API: holders of a key; without keys only pages and programs of this machine."""

import hmac
from typing import Annotated
from urllib.parse import urlsplit

from fastapi import Request, Security
from fastapi.security import APIKeyHeader, HTTPAuthorizationCredentials, HTTPBearer
from starlette.datastructures import Headers

from gateway.problems import Refusal
from gateway.settings import GatewaySettings, is_loopback
from shared.ids import content_hash

_HEADER = APIKeyHeader(name="X-API-Key", auto_error=False, description="needed unless the gateway listens on 127.0.0.1 only")
_BEARER = HTTPBearer(auto_error=False)


async def require_access(
    request: Request,
    header: Annotated[str | None, Security(_HEADER)],
    bearer: Annotated[HTTPAuthorizationCredentials | None, Security(_BEARER)],
) -> None:
    """Refuse requests without a valid key; where none are configured, requests that a foreign web page may have caused."""
    check_headers(request.headers, request.app.state.settings)


def check_headers(headers: Headers, settings: GatewaySettings) -> None:
    """The same by the headers alone, so that nothing of a body need be read; raises Refusal (401, 403)."""
    if not settings.keys:
        _require_local(headers)
        return
    given = _key_of(headers)
    if given is None or not _matches(given, settings.keys):
        detail = "an API key is needed" if given is None else "the API key is not known"
        raise Refusal(401, "unauthorized", detail, change="send a key as X-API-Key, or as Authorization: Bearer")


def actor(
    header: Annotated[str | None, Security(_HEADER)],
    bearer: Annotated[HTTPAuthorizationCredentials | None, Security(_BEARER)],
) -> str:
    """Who asks, for the log of the galleries: the head of the key's SHA-256, or ``local`` where no key is sent."""
    given = header if header is not None else bearer.credentials if bearer else None
    return f"key:{content_hash(given.encode())[:12]}" if given else "local"


def _key_of(headers: Headers) -> str | None:
    """What X-API-Key says, else a bearer token."""
    scheme, _, token = headers.get("authorization", "").partition(" ")
    return headers.get("x-api-key", token if scheme.lower() == "bearer" and token else None)


def _matches(given: str, keys: tuple[bytes, ...]) -> bool:
    """Compare with every key, in a time that does not tell which came close."""
    return any([hmac.compare_digest(given.encode(), key) for key in keys])


def _require_local(headers: Headers) -> None:
    """Without keys, a page on another site must reach us neither by a rebound name (Host) nor by a form (Origin)."""
    if not is_loopback(_host_name(f"//{headers.get('host', '')}")):
        change = "use http://127.0.0.1, or configure API keys"
        raise Refusal(403, "foreign-host", "without API keys the gateway answers to 127.0.0.1 and localhost only", change=change)
    origin = headers.get("origin")
    if origin is not None and not is_loopback(_host_name(origin)):
        detail = "without API keys the gateway does not serve pages of other sites"
        raise Refusal(403, "foreign-origin", detail, change="configure API keys, and send one")


def _host_name(url: str) -> str:
    try:
        return urlsplit(url).hostname or ""
    except ValueError:
        return ""
