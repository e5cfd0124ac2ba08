"""Fetches a picture or video by URL, never from a private network: the address that was checked is the address connected to."""

import asyncio
import ipaddress
import socket
from typing import Literal
from urllib.parse import urljoin, urlsplit

import httpx

from gateway.problems import Refusal
from gateway.settings import GatewaySettings

Address = ipaddress.IPv4Address | ipaddress.IPv6Address
_REDIRECTS = (301, 302, 303, 307, 308)
_NAT64 = ipaddress.ip_network("64:ff9b::/96")
Kind = Literal["image", "video"]
_CHANGE = "give the http(s) URL of a picture or video on the public internet, or send its bytes"


def fetch(url: str, settings: GatewaySettings, kind: Kind = "image") -> bytes:
    """The bytes behind the URL (blocking); raises Refusal for other schemes, private addresses, failures and too many bytes."""
    return asyncio.run(_within_time(url, settings, kind))


def is_public(address: Address) -> bool:
    """Tell whether an address is on the public internet; IPv4 inside IPv6 (mapped, 6to4, Teredo, NAT64) is looked at too."""
    if isinstance(address, ipaddress.IPv6Address):
        inner = _embedded(address)
        if inner is not None:
            return is_public(inner)
    return address.is_global and not address.is_multicast and not address.is_reserved


def _embedded(address: ipaddress.IPv6Address) -> ipaddress.IPv4Address | None:
    if address in _NAT64:
        return ipaddress.IPv4Address(int(address) & 0xFFFFFFFF)
    teredo = address.teredo[1] if address.teredo else None
    return address.ipv4_mapped or address.sixtofour or teredo


async def _within_time(url: str, settings: GatewaySettings, kind: Kind) -> bytes:
    try:
        async with asyncio.timeout(settings.fetch_timeout):
            return await _follow(url, settings, kind)
    except TimeoutError as error:
        detail = f"{url} did not answer within {settings.fetch_timeout:g} seconds"
        raise _unreachable(kind, detail) from error
    except (httpx.HTTPError, httpx.InvalidURL, OSError) as error:
        raise _unreachable(kind, f"{url} cannot be fetched: {error}") from error


async def _follow(url: str, settings: GatewaySettings, kind: Kind) -> bytes:
    timeout = httpx.Timeout(settings.fetch_timeout)
    async with httpx.AsyncClient(trust_env=False, follow_redirects=False, timeout=timeout) as client:
        for _ in range(settings.fetch_redirects + 1):
            answer = await _get(client, url, settings, kind)
            if isinstance(answer, bytes):
                return answer
            url = _joined(url, answer, kind)
    raise _unreachable(kind, f"{url} is one redirect too many")


def _joined(url: str, location: str, kind: Kind) -> str:
    try:
        return urljoin(url, location)
    except ValueError as error:
        raise _unreachable(kind, f"{url} redirects to {location}, which is not a URL") from error


async def _get(client: httpx.AsyncClient, url: str, settings: GatewaySettings, kind: Kind) -> bytes | str:
    """The bytes, or where a redirect points to."""
    response = await client.send(await _pinned(client, url, settings, kind), stream=True)
    try:
        if response.status_code in _REDIRECTS and "location" in response.headers:
            return str(response.headers["location"])
        if response.status_code != 200:
            raise _unreachable(kind, f"{url} answers with status {response.status_code}")
        return await _limited(response, url, settings.max_image_bytes if kind == "image" else settings.max_video_bytes, kind)
    finally:
        await response.aclose()


async def _limited(response: httpx.Response, url: str, limit: int, kind: Kind) -> bytes:
    data = bytearray()
    async for chunk in response.aiter_raw():
        data += chunk
        if len(data) > limit:
            raise Refusal(413, f"{kind}-too-large", f"{url} has more than {limit:,} bytes", change="choose a smaller file")
    return bytes(data)


async def _pinned(client: httpx.AsyncClient, url: str, settings: GatewaySettings, kind: Kind) -> httpx.Request:
    """The request to the checked address of the host, so that a second look-up cannot change it (DNS rebinding)."""
    host, port = _split(url, kind)
    address = await _resolve(host, port, settings, kind)
    target = httpx.URL(url)
    return client.build_request(
        "GET",
        target.copy_with(host=str(address)),
        headers={"Host": target.netloc.decode("ascii"), "Accept": "image/*, video/*", "Accept-Encoding": "identity"},
        extensions={"sni_hostname": target.raw_host.decode("ascii")},
    )


def _split(url: str, kind: Kind) -> tuple[str, int]:
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError as error:
        raise Refusal(422, f"bad-{kind}-url", f"{url} is not a URL: {error}", change=_CHANGE) from error
    if parts.scheme not in ("http", "https"):
        raise Refusal(422, f"bad-{kind}-url", f"{url} is not an http or https URL", change=_CHANGE)
    if not parts.hostname or parts.username is not None or parts.password is not None:
        raise Refusal(422, f"bad-{kind}-url", f"{url} needs a host name, and no user name", change=_CHANGE)
    return parts.hostname, port or (443 if parts.scheme == "https" else 80)


async def _resolve(host: str, port: int, settings: GatewaySettings, kind: Kind) -> Address:
    """The first address of the host; refused when any of its addresses is not public."""
    try:
        found = await asyncio.get_running_loop().getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError) as error:
        raise _unreachable(kind, f"the host name {host} cannot be resolved") from error
    addresses = [ipaddress.ip_address(row[4][0]) for row in found]
    private = [address for address in addresses if not is_public(address)]
    if private and not settings.fetch_private_addresses:
        detail = f"{host} is not on the public internet"
        raise Refusal(422, "private-address", detail, change=_CHANGE)
    return addresses[0]


def _unreachable(kind: Kind, detail: str) -> Refusal:
    return Refusal(422, f"{kind}-unreachable", detail, change=_CHANGE)
