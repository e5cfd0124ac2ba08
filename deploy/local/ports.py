"""Which ports to listen on: the usual ones, others where those are taken.

A program listens only seconds after its port was chosen. Until then a lock file keeps the port from other launchers of the same
user; the system drops the lock when this process ends, however it ends.
"""

import fcntl
import os
import socket
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import TextIO

from shared.errors import ConfigurationError

_LOCKS = Path(tempfile.gettempdir()) / f"newsgraph-ports-{os.getuid()}"
_TRIES = 100
_reserved: dict[int, TextIO] = {}
"""Open lock files by port: as long as they are open, the ports are ours."""


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
    """A port that the operating system offers, reserved for this process; raises ConfigurationError where none is left."""
    for _ in range(_TRIES):
        with socket.socket() as probe:
            probe.bind((host, 0))
            port = int(probe.getsockname()[1])
        if port not in _reserved and _reserve(port):
            return port
    raise ConfigurationError(f"no free port on {host}; end programs that listen, or set NEWSGRAPH_PORT")


def choose_port(wanted: int, setting: str | None, tell: Callable[[str], None], host: str = "127.0.0.1") -> int:
    """The wanted port, or another when it is taken; raises ConfigurationError when a ``setting`` of the user asked for it.

    The port is reserved for this process.
    """
    if is_free(host, wanted) and _reserve(wanted):
        return wanted
    if setting is not None:
        raise ConfigurationError(f"port {wanted} on {host} is taken; stop what uses it, or choose another with {setting}")
    port = any_free_port(host)
    tell(f"port {wanted} is taken by another program, so {port} is used instead")
    return port


def _reserve(port: int) -> bool:
    """Tell whether the port is this process's now; true as well where no lock file can be written."""
    if port in _reserved:
        return True
    try:
        _LOCKS.mkdir(mode=0o700, exist_ok=True)
        lock = (_LOCKS / str(port)).open("w")
    except OSError:
        return True
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        lock.close()
        return False
    _reserved[port] = lock
    return True
