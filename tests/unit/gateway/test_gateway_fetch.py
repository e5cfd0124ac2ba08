"""Which addresses are public, and how pictures are fetched from a server of this machine when that is allowed."""

import ipaddress
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import ClassVar

import pytest
from gateway_platform import picture

from deploy.local.ports import any_free_port
from gateway.fetch import Kind, fetch, is_public
from gateway.problems import Refusal
from gateway.settings import GatewaySettings

PRIVATE = [
    "127.0.0.1", "10.1.2.3", "172.31.0.1", "192.168.1.1", "169.254.169.254", "100.64.0.1", "0.0.0.0", "192.0.2.1", "198.18.0.1",
    "224.0.0.1", "240.0.0.1", "255.255.255.255", "::", "::1", "fe80::1", "fc00::1", "ff02::1", "2001:db8::1", "::ffff:10.0.0.1",
    "64:ff9b::a00:1", "64:ff9b:1::1", "2002:a00:1::1", "2001:0:4136:e378:8000:63bf:f5ff:fffe",
]  # fmt: skip
PUBLIC = ["8.8.8.8", "1.1.1.1", "2606:4700:4700::1111", "::ffff:8.8.8.8", "64:ff9b::808:808"]


@pytest.mark.parametrize("address", PRIVATE)
def test_addresses_that_are_not_on_the_public_internet(address: str) -> None:
    assert not is_public(ipaddress.ip_address(address))


@pytest.mark.parametrize("address", PUBLIC)
def test_addresses_on_the_public_internet(address: str) -> None:
    assert is_public(ipaddress.ip_address(address))


_LOCATIONS = {"to-picture": "/picture", "to-loop": "/to-loop", "to-file": "file:///etc/passwd", "to-nowhere": "http://["}


class _Pages(BaseHTTPRequestHandler):
    hosts: ClassVar[list[str]] = []
    done: ClassVar[threading.Event] = threading.Event()

    def do_GET(self) -> None:
        self.hosts.append(self.headers["Host"])
        name = self.path.partition("?")[0].strip("/")
        if name == "picture":
            self._answer(200, picture())
        elif name.startswith("to-"):
            self._answer(302, b"", _LOCATIONS[name])
        elif name == "slow":
            self.done.wait(5)
        else:
            self._answer(404, b"no")

    def _answer(self, status: int, body: bytes, location: str = "") -> None:
        self.send_response(status)
        self.send_header("Content-Length", str(len(body)))
        if location:
            self.send_header("Location", location)
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        pass


@pytest.fixture
def port() -> Iterator[int]:
    _Pages.hosts.clear()
    _Pages.done.clear()
    server = ThreadingHTTPServer(("127.0.0.1", 0), _Pages)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield server.server_address[1]
    _Pages.done.set()
    server.shutdown()
    thread.join()
    server.server_close()


def settings(**limits: float) -> GatewaySettings:
    return GatewaySettings(fetch_private_addresses=True, **limits)  # type: ignore[arg-type]


def test_a_picture_is_fetched_and_the_server_sees_the_name_it_was_asked_by(port: int) -> None:
    assert fetch(f"http://127.0.0.1:{port}/picture", settings()) == picture()
    assert fetch(f"http://127.0.0.1:{port}/to-picture", settings()) == picture()
    assert fetch(f"http://localhost:{port}/picture?q=ä", settings()) == picture()
    assert _Pages.hosts == [f"127.0.0.1:{port}"] * 3 + [f"localhost:{port}"]


def test_by_default_this_machine_is_out_of_reach(port: int) -> None:
    with pytest.raises(Refusal, match="not on the public internet") as refused:
        fetch(f"http://localhost:{port}/picture", GatewaySettings())
    assert "127.0.0.1" not in refused.value.detail, "a refusal tells nobody which addresses there are inside"
    assert _Pages.hosts == []


@pytest.mark.parametrize(
    ("path", "kind"),
    [
        ("to-file", "bad-{}-url"),
        ("to-loop", "{}-unreachable"),
        ("to-nowhere", "{}-unreachable"),
        ("missing", "{}-unreachable"),
        ("slow", "{}-unreachable"),
    ],
)
@pytest.mark.parametrize("what", ["image", "video"])
def test_what_cannot_be_fetched_is_refused_by_what_it_is(port: int, path: str, kind: str, what: Kind) -> None:
    with pytest.raises(Refusal) as refused:
        fetch(f"http://127.0.0.1:{port}/{path}", settings(fetch_timeout=1.0), what)
    assert (refused.value.status, refused.value.kind) == (422, kind.format(what))


def test_a_picture_with_too_many_bytes_is_cut_off(port: int) -> None:
    with pytest.raises(Refusal) as refused:
        fetch(f"http://127.0.0.1:{port}/picture", settings(max_image_bytes=100))
    assert refused.value.status == 413


@pytest.mark.parametrize("what", ["image", "video"])
def test_a_closed_port_is_a_refusal(what: Kind) -> None:
    with pytest.raises(Refusal, match="cannot be fetched") as refused:
        fetch(f"http://127.0.0.1:{any_free_port()}/a.jpg", settings(), what)
    assert refused.value.kind == f"{what}-unreachable"
