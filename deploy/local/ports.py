"""Which ports to listen on: the usual ones, others where those are taken."""

import socket
from collections.abc import Callable

from shared.errors import ConfigurationError


def is_free(host: str, port: int) -> bool:
    """Tell whether a server could listen there now."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError:
            return False
    return True


def answers(host: str, port: int) -> bool:
    """Tell whether something listens there."""
    with socket.socket() as probe:
        probe.settimeout(0.5)
        return probe.connect_ex((host, port)) == 0


def any_free_port(host: str = "127.0.0.1") -> int:
    """A port that the operating system offers."""
    with socket.socket() as probe:
        probe.bind((host, 0))
        return int(probe.getsockname()[1])


def choose_port(wanted: int, setting: str | None, tell: Callable[[str], None], host: str = "127.0.0.1") -> int:
    """The wanted port, or another when it is taken; raises ConfigurationError when a ``setting`` of the user asked for it."""
    if is_free(host, wanted):
        return wanted
    if setting is not None:
        raise ConfigurationError(f"port {wanted} on {host} is taken; stop what uses it, or choose another with {setting}")
    port = any_free_port(host)
    tell(f"port {wanted} is taken by another program, so {port} is used instead")
    return port
